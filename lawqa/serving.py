"""Serves requests in threads that stay, so that each of these keeps its connection to the database.

Django gives every request a thread that ends with it: a connection would be made for each, and be left behind unclosed.
And it passes a request from the event loop to its thread and back for nearly every middleware, twenty times a page. Here
the thread has it from the first middleware to the last.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from lawqa.bounds import Receive, Scope, Send

KEPT = 16
"""Threads that wait for the next request, each with its connection; more come and go with the requests."""


class Handler(ASGIHandler):
    """Django's, but that a request has a thread for itself, and gives it back."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:
        """Every middleware as a plain call of the next, whatever the event loop would like."""
        del is_async
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The page, made in the request's own thread; what it streams afterwards is the event loop's."""
        return await sync_to_async(self.get_response)(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As Django's own, in a thread that has served others. Only this event loop takes and gives."""
        if scope["type"] != "http":
            raise ValueError(f"lawqa serves HTTP alone, not {scope['type']}.")
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._give_back(thread)

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        """Once it is done: of a reader who went away the page may still be at work."""
        loop = asyncio.get_running_loop()

        def done(_: Future[None]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._keep, thread)

        thread.submit(_nothing).add_done_callback(done)

    def _keep(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < KEPT:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


def _nothing() -> None:
    """What is asked of a thread last."""
