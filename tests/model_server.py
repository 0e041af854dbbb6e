"""A real HTTP server on loopback that speaks the OpenAI protocol, says what a test tells it to, and can fail in every way.

with model_server({"claims": []}) as server:            # the same object, whatever is asked
    settings.LAWQA_SERVERS = server.roles("answer")
model_server(keywords={...}, answer=[first, second])    # a reply a role; of a list one a call, the last for ever
model_server(lambda asked: {"words": asked.user[:3]})   # a callable sees what was asked
model_server(Reply(text="{", reset_after=20))           # everything else is a Reply
"""

from __future__ import annotations

import contextlib
import itertools
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock

from lawqa.inference import Role, Server, circuit, wire

KEY = "sk-a-key-that-nobody-may-see"
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: what was not read is thrown away and the other side sees a reset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Mapping[str, Any]

    @property
    def role(self) -> str:
        return str(self.body.get("model", "")).removeprefix("test-")

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def schema(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body["response_format"]["json_schema"]["schema"]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server sends, and how it fails to."""

    text: str = ""
    """What the model says, as the protocol's deltas."""
    piece: int = 4
    """Characters of a delta: about a token."""
    endless: bool = False
    """The text is repeated until the other side hangs up."""
    reasoning: str = ""
    """Said before the text, as `reasoning_content`."""
    finish: str = "stop"
    usage: Mapping[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 7, "completion_tokens": 3}
    )
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The body instead of all that: with `status` and `headers`."""
    wire: bytes | None = None
    """What is sent instead of any HTTP."""
    packet: int = 0
    """Bytes sent at a time; 0: an event at a time."""
    wait: float = 0
    """Seconds of silence before the first byte."""
    wait_first: float = 0
    """Seconds between the headers and the first token."""
    every: float = 0
    """Seconds between two tokens (or two packets)."""
    reset_after: int | None = None
    """Bytes of the body after which the connection is reset."""
    close_after: int | None = None
    """Bytes of the body after which it is closed, without the protocol's end."""

    def events(self) -> Iterator[bytes]:
        """The body: server-sent events."""
        yield event({"role": "assistant", "content": ""})
        for said, text in (("reasoning_content", self.reasoning), ("content", self.text)):
            for start in range(0, len(text), self.piece):
                yield event({said: text[start : start + self.piece]})
        while self.endless:
            yield event({"content": self.text})
        yield event({}, self.finish)
        if self.usage is not None:
            yield frame({"object": "chat.completion.chunk", "choices": [], "usage": dict(self.usage)})
        yield b"data: [DONE]\n\n"


Given = Reply | dict[str, Any] | str
Saying = Given | Sequence[Given] | Callable[[Asked], Given]


def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    """One step of a reply."""
    choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
    return frame({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [choice]})


def frame(value: object) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode("utf-8", "surrogatepass")


def as_reply(given: Given) -> Reply:
    if isinstance(given, Reply):
        return given
    return Reply(text=given if isinstance(given, str) else json.dumps(given, ensure_ascii=False))


