"""Refuses a request's body that is larger than its address takes: by what it declares, else by what arrives.

Django keeps a body aside before anything else looks at it, so the limit stands before Django.
See https://asgi.readthedocs.io/en/stable/specs/www.html
"""

from __future__ import annotations

import errno
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOADS = ("/library/add/", "/library/add/files", "/api/v1/uploads/")
PROGRAMS = ("/api/v1/", "/v1/", "/mcp")
"""Under these, whatever goes wrong is said as RFC 9457 has it."""
SLACK = 2**20
"""Bytes of a body besides the file: the other fields, the boundaries."""
FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
TOO_MUCH = (
    "More than {:,.0f} MB were sent at once, the most that this installation takes. "
    "Divide it, or ask the operator to raise LAWQA_MAX_UPLOAD_MB."
)
TOO_LONG = "More was sent than is read. Shorten it."
NO_ROOM = (
    "There is no room left on the server’s disk, so nothing was kept. Tell the operator, then add it again."
)


class BodyTooLarge(Exception):
    """More bytes arrived than the address takes."""


class Bounded:
    """An ASGI application whose requests have bodies of bounded size: 413 above it, 507 when the disk is full."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        try:
            if declared(scope) > limit:
                raise BodyTooLarge
            await self._application(scope, counted(receive, limit), send)
        except BodyTooLarge:
            await refuse(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except OSError as error:  # from where Django keeps the body aside: nothing was answered yet
            if error.errno not in FULL:
                raise
            await refuse(scope, send, HTTPStatus.INSUFFICIENT_STORAGE)


def limit_of(path: str) -> int:
    """The most bytes that a request to this path may send."""
    most: int = settings.LAWQA_MAX_UPLOAD_BYTES if path in UPLOADS else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return most + SLACK


def declared(scope: Scope) -> int:
    """The Content-Length; 0 where there is none or none that can be read, for then the bytes are counted."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length" and value.isdigit()]
    return max((int(value[:20]) for value in lengths), default=0)


def counted(receive: Receive, limit: int) -> Receive:
    """The same messages. Raises BodyTooLarge with the one that passes the limit."""
    arrived = 0

    async def bounded() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > limit:
            raise BodyTooLarge
        return message

    return bounded


async def refuse(scope: Scope, send: Send, status: HTTPStatus) -> None:
    """Answer without reading what is still to come; the connection is closed with it."""
    kind, body = answer(scope, status)
    headers = [
        (b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"connection", b"close"),
        (b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; style-src 'self'"),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})


def answer(scope: Scope, status: HTTPStatus) -> tuple[bytes, bytes]:
    """Content type and body: a sentence for programs and the script that sends files, a page for who sent a form."""
    said = TOO_MUCH.format(settings.LAWQA_MAX_UPLOAD_BYTES / 10**6)
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        said = NO_ROOM
    elif scope["path"] not in UPLOADS:
        said = TOO_LONG
    if scope["path"].startswith(PROGRAMS):
        told = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": said}
        return b"application/problem+json", json.dumps(told).encode()
    if scope["path"] == UPLOADS[1]:
        return b"application/json", json.dumps({"error": said}).encode()
    if scope["path"] == UPLOADS[0] or status == HTTPStatus.INSUFFICIENT_STORAGE:
        page = render_to_string("unavailable.html", {"status": int(status), "said": said})
    else:
        page = render_to_string("413.html")
    return b"text/html; charset=utf-8", page.encode()
