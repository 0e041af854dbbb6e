"""The only place with an HTTP client: one event loop a process, so that every wait has an end and can be broken off.

The client's own time-outs are between two bytes, which a server that dribbles outlives; a task of an event loop can
be cancelled at any moment, and with it its connection. The loop's thread begins with the first call.
"""

from __future__ import annotations

import asyncio
import os
import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2

from lawqa.inference.protocol import Reading
from lawqa.inference.types import (
    BROKE_OFF,
    FULL,
    GARBLED,
    HUNG_UP,
    STOPPED,
    UNREACHABLE,
    Failed,
    Failure,
    Server,
    late,
    refusal,
)  # fmt: skip

CONNECT_SECONDS = 1.0
LOOK_SECONDS = 0.25
"""How often somebody who waits looks whether the reader still does."""
GRACE_SECONDS = 1.0
"""After the end of its time, how long a call may take to come to an end."""
REST_OF_BODY_SECONDS = 0.1
"""How long the end of the body is waited for after the reply's, so that the connection can be used again."""
IDLE_SECONDS = 2.0
"""How long a connection is kept for the next call: servers keep it for five."""
OK = 200
Transport = httpx2.AsyncBaseTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds from now."""

    first: float
    """To the first token."""
    whole: float
    full: bool = True
    """It is all that the role gets, not what was left of it."""


@dataclass(slots=True)
class Line:
    """What calls to one server share, inside the loop."""

    client: httpx2.AsyncClient
    places: asyncio.Semaphore


@dataclass(slots=True)
class Engine:
    """The event loop of this process, in a thread of its own."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    lines: dict[object, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        threading.Thread(target=self.loop.run_forever, name="model-servers", daemon=True).start()


_engine: Engine | None = None
_starting = threading.Lock()


def _engine_of_this_process() -> Engine:
    global _engine  # noqa: PLW0603  one a process
    with _starting:
        if _engine is None:
            _engine = Engine()
        return _engine


def _forget_the_parents() -> None:
    """A child of fork has none of its parent's threads."""
    global _engine, _starting
    _engine, _starting = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_the_parents)


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and its streamed reply."""

    server: Server
    body: dict[str, Any]
    limits: Limits
    reading: Reading
    at_once: int
    """Most calls to this server at the same time, of this process; the others wait, on their own time."""
    transport: Transport | None = None
    first_after: float | None = None
    """Seconds to the first token."""
    _came: queue.SimpleQueue[str | BaseException | None] = field(default_factory=queue.SimpleQueue)
    _waiting: bool = True
    _answered: bool = False

    def pieces(self, stopped: Callable[[], bool]) -> Iterator[str]:
        """The reply's text as it comes. Raises Failed; breaks off when nobody takes the rest, or when `stopped`."""
        engine = _engine_of_this_process()
        task = asyncio.run_coroutine_threadsafe(self._run(engine), engine.loop)
        task.add_done_callback(lambda done: self._came.put(None if done.cancelled() else done.exception()))
        try:
            yield from self._arriving(stopped)
        finally:
            task.cancel()

    def _arriving(self, stopped: Callable[[], bool]) -> Iterator[str]:
        ends = time.monotonic() + self.limits.whole + GRACE_SECONDS
        looked = time.monotonic()
        while True:
            try:
                item = self._came.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                item = ""
                if time.monotonic() > ends:  # the loop itself is stuck
                    raise Failed(self._late()) from None
            if isinstance(item, BaseException):
                raise item
            if item is None:
                return
            if item:
                yield item
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                if stopped():
                    raise Failed(STOPPED)

    async def _run(self, engine: Engine) -> None:
        """In the loop: everything from waiting for a place to the reply's end, inside the limits."""
        started = asyncio.get_running_loop().time()
        line = self._line(engine)
        try:
            async with asyncio.timeout(min(self.limits.first, self.limits.whole)) as patience, line.places:
                self._waiting = False
                await self._talk(line.client, patience, started)
        except TimeoutError:
            if not self.reading.done:
                raise Failed(FULL if self._waiting else self._late()) from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise Failed(UNREACHABLE) from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError):
            raise Failed(BROKE_OFF if self._answered else HUNG_UP) from None
        finally:
            if self.transport is not None:
                await line.client.aclose()
        self.reading.end()

    async def _talk(self, client: httpx2.AsyncClient, patience: asyncio.Timeout, started: float) -> None:
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "User-Agent": "lawqa"}
        if self.server.key:
            headers["Authorization"] = f"Bearer {self.server.key}"
        url = f"{self.server.url}/chat/completions"
        clock = asyncio.get_running_loop().time
        async with client.stream("POST", url, json=self.body, headers=headers) as response:
            self._answered = True
            _must_stream(response)
            async for data in response.aiter_raw():
                for piece in self.reading.feed(data):
                    self._came.put(piece)
                if self.reading.began and self.first_after is None:
                    self.first_after = clock() - started
                    patience.reschedule(started + self.limits.whole)
                if self.reading.done:
                    patience.reschedule(clock() + REST_OF_BODY_SECONDS)

    def _line(self, engine: Engine) -> Line:
        if self.transport is not None:
            return Line(_client(self.server, self.transport), asyncio.Semaphore(self.at_once))
        key = (self.server.url, self.at_once)
        if key not in engine.lines:
            engine.lines[key] = Line(_client(self.server), asyncio.Semaphore(self.at_once))
        return engine.lines[key]

    def _late(self) -> Failure:
        began = self.reading.began
        seconds = self.limits.whole if began else min(self.limits.first, self.limits.whole)
        return late(seconds, began=began, whole=self.limits.full)


def _client(server: Server, transport: Transport | None = None) -> httpx2.AsyncClient:
    """Nothing of the environment is trusted: no proxy, no .netrc. TLS is checked against the system's authorities."""
    return httpx2.AsyncClient(
        transport=transport, trust_env=False, follow_redirects=False,
        verify=_authorities(server.url),
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=IDLE_SECONDS),
    )  # fmt: skip


def _authorities(url: str) -> ssl.SSLContext | bool:
    """Reading them takes a moment, which an address without TLS is spared."""
    return ssl.create_default_context() if url.startswith("https:") else False


def _must_stream(response: httpx2.Response) -> None:
    """Raises Failed."""
    if response.status_code != OK:
        raise Failed(refusal(response.status_code))
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoded = response.headers.get("content-encoding", "identity")
    if kind != "text/event-stream" or encoded != "identity":
        raise Failed(GARBLED)


def status_without_key(url: str, seconds: float) -> int | None:
    """What an address says to a POST without a key; None: nothing in time."""
    client = httpx2.Client(trust_env=False, follow_redirects=False, timeout=seconds, verify=_authorities(url))
    try:
        with client, client.stream("POST", url, json={}) as response:
            return response.status_code
    except httpx2.HTTPError:
        return None


def status_of(server: Server, seconds: float) -> int | None:
    """What a server says when it is asked for its models, which costs it nothing; None: nothing in time."""
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    verified = _authorities(server.url)
    client = httpx2.Client(trust_env=False, follow_redirects=False, timeout=seconds, verify=verified)
    try:
        with client, client.stream("GET", f"{server.url}/models", headers=headers) as response:
            return response.status_code
    except httpx2.HTTPError:
        return None
