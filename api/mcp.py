"""Puts the Model Context Protocol at /mcp: assistants search the law, read sections, verify texts and ask, with a key."""

from __future__ import annotations

from lawqa.bounds import Application, Receive, Scope, Send

PATH = "/mcp"


class WithMcp:
    """An ASGI application with the protocol at `PATH`; everything else goes on to what is behind it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH:
            await self._application(scope, receive, send)
            return
        from api.mcp_serving import serve  # the protocol's library, which most processes never need

        await serve(scope, receive, send)
