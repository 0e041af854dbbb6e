"""Bad messages (63 to 65) on the wire, to the real web server: none of them reaches a page, and the next caller is served."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import servers
from tests.servers import ROOT, free_port
from tests.waiting import until

STATIC = "/static/answer.css"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a web server with tables and no law."""
    chosen = free_port()
    environment = {
        **os.environ,
        "LAWQA_DATA": str(tmp_path_factory.mktemp("data")),
        "LAWQA_ALLOWED_HOSTS": "",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "uvicorn", "lawqa.asgi:application", "--host", "127.0.0.1", "--port", str(chosen),
               "--log-level", "critical"]  # fmt: skip
    process = servers.start(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        until(
            lambda: told(chosen, request("GET", STATIC)).startswith(b"HTTP/1.1 "),
            120,
            "the web server answers",
        )
        yield chosen
    finally:
        servers.end(process)


def request(method: str, path: str, *headers: str, body: str = "") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", body]
    return "\r\n".join(lines).encode("latin-1")


def told(port: int, message: bytes) -> bytes:
    """All that comes back; nothing where nobody listens yet."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            link.sendall(message)
            return b"".join(iter(lambda: link.recv(65536), b""))
    except OSError:
        return b""


def test_the_server_serves(port: int) -> None:
    assert told(port, request("GET", STATIC)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["Content-Length: 3", "Content-Length: 5"], id="two-lengths"),
        pytest.param(["Content-Length: 3, 5"], id="two-lengths-in-one"),
        pytest.param(["Content-Length: 3x"], id="no-number"),
        pytest.param(["Content-Length: -3"], id="below-nothing"),
        pytest.param(["Content-Length: " + "9" * 40], id="no-end"),
        pytest.param(["Transfer-Encoding: gzip, chunked"], id="pieces-of-another-kind"),
        pytest.param(["Content-Type : x"], id="space-before-the-colon"),
        pytest.param(["X-A: b\x00c"], id="NUL"),
        pytest.param(["X-A: " + "x" * 100_000], id="a-header-without-end"),
        pytest.param(["Transfer-Encoding: chunked", "X: y"], id="pieces-that-are-none"),
    ],
)
def test_a_message_of_uncertain_length_is_refused(port: int, headers: list[str]) -> None:
    reply = told(port, request("POST", "/", *headers, body="abcde"))
    assert not reply.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 5")), reply[:80]
    assert reply.count(b"HTTP/1.1 ") <= 1, "one message, one reply"
    assert told(port, request("GET", STATIC)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../manage.py", "/static/%2e%2e/manage.py", "/static/%2e%2e%2fmanage.py", "/static/..%5cmanage.py",
        "/static/....//manage.py", "/static//etc/passwd", "/static/%00/../manage.py", "//etc/passwd",
        "/static/" + "../" * 40 + "etc/passwd", "/static/" + "a" * 4_000, "/static/%c0%ae%c0%ae/manage.py",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_served(port: int, path: str) -> None:
    reply = told(port, request("GET", path))
    assert re.match(rb"HTTP/1\.1 (30[12]|40[034]|414) ", reply), reply[:80]
    assert b"DJANGO_SETTINGS_MODULE" not in reply
    assert b"root:" not in reply


@pytest.mark.parametrize(
    "path", ["/library/%0d%0aX-Bad:%20yes/", "/%0aX-Bad:yes", "/static/x%0d%0aX-Bad:yes"]
)
def test_no_path_begins_a_header(port: int, path: str) -> None:
    head = told(port, request("GET", path)).partition(b"\r\n\r\n")[0]
    assert not re.search(rb"^X-Bad", head, re.MULTILINE)


def test_a_caller_who_hangs_up_in_the_middle_harms_nobody(port: int) -> None:
    for cut in (
        b"POST /library/add/files HTTP/1.1\r\nHost: loc",
        request("POST", "/", "Content-Length: 1000", body="x"),
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            link.sendall(cut)
    assert told(port, request("GET", STATIC)).startswith(b"HTTP/1.1 200 ")
