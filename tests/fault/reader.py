"""A browser as far as the fault tests need one: cookies, the form's token, uploads and questions."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    seconds: float
    location: str = ""

    def json(self) -> Any:
        return json.loads(self.body)


class Reader:
    """One person at one browser; not for several threads."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.session = ""
        """Of somebody who has signed in."""
        self._token = uuid.uuid4().hex  # 32 letters and digits: what Django compares with the cookie

    def get(self, path: str) -> Reply:
        return self._send("GET", path)

    def events(self, address: str, after: int = 0) -> Iterator[tuple[int, str]]:
        """The (id, kind) of every event of a question that comes after one, until the stream ends or breaks off."""
        headers = {"Cookie": f"csrftoken={self._token}", "Last-Event-ID": str(after)}
        link = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request("GET", f"{address}events", headers=headers)
            number = 0
            for line in link.getresponse():
                name, _, value = line.decode().strip().partition(": ")
                number = int(value) if name == "id" else number
                if name == "event" and number:
                    yield number, value
        finally:
            link.close()

    def ask(self, text: str, *shelves: str) -> Reply:
        facts = [
            ("text", text),
            ("as_of", time.strftime("%Y-%m-%d")),
            *(("collections", it) for it in shelves),
        ]
        return self.post("/", facts)

    def post(self, path: str, facts: list[tuple[str, str]]) -> Reply:
        kind = "application/x-www-form-urlencoded"
        return self._send("POST", path, urlencode(facts).encode(), kind)

    def upload(self, name: str, content: bytes, *, shelf: str = "our-law") -> Reply:
        """One file as the page's script sends it."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="shelf"\r\n\r\n{shelf}\r\n'.encode(),
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode(),
            content, f"\r\n--{edge}--\r\n".encode(),
        ]  # fmt: skip
        kind = f"multipart/form-data; boundary={edge}"
        return self._send("POST", "/library/add/files", b"".join(parts), kind)

    def _send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Reply:
        session = f"; sessionid={self.session}" if self.session else ""
        headers = {"Cookie": f"csrftoken={self._token}{session}", "X-CSRFToken": self._token, "Connection": "close", "Accept": "application/json" if "files" in path else "text/html",
                   **({"Content-Type": kind} if kind else {})}  # fmt: skip
        began = time.monotonic()
        link = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, path, body, headers)
            reply = link.getresponse()
            found = reply.read()
            return Reply(reply.status, found, time.monotonic() - began, reply.headers.get("Location", ""))
        finally:
            link.close()