class ModelServer:
    """What a test sees of the server: where it is, and what it was asked."""

    def __init__(self, saying: Mapping[str, Saying], tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.open_paths: set[str] = set()
        """Paths besides the protocol's that answer, as an unguarded vLLM's do."""
        self.stopping = threading.Event()
        self.most_open = 0
        """Connections at once."""
        self._connections: set[socket.socket] = set()
        self._saying = saying
        self._calls: dict[str, itertools.count[int]] = {}
        self._lock = threading.Lock()
        self._http = _Listener(("127.0.0.1", 0), _handler(self))
        self._scheme = "https" if tls else "http"
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        circuit.forget(self.url)  # of a server of another test at the same port

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}/v1"

    def roles(self, *roles: str, key: str = KEY) -> dict[Role, Server]:
        """The setting LAWQA_SERVERS with these roles served from here, by the models `test-ROLE`."""
        chosen = [Role(role) for role in roles] or list(Role)
        return {role: Server(url=self.url, model=f"test-{role}", key=key) for role in chosen}

    def says(self, saying: Saying, *roles: str) -> None:
        """From now on."""
        self._saying = dict(self._saying) | dict.fromkeys(roles or ("",), saying)

    def of(self, role: str) -> list[Asked]:
        """What one role was asked."""
        return [asked for asked in self.asked if asked.role == role]

    def reply(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            key = asked.role if asked.role in self._saying else ""
            number = next(self._calls.setdefault(key, itertools.count()))
        saying = self._saying.get(key, "{}")
        if callable(saying):
            return as_reply(saying(asked))
        if isinstance(saying, Sequence) and not isinstance(saying, str):
            return as_reply(saying[min(number, len(saying) - 1)])
        return as_reply(saying)

    @property
    def open(self) -> int:
        """Connections that are open now."""
        return len(self._connections)

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
            self.most_open = max(self.most_open, self.open)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def close(self) -> None:
        """The server is down: no connection is accepted any more, and those that are open end."""
        if not self.stopping.is_set():
            self.stopping.set()
            self._http.shutdown()
            self._thread.join()
            self._http.server_close()
            with self._lock:
                for connection in self._connections:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """The other side hung up: that is what the tests are about."""


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            """Nothing is printed."""

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.opened(self.connection)

        def finish(self) -> None:
            server.closed(self.connection)
            with contextlib.suppress(OSError):
                super().finish()

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(method=self.command, path=self.path, headers=headers, body=body)
            if asked.path == "/v1/chat/completions" and asked.method == "POST":
                send(self, server.reply(asked), server.stopping)
            else:
                server.asked.append(asked)
                send(
                    self,
                    Reply(raw=b"{}", status=200 if asked.path in server.open_paths else 404),
                    server.stopping,
                )

    return Handler


def send(handler: BaseHTTPRequestHandler, reply: Reply, stopping: threading.Event) -> None:
    """Send a reply the way that it says; ends early when the other side hangs up."""
    try:
        pause(handler, reply.wait, stopping)
        _send(handler, reply, stopping)
    except OSError:
        handler.close_connection = True


def pause(handler: BaseHTTPRequestHandler, seconds: float, stopping: threading.Event) -> None:
    """Wait, until the other side hangs up (ConnectionResetError) or the server goes down."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0 and not stopping.is_set():
        if select.select([handler.connection], [], [], min(left, 0.05))[0]:
            raise ConnectionResetError


def _send(handler: BaseHTTPRequestHandler, reply: Reply, stopping: threading.Event) -> None:
    if reply.wire is not None:
        handler.wfile.write(reply.wire)
        handler.close_connection = True
        return
    usual = {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"}
    handler.send_response(reply.status)
    for name, value in (usual | dict(reply.headers)).items():
        handler.send_header(name, value)
    handler.end_headers()
    left = min((n for n in (reply.reset_after, reply.close_after) if n is not None), default=-1)
    body = iter([reply.raw]) if reply.raw is not None else reply.events()
    for number, packet in enumerate(packets(body, reply.packet)):
        pause(handler, (0, reply.wait_first, reply.every)[min(number, 2)], stopping)
        if stopping.is_set() or 0 <= left <= len(packet):
            hang_up(handler, packet[: max(left, 0)], reset=reply.reset_after is not None)
            return
        left -= len(packet) if left >= 0 else 0
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(packet), packet))
    handler.wfile.write(b"0\r\n\r\n")


def hang_up(handler: BaseHTTPRequestHandler, last: bytes, *, reset: bool) -> None:
    """Send the last bytes and end the connection in the middle of the body."""
    handler.close_connection = True
    if last:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(last), last))
    handler.wfile.flush()
    if reset:
        time.sleep(0.02)  # a reset overtakes what the other side has not read yet
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    handler.connection.shutdown(socket.SHUT_RD)
    handler.connection.close() if reset else handler.connection.shutdown(socket.SHUT_WR)


def packets(events: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in packets of that size, across events and characters; 0: as they are."""
    if not size:
        yield from (event for event in events if event)
        return
    held = b""
    for piece in events:
        held += piece
        while len(held) >= size:
            yield held[:size]
            held = held[size:]
    if held:
        yield held


@contextlib.contextmanager
def model_server(
    reply: Saying = "{}", /, *, tls: ssl.SSLContext | None = None, **by_role: Saying
) -> Iterator[ModelServer]:
    """A server that says `reply`, or to the roles named what they are given; gone at the end.

    While it is there connecting may take longer: a machine full of other tests is slow, not out of reach.
    """
    server = ModelServer({"": reply, **by_role}, tls)
    try:
        with mock.patch.object(wire, "CONNECT_SECONDS", 10):
            yield server
    finally:
        server.close()


def refused() -> str:
    """The address of a server that is down."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """The address of a server that accepts no connection and refuses none."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):  # the queue of connections is full: the next one waits
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
