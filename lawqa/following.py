"""One look at the database for all questions whose events this process streams, however many readers follow them.

Every stream would else ask ten times a second, and keep a connection to the database for as long as it lasts.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from django.db.models import Max

from lawqa.models import Event, Question

P = ParamSpec("P")
R = TypeVar("R")
_apart = ThreadPoolExecutor(2, thread_name_prefix="events")


@dataclass(frozen=True, slots=True)
class News:
    """How a question stands."""

    finished: bool
    last: int
    """Key of its newest event; 0: there is none."""


GONE = News(finished=True, last=0)


async def apart(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a short call to the database in a thread that all streams share."""

    def called() -> R:
        close_old_connections()
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(called, thread_sensitive=False, executor=_apart)()


async def let_go() -> None:
    """Give the connection of this request's own thread back: what follows needs it no more."""
    await sync_to_async(_close)()


def _close() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


class Watch:
    """What is new of the questions that somebody waits for, looked up for all of them at once. Of one event loop."""

    def __init__(self) -> None:
        self._asked: set[uuid.UUID] = set()
        self._next: asyncio.Task[dict[uuid.UUID, News]] | None = None

    async def news(self, pk: uuid.UUID, within: float) -> News:
        """How a question stands at the next look, which is so many seconds from now at most."""
        if self._next is None:
            self._next = asyncio.create_task(self._look(within))
        self._asked.add(pk)
        found = await asyncio.shield(self._next)  # who goes away leaves the others their look
        return found.get(pk, GONE)

    async def _look(self, within: float) -> dict[uuid.UUID, News]:
        """Who asks while the look is under way waits for the next one: this one knows nothing of him."""
        await asyncio.sleep(within)
        asked, self._asked, self._next = self._asked, set(), None
        return await apart(states, list(asked))


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


async def news(pk: uuid.UUID, within: float) -> News:
    """How a question stands, so many seconds from now at most."""
    return await _watches.setdefault(asyncio.get_running_loop(), Watch()).news(pk, within)


def states(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, News]:
    """How each question stands; one that is gone is not among them. The state is no newer than the event."""
    rows = Question.objects.filter(pk__in=keys).annotate(last=Max("events__pk")).order_by()
    found = rows.values_list("pk", "state", "last")
    return {pk: News(state in Question.FINISHED, last or 0) for pk, state, last in found}


def events_after(pk: uuid.UUID, after: int) -> list[Event]:
    """Those of a question behind one that was seen, in order."""
    return list(Event.objects.filter(question_id=pk, pk__gt=after).order_by("pk"))
