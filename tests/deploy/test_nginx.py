"""The allow-list in front of vLLM, in a real nginx: three routes pass, everything else does not reach the server."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.deploy import proxy
from tests.deploy.proxy import NGINX
from tests.servers import ROOT

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")
CONFIG = ROOT / "deploy/vllm/nginx.conf"


class Behind(http.server.BaseHTTPRequestHandler):
    """In the place of vLLM: notes what reaches it; a completion streams in two pieces with a pause between them."""

    reached: list[tuple[str, str, str]] = []  # noqa: RUF012  one server at a time
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(b"data: one\n\n", b"data: two\n\n")

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def do_OPTIONS(self) -> None:
        self.do_POST()

    def answer(self, *pieces: bytes) -> None:
        self.reached.append((self.command, self.path, self.headers.get("Authorization", "")))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, piece in enumerate(pieces):
            time.sleep(0.5 * number)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        pass


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an nginx before a server that answers."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind) as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        with nginx(tmp_path_factory.mktemp("nginx"), behind.server_port) as port:
            yield port
        behind.shutdown()


@contextlib.contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """The port of an nginx with the project's configuration, but for its ports."""
    port = servers.free_port()
    with proxy.nginx(folder, part(port, behind), port):
        yield port


def part(front: int, behind: int) -> str:
    text = CONFIG.read_text(encoding="utf-8")
    for usual, port in ((8001, front), (8011, behind)):
        assert text.count(f"127.0.0.1:{usual};") == 1
        text = text.replace(f"127.0.0.1:{usual};", f"127.0.0.1:{port};")
    return text


def ask(port: int, method: str, path: str, body: bytes = b"", key: str = "k") -> int:
    """The status of the reply."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(link):
        link.request(method, path, body or None, {"Authorization": f"Bearer {key}"})
        reply = link.getresponse()
        reply.read()
        return reply.status


@pytest.fixture(autouse=True)
def nobody_asked() -> None:
    Behind.reached.clear()


def test_the_configuration_is_whole(tmp_path: Path) -> None:
    command = proxy.configured(tmp_path, part(8001, 8011))
    done = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/chat/completions"), ("GET", "/v1/models"), ("GET", "/health")]
)
def test_what_lawqa_needs_passes_with_its_key(front: int, method: str, path: str) -> None:
    assert ask(front, method, path, b"{}" if method == "POST" else b"", key="the-key") == 200
    assert Behind.reached == [(method, path, "Bearer the-key")]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in (
            "/invocations", "/pause", "/resume", "/tokenize", "/detokenize", "/v1/completions", "/v1/load_lora_adapter",
            "/v1/embeddings", "/v1/responses", "/score", "/rerank", "/reset_prefix_cache", "/sleep", "/collective_rpc",
            "/update_weights", "/abort_requests", "/v1/models", "/health", "/v1/chat/completions/", "/v1/chat/completions/x",
            "/v1/chat/completions/../../pause", "/v1/chat/completions%2f..%2f..%2fpause", "//v1/../pause", "/V1/chat/completions",
            "/v1/chat/completions;/pause",
        )),
        *(("GET", path) for path in ("/", "/docs", "/openapi.json", "/metrics", "/server_info", "/version", "/load", "/healthz")),
        ("GET", "/v1/chat/completions"),
        ("PUT", "/v1/chat/completions"),
        ("DELETE", "/v1/models"),
        ("OPTIONS", "/v1/chat/completions"),
    ],
)  # fmt: skip
def test_nothing_else_reaches_the_server(front: int, method: str, path: str) -> None:
    assert ask(front, method, path, b"{}" if method == "POST" else b"") in {400, 403, 404, 405}
    assert Behind.reached == []


def test_a_question_that_is_too_large_is_refused_before_the_server(front: int) -> None:
    with contextlib.suppress(ConnectionError):  # it may hang up while the rest is still being sent
        assert ask(front, "POST", "/v1/chat/completions", b"x" * 3_000_000) == 413
    assert Behind.reached == []


def test_a_reply_arrives_piece_by_piece(front: int) -> None:
    link = http.client.HTTPConnection("127.0.0.1", front, timeout=10)
    with contextlib.closing(link):
        link.request("POST", "/v1/chat/completions", b"{}")
        reply = link.getresponse()
        first = reply.read1()
        came = time.monotonic()
        rest = reply.read()
        assert (first, rest) == (b"data: one\n\n", b"data: two\n\n")
        assert time.monotonic() - came > 0.3


def test_a_server_that_is_down_is_told_at_once(tmp_path: Path) -> None:
    with nginx(tmp_path, servers.free_port()) as port:
        began = time.monotonic()
        assert ask(port, "POST", "/v1/chat/completions", b"{}") == 502
        assert time.monotonic() - began < 3
