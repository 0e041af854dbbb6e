"""The proxies of deploy/ in a real nginx: TLS, what is passed on of a caller, who is not waited for, what passes to models."""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.manifests import BASE, DEPLOY
from tests.deploy.proxy import HERE, a_request, nginx, over_tls, site
from tests.servers import free_port

pytestmark = pytest.mark.skipif(not HERE, reason="nginx or openssl is not on this machine")
MODEL_ROUTES = [("POST", "/v1/chat/completions", 200), ("GET", "/v1/models", 200), ("GET", "/health", 200)]
CLOSED = ["/metrics", "/invocations", "/tokenize", "/v1/completions", "/v1/load_lora_adapter", "/sleep", "/"]


class Behind(http.server.BaseHTTPRequestHandler):
    """In the place of lawqa, or of a model server: says back what reached it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        said = f"{self.connection.getsockname()[1]}|{self.path}|{size}|" + "|".join(
            f"{name.lower()}={value}" for name, value in self.headers.items()
        )
        self.rfile.read(size)
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    do_POST = do_GET  # noqa: N815  the parent's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        pass


@contextlib.contextmanager
def behind() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module", name="site")
def site_before_an_echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """(port with TLS, port without) of the project's proxy before a server that says back what reached it."""
    with behind() as port, site(tmp_path_factory.mktemp("site"), port, waits="1s") as ports:
        yield ports


def test_without_tls_it_is_sent_to_tls(site: tuple[int, int]) -> None:
    with socket.create_connection(("127.0.0.1", site[1]), timeout=10) as link:
        link.sendall(a_request("/library/?find=bees"))
        reply = link.recv(65536)
    assert reply.startswith(b"HTTP/1.1 308 ")
    assert b"Location: https://law.firm.example/library/?find=bees\r\n" in reply
    assert b"nginx/" not in reply


def test_old_versions_of_tls_are_refused(site: tuple[int, int]) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", site[0]), timeout=10) as link,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(link)


def test_what_a_caller_says_of_himself_is_not_passed_on(site: tuple[int, int]) -> None:
    reply = over_tls(
        site[0],
        a_request(
            "/", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: http", "Forwarded: for=203.0.113.9",
            "X-Real-IP: 203.0.113.9", "X-Forwarded-Host: evil.example",
        ),
    )  # fmt: skip
    assert b"x-forwarded-for=127.0.0.1|" in reply
    assert b"x-forwarded-proto=https" in reply
    assert b"host=law.firm.example" in reply
    assert not re.search(rb"203\.0\.113\.9|evil", reply)


def test_figures_are_not_for_the_outside(site: tuple[int, int]) -> None:
    assert over_tls(site[0], a_request("/metrics")).startswith(b"HTTP/1.1 404 ")
    assert over_tls(site[0], a_request("/%6Detrics")).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        pytest.param("/", 2_000_000, 200, id="a-form"),
        pytest.param("/", 4_000_000, 413, id="more-than-a-form"),
        pytest.param("/library/add/files", 4_000_000, 200, id="a-file"),
        pytest.param("/api/v1/uploads/", 4_000_000, 200, id="a-file-of-a-program"),
        pytest.param("/library/add/files", 120_000_000, 413, id="more-than-a-file"),
    ],
)
def test_bodies_have_a_size(site: tuple[int, int], path: str, size: int, status: int) -> None:
    body = b"x" * (size if status == 200 else 1)
    reply = over_tls(site[0], a_request(path, f"Content-Length: {size}", method="POST") + body)
    assert reply.startswith(f"HTTP/1.1 {status} ".encode())


def test_who_sends_a_file_drop_by_drop_is_not_waited_for(site: tuple[int, int]) -> None:
    """Bad input 65: nothing of it reaches lawqa. The proxy waits 20 s for the next byte; here 1 s."""
    began = time.monotonic()
    reply = over_tls(site[0], a_request("/library/add/files", "Content-Length: 1000", method="POST") + b"x")
    assert not reply.startswith(b"HTTP/1.1 200")
    assert 0.9 < time.monotonic() - began < 10


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["Content-Length: 3", "Content-Length: 5"], id="two-lengths"),
        pytest.param(["Content-Length: 3x"], id="a-length-that-is-no-number"),
        pytest.param(["Content-Length: -3"], id="a-length-below-nothing"),
        pytest.param(["Content-Length: 3", "Transfer-Encoding: chunked"], id="a-length-and-pieces"),
        pytest.param(["Transfer-Encoding: gzip, chunked"], id="pieces-of-another-kind"),
        pytest.param(["X-Long: " + "x" * 40_000], id="a-header-without-end"),
    ],
)
def test_a_message_of_uncertain_length_does_not_reach_lawqa(
    site: tuple[int, int], headers: list[str]
) -> None:
    """Bad input 64."""
    reply = over_tls(site[0], a_request("/", *headers, method="POST") + b"abcde")
    assert re.match(rb"HTTP/1\.1 (400|411|414|494|501) ", reply), reply[:80]


@pytest.fixture(params=["compose/models.conf", "kustomize/base/models.conf"], scope="module")
def gate(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[int, tuple[int, int]]]:
    """By usual port: (the port here, that of the server which has to be behind it)."""
    folder = tmp_path_factory.mktemp("gate")
    part = (DEPLOY / request.param).read_text(encoding="utf-8")
    ports = {8001: free_port(), 8002: free_port()}
    with behind() as answer, behind() as keywords:
        for name, port in (("answer:8011", answer), ("router:8021", answer), ("keywords:8012", keywords)):
            part = part.replace(name, f"127.0.0.1:{port}")
        for usual, here in ports.items():
            part = re.sub(rf"\b{usual}\b", str(here), part).replace(
                f"listen {here}", f"listen 127.0.0.1:{here}"
            )
        with nginx(folder, part, ports[8002]):
            yield {8001: (ports[8001], answer), 8002: (ports[8002], keywords)}


def in_the_open(port: int, method: str, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(a_request(path, "Authorization: Bearer k", "Content-Length: 0", method=method))
        return b"".join(iter(lambda: link.recv(65536), b""))


@pytest.mark.parametrize(("method", "path", "status"), MODEL_ROUTES)
@pytest.mark.parametrize("usual", [8001, 8002])
def test_three_routes_reach_the_right_model_with_their_key(
    gate: dict[int, tuple[int, int]], usual: int, method: str, path: str, status: int
) -> None:
    here, server = gate[usual]
    reply = in_the_open(here, method, path)
    assert reply.startswith(f"HTTP/1.1 {status} ".encode())
    assert f"{server}|{path}|".encode() in reply
    assert b"authorization=Bearer k" in reply


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("usual", [8001, 8002])
def test_nothing_else_reaches_a_model(gate: dict[int, tuple[int, int]], usual: int, path: str) -> None:
    for method in ("GET", "POST"):
        assert in_the_open(gate[usual][0], method, path).startswith(b"HTTP/1.1 404 ")


def test_the_three_allow_lists_say_the_same() -> None:
    """deploy/vllm/nginx.conf is tested at length: the others have its locations."""

    def locations(name: Path) -> list[str]:
        found = re.findall(r"location [^{]+\{\n\s+limit_except \w+", name.read_text(encoding="utf-8"))
        return [" ".join(one.split()) for one in found]

    usual = locations(DEPLOY / "vllm/nginx.conf")
    assert len(usual) == 3
    assert locations(DEPLOY / "compose/models.conf") == locations(BASE / "models.conf") == usual
