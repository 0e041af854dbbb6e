"""Serves one request of the Model Context Protocol, beside Django: its key, allowance and host's name are checked here.

There are no sessions, so that any process answers any call. See https://modelcontextprotocol.io/specification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.db import connections
from django.http.request import split_domain_port, validate_host
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from api import limits
from api.authentication import BAD_KEY, NO_KEY, authenticate, bearer
from api.base import NO_STORE, TOO_OFTEN
from api.mcp_tools import KEY, server
from api.models import Key
from lawqa.bounds import Message, Receive, Scope, Send

OTHER_HOST = "This installation is not reached under that name."


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, in a thread of its own: a call that waits holds up nobody else."""
    async with ThreadSensitiveContext():
        try:
            await _serve(scope, receive, send)
        finally:
            await sync_to_async(connections.close_all)()


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if not _is_ours(headers):
        await _refuse(send, HTTPStatus.BAD_REQUEST, OTHER_HOST)
        return
    token = bearer(headers.get("authorization", ""))
    key, taken = await sync_to_async(_admit)(token)
    if key is None or taken is None:
        await _refuse(
            send,
            HTTPStatus.UNAUTHORIZED,
            BAD_KEY if token else NO_KEY,
            {"WWW-Authenticate": 'Bearer realm="lawqa"'},
        )
    elif taken.exceeded:
        said = TOO_OFTEN.format(taken.most)
        await _refuse(
            send, HTTPStatus.TOO_MANY_REQUESTS, said, {**taken.headers(), "Retry-After": str(taken.reset)}
        )
    else:
        manager = StreamableHTTPSessionManager(server(), json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request({**scope, KEY: key}, receive, _saying(send, taken))  # type: ignore[arg-type]  # the same messages under another name


def _saying(send: Send, taken: limits.Taken) -> Send:
    """Sends what is left of the allowance with the answer."""
    said = [(name.lower().encode(), value.encode()) for name, value in taken.headers().items()]
    said.append((b"cache-control", NO_STORE.encode()))

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"cache-control"]
            message = {**message, "headers": [*kept, *said]}
        await send(message)

    return sending


def _admit(token: str) -> tuple[Key | None, limits.Taken | None]:
    key = authenticate(token)
    return key, limits.take(key) if key else None


def _is_ours(headers: Mapping[str, str]) -> bool:
    """A page of another site cannot call, whatever its name resolves to: the host must be one of ours, and the origin."""
    host, _ = split_domain_port(headers.get("host", "").lower())
    origin = headers.get("origin", "").partition("://")[2].lower()
    allowed = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    from_here = not origin or origin == headers.get("host", "").lower()
    return bool(host) and validate_host(host, allowed) and from_here


async def _refuse(
    send: Send, status: HTTPStatus, said: str, headers: Mapping[str, str] | None = None
) -> None:
    body = json.dumps({"error": said}).encode()
    sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    listed = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": int(status), "headers": listed})
    await send({"type": "http.response.body", "body": body})
