"""Threads that serve requests stay with their connections; who waits is not held up by who is served."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from lawqa import serving
from lawqa.operations import tracing
from lawqa.operations.middleware import Traced
from lawqa.serving import Handler
from tests.waiting import until

SLOW = 0.3


class Threads(Handler):
    """Answers with nothing, and notes which thread did so."""

    def __init__(self) -> None:
        super().__init__()
        self.served: list[int] = []

    def load_middleware(self, is_async: bool = False) -> None:
        """None: a page alone."""
        self._middleware_chain = self.page

    def page(self, request: HttpRequest) -> HttpResponse:
        self.served.append(threading.get_ident())
        if request.path == "/slow":
            time.sleep(SLOW)
        return HttpResponse()


async def ask(handler: Handler, path: str = "/", *, patience: float = 60, linger: float = 0.01) -> int:
    """The status of one request; 0 where its reader went away before."""
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    begun = False
    told: list[Any] = []

    async def receive() -> Any:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b""}
        await asyncio.sleep(patience)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    await handler(scope, receive, send)
    await asyncio.sleep(linger)  # the thread is given back
    return int(told[0]["status"]) if told else 0


def run(test: Any) -> Any:
    return asyncio.run(test)


def test_a_request_goes_from_middleware_to_middleware_in_one_thread() -> None:
    """Were one of them asynchronous, the event loop would have it back in between."""
    handler = Handler()
    found: Any = vars(handler)["_middleware_chain"]
    seen = set()
    while found is not None:
        assert not iscoroutinefunction(found)
        found = getattr(found, "__wrapped__", found)  # Django's guard against exceptions stands around each
        seen.add(type(found).__name__)
        found = getattr(found, "get_response", None) or getattr(found, "_get_response", None)
    assert {"Traced", "SessionMiddleware", "MessageMiddleware"} <= seen


def test_what_streams_after_a_page_bears_its_id() -> None:
    """The page is made in a thread, its stream in the event loop."""
    seen: list[str] = []

    async def parts() -> AsyncIterator[bytes]:
        seen.append(tracing.request_id())
        yield b"x"

    class Streams(Threads):
        def load_middleware(self, is_async: bool = False) -> None:
            vars(self)["_middleware_chain"] = Traced(lambda request: StreamingHttpResponse(parts()))

    assert run(ask(Streams())) == 200
    assert len(seen[0]) > 8
    assert tracing.request_id() == ""


def test_one_request_after_the_other_has_the_same_thread() -> None:
    handler = Threads()

    async def go() -> list[int]:
        return [await ask(handler) for _ in range(5)]

    assert run(go()) == [200] * 5
    assert len(set(handler.served)) == 1


def test_with_no_thread_kept_each_request_has_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "KEPT", 0)
    handler, alive = Threads(), threading.active_count()

    async def go() -> None:
        for _ in range(5):
            await ask(handler)

    run(go())
    assert handler._idle == []
    assert threading.active_count() <= alive + 1, "threads that are not kept end"


def test_requests_at_the_same_time_do_not_wait_for_each_other() -> None:
    handler = Threads()

    async def go() -> float:
        began = time.monotonic()
        await asyncio.gather(*(ask(handler, "/slow") for _ in range(8)))
        return time.monotonic() - began

    assert run(go()) < 8 * SLOW / 2
    assert len(set(handler.served)) == 8


def test_no_more_threads_are_kept_than_are_meant_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "KEPT", 3)
    handler = Threads()

    async def go() -> None:
        await asyncio.gather(*(ask(handler, "/slow") for _ in range(8)))

    run(go())
    assert len(handler._idle) == 3


def test_a_thread_whose_reader_went_away_serves_nobody_until_it_is_done() -> None:
    handler = Threads()

    async def go() -> float:
        assert await ask(handler, "/slow", patience=SLOW / 10) == 0
        began = time.monotonic()
        await ask(handler)
        return time.monotonic() - began

    assert run(go()) < SLOW / 2


def test_a_thread_is_kept_though_its_event_loop_ends_with_the_page() -> None:
    """Left to itself it would end with its connection to the database open."""
    handler = Threads()
    for _ in range(50):
        assert run(ask(handler, linger=0)) == 200
    until(lambda: len(handler._idle) == len(set(handler.served)), 10, "all are kept", every=0.01)


def test_a_thread_that_is_not_kept_closes_its_own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    monkeypatch.setattr(serving, "KEPT", 0)
    monkeypatch.setattr("lawqa.serving.connections.close_all", lambda: closed.append(threading.get_ident()))
    handler = Threads()
    assert run(ask(handler)) == 200
    until(lambda: closed == handler.served, 10, "its thread closes the connection", every=0.01)


def test_what_is_not_http_is_refused() -> None:
    with pytest.raises(ValueError, match="HTTP alone"):
        run(Threads()({"type": "websocket"}, None, None))  # type: ignore[arg-type]  # neither is used
