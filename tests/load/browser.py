"""One person's browser, as the web server sees it behind a proxy with TLS; every page is timed."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.load.firm import HOST

PATIENCE = 60
EVENT = re.compile(rb"^event: (\w+)$", re.MULTILINE)
ID = re.compile(rb"^id: (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Visit:
    """One page that was asked for."""

    at: float
    """On the monotonic clock."""
    page: str
    """Which kind."""
    seconds: float
    """Until its last byte was here."""
    status: int
    """0: the connection failed."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    text: str
    location: str


class Browser:
    """Cookies, the form's token, and a connection for each request. Not for several threads."""

    def __init__(self, port: int, number: int, note: Callable[[Visit], None]) -> None:
        self._port, self._note = port, note
        self._cookies: dict[str, str] = {}
        self._from = f"10.0.{number // 250}.{1 + number % 250}"

    def get(self, page: str, path: str) -> Reply:
        return self._timed(page, "GET", path, "")

    def post(self, page: str, path: str, **fields: str) -> Reply:
        token = self._cookies.get("csrftoken", "")
        return self._timed(page, "POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}))

    def events(self, path: str) -> Iterator[list[str]]:
        """Kinds of events, those together that came together; it goes on where a connection ended."""
        last = b"0"
        while True:
            for frames in self._frames(path, last.decode()):
                last = (ID.findall(frames) or [last])[-1]
                kinds = [kind.decode() for kind in EVENT.findall(frames)]
                if kinds:
                    yield kinds

    def _frames(self, path: str, last: str) -> Iterator[bytes]:
        """Whole frames as they come. HTTP/1.0: the body comes as it is, until the connection ends."""
        lines = [f"GET {path} HTTP/1.0", *(f"{name}: {value}" for name, value in self._headers().items())]
        with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE) as link:
            link.sendall("\r\n".join([*lines, f"Last-Event-ID: {last}", "", ""]).encode())
            held = b""
            while b"\r\n\r\n" not in held:
                held += _received(link)
            head, _, held = held.partition(b"\r\n\r\n")
            if head.split(b" ", 2)[1] != b"200":
                raise HTTPException(head.split(b"\r\n")[0].decode())
            while True:
                whole, edge, held = held.rpartition(b"\n\n")
                if edge:
                    yield whole + edge
                try:
                    held += _received(link)
                except ConnectionError:
                    return

    def _timed(self, page: str, method: str, path: str, body: str) -> Reply:
        began = time.monotonic()
        status = 0
        link = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            link.request(method, path, body.encode(), self._headers(form=bool(body)))
            reply = link.getresponse()
            text = reply.read().decode()
            status = reply.status
            for header in reply.headers.get_all("Set-Cookie") or ():
                self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
            return Reply(status, text, reply.headers.get("Location", ""))
        except (OSError, HTTPException):
            return Reply(0, "", "")
        finally:
            link.close()
            self._note(Visit(began, page, time.monotonic() - began, status))

    def _headers(self, *, form: bool = False) -> dict[str, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        return {
            "Host": HOST, "X-Forwarded-For": self._from, "X-Forwarded-Proto": "https", "Connection": "close",
            "Referer": f"https://{HOST}/", "Accept": "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), **kind,
        }  # fmt: skip


def _received(link: socket.socket) -> bytes:
    found = link.recv(65536)
    if not found:
        raise ConnectionError("closed")
    return found
