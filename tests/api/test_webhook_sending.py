"""Where messages may go, and one attempt over a real connection: no private address, no redirect, no endless wait."""

from __future__ import annotations

import contextlib
import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.webhooks import sending
from api.webhooks.addresses import NotAllowed, addresses_of, is_public, target_of
from api.webhooks.sending import send

BODY = b'{"type": "webhook.test"}'


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://dms.firm.example/", "https:// only"),
        ("ftp://dms.firm.example/", "not an address"),
        ("file:///etc/passwd", "not an address"),
        ("javascript:alert(1)", "not an address"),
        ("https://", "not an address"),
        ("https://name:word@dms.firm.example/", "no password"),
        ("https://@dms.firm.example/", "no password"),
        ("https://dms.firm.example:0/", "not an address"),
        ("https://dms.firm.example:99999/", "not an address"),
        ("https://dms.firm.example/\r\nHost: other", "not an address"),
        ("https://dms.firm.example/a b", "not an address"),
        ("https://dms.firm.example\\@127.0.0.1/", "not an address"),
        ("https://d\u043cs.firm.example/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://dms.firm.example/" + "a" * 500, "at most 500"),
        ("https://localhost/", "private network"),
        ("https://localhost./", "private network"),
        ("https://intranet/", "private network"),
        ("https://127.0.0.1/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("https://169.254.169.254/latest/meta-data/", "private network"),
    ],
)
def test_an_address_to_which_nothing_may_be_sent_is_refused_in_words(url: str, said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        target_of(url, ())


def test_a_host_that_the_operator_has_named_may_be_private_and_plain() -> None:
    target = target_of("http://dms:8080/hooks?a=1", {"dms"})
    assert (target.host, target.port, target.path, target.netloc) == ("dms", 8080, "/hooks?a=1", "dms:8080")
    with pytest.raises(NotAllowed):
        target_of("http://dms.evil.example/", {"dms"})
    assert target_of("https://DMS.firm.example", ()).netloc == "dms.firm.example"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  an address that is refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("2002:0a00:1::", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) == public


def resolving(monkeypatch: pytest.MonkeyPatch, *found: str) -> list[str]:
    """A name service that says these, and what it was asked."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", opened)


@pytest.mark.usefixtures("no_socket")
@pytest.mark.parametrize("found", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"]])
def test_a_name_that_leads_to_a_private_address_opens_no_connection(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    resolving(monkeypatch, *found)
    outcome = send("https://dms.firm.example/", BODY, {}, named=())
    assert (outcome.arrived, outcome.for_ever) == (False, True)
    assert "private network" in outcome.said


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that says something else when it is asked again gains nothing: it is asked once."""
    asked, opened = resolving(monkeypatch, "93.184.216.34"), []

    def connect(address: tuple[str, int], **_: Any) -> socket.socket:
        opened.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    outcome = send("https://dms.firm.example/", BODY, {}, named=())
    assert (asked, opened) == (["dms.firm.example"], [("93.184.216.34", 443)])
    assert outcome.said == "The server could not be reached: Connection refused."
    assert not outcome.for_ever


def test_all_addresses_of_a_named_host_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "10.0.0.7", "10.0.0.7", "10.0.0.8")
    assert addresses_of(target_of("https://dms/", {"dms"})) == ["10.0.0.7", "10.0.0.8"]


# Over a real connection on loopback

Reply = Callable[[http.server.BaseHTTPRequestHandler], None]


@contextlib.contextmanager
def a_server(reply: Reply) -> Iterator[tuple[str, list[Any]]]:
    """Answers each POST so; its address, and what arrived."""
    arrived: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.append((self.path, dict(self.headers), body))
            with contextlib.suppress(OSError):
                reply(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name of the class above
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks?a=1", arrived
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(status: int, **headers: str) -> Reply:
    def reply(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    return reply


def attempt(url: str) -> sending.Outcome:
    return send(url, BODY, {"webhook-id": "msg_1"}, named={"127.0.0.1"})


def test_a_message_arrives_with_its_headers() -> None:
    with a_server(saying(204)) as (url, arrived):
        assert attempt(url).arrived
    ((path, headers, body),) = arrived
    assert (path, body) == ("/hooks?a=1", BODY)
    assert (headers["webhook-id"], headers["Content-Type"]) == ("msg_1", "application/json")
    assert headers["Host"].startswith("127.0.0.1:")


@pytest.mark.parametrize(
    ("reply", "said", "for_ever"),
    [
        pytest.param(saying(500), "answered 500", False, id="error"),
        pytest.param(saying(410), "410", True, id="gone"),
        pytest.param(saying(302, Location="http://169.254.169.254/"), "not followed", False, id="redirect"),
        pytest.param(saying(307, Location="/elsewhere"), "not followed", False, id="redirect-of-a-post"),
        pytest.param(
            lambda handler: handler.wfile.write(b"\0" * 99), "could not be reached", False, id="garbage"
        ),
        pytest.param(
            lambda handler: handler.wfile.write(b"A" * 99_999),
            "could not be reached",
            False,
            id="a-long-line",
        ),
        pytest.param(lambda handler: None, "could not be reached", False, id="nothing"),
    ],
)
def test_what_did_not_arrive_says_why(reply: Reply, said: str, for_ever: bool) -> None:
    with a_server(reply) as (url, arrived):
        outcome = attempt(url)
    assert (outcome.arrived, outcome.for_ever, said in outcome.said) == (False, for_ever, True)
    assert len(arrived) == 1


@pytest.mark.parametrize(("given", "taken"), [("120", 120), ("999999", 86_400), ("-5", 0), ("soon", 0)])
def test_how_long_a_server_asks_to_be_left_alone(given: str, taken: int) -> None:
    with a_server(saying(503, Retry_After=given)) as (url, _):
        assert attempt(url).retry_after == taken


def dribble(handler: http.server.BaseHTTPRequestHandler) -> None:
    """A byte now and then: no wait between two bytes is long."""
    for _ in range(200):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.05)


def hang(handler: http.server.BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


@pytest.mark.parametrize("reply", [dribble, hang])
def test_a_server_that_keeps_the_line_is_cut_off(monkeypatch: pytest.MonkeyPatch, reply: Reply) -> None:
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 0.3)
    with a_server(reply) as (url, _):
        began = time.monotonic()
        outcome = attempt(url)
        assert time.monotonic() - began < 10 * 0.3 + 1, "far less than it would have taken"
    assert not outcome.arrived


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with a_server(saying(200)) as (url, arrived):
        outcome = attempt(url.replace("http:", "https:"))
    assert (outcome.arrived, arrived) == (False, [])
    assert "encryption was refused" in outcome.said
