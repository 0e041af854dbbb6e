"""The events of a question as server-sent events: rows, in order, from where the reader left off.

See https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async

from lawqa.models import Event, Question
from lawqa.tasks import hint

POLL_SECONDS = 0.1
HINT_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
LIFE_SECONDS = 120.0
"""A stream ends after this; the browser opens the next one by itself, from the last event that it saw."""
LAST = ("done", "failed")


async def follow(pk: uuid.UUID, after: int = 0) -> AsyncIterator[str]:
    """Frames for every event after an id, as they happen, until the question is finished."""
    yield "retry: 1000\n\n"
    started = spoke = time.monotonic()
    hinted = 0.0
    while (now := time.monotonic()) - started < LIFE_SECONDS:
        # The state is read before the events: what was written in between is then seen in this turn.
        finished = await _finished(pk)
        async for event in Event.objects.filter(question_id=pk, pk__gt=after).order_by("pk"):
            after, spoke = event.pk, now
            yield frame(event)
            if event.kind in LAST:
                return
        if finished:
            yield "event: done\ndata: {}\n\n"
            return
        if now - hinted > HINT_SECONDS:
            hinted = now
            await sync_to_async(hint)(pk)
        if now - spoke > HEARTBEAT_SECONDS:
            spoke = now
            yield ": still working\n\n"
        await asyncio.sleep(POLL_SECONDS)


def frame(event: Event) -> str:
    """One event on the wire. JSON keeps it on one line, whatever the data hold."""
    return f"id: {event.pk}\nevent: {event.kind}\ndata: {json.dumps(event.data)}\n\n"


async def _finished(pk: uuid.UUID) -> bool:
    return await Question.objects.filter(pk=pk, state__in=Question.FINISHED).aexists()
