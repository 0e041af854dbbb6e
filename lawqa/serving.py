"""Serves requests in threads that stay, so that each of these keeps its connection to the database.

Django gives every request a thread that ends with it: a connection would be made for each, and be left behind unclosed.
And it passes a request from the event loop to its thread and back for nearly every middleware, twenty times a page. Here
the thread has it from the first middleware to the last.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

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
        self._giving = threading.Lock()

    def load_middleware(self, is_async: bool = False) -> None:
        """Every middleware as a plain call of the next, whatever the event loop would like."""
        del is_async
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The page, made in the request's own thread; what it streams afterwards is the event loop's."""
        return await sync_to_async(self.get_response)(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As Django's own, in a thread that has served others. The event loop takes; the threads give themselves."""
        if scope["type"] != "http":
            raise ValueError(f"lawqa serves HTTP alone, not {scope['type']}.")
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            # Behind all that it was given: of a reader who went away the page may still be at work. And in the thread
            # itself, for the event loop may have ended by then, and would leave an open connection behind.
            thread.submit(self._keep, thread)

    def _keep(self, thread: ThreadPoolExecutor) -> None:
        """What a thread does last: it waits for the next request, or closes its connection and ends."""
        with self._giving:
            kept = len(self._idle) < KEPT
            if kept:
                self._idle.append(thread)
        if not kept:
            connections.close_all()
            thread.shutdown(wait=False)
