"""The events of a question as server-sent events: rows, in order, from where the reader left off.

See https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator, Callable

from lawqa.following import apart, events_after, let_go, news
from lawqa.models import Event
from lawqa.tasks import hint

POLL_SECONDS = 0.1
HINT_SECONDS = 10.0
ASK_SECONDS = 10.0
HEARTBEAT_SECONDS = 10.0
LIFE_SECONDS = 120.0
"""A stream ends after this; the browser opens the next one by itself, from the last event that it saw."""
LAST = ("done", "failed")


async def follow(
    pk: uuid.UUID, after: int = 0, *, still: Callable[[], bool] | None = None
) -> AsyncIterator[str]:
    """Frames for every event after an id, as they happen, until the question is finished.

    `still`: whether the reader may still open it, asked before anything is sent and every ten seconds; the stream ends
    when he may not.
    """
    yield "retry: 1000\n\n"
    await let_go()
    started = spoke = asked = time.monotonic()
    hinted = 0.0
    while (now := time.monotonic()) - started < LIFE_SECONDS:
        # The state is read before the events: what was written in between is then seen in this turn.
        stands = await news(pk, POLL_SECONDS if hinted else 0)
        fresh = stands.finished or stands.last > after
        if still and (fresh or now - asked > ASK_SECONDS):
            asked = now
            if not await apart(still):
                return
        for event in await apart(events_after, pk, after) if fresh else ():
            after, spoke = event.pk, now
            yield frame(event)
            if event.kind in LAST:
                return
        if stands.finished:
            yield "event: done\ndata: {}\n\n"
            return
        if now - hinted > HINT_SECONDS:
            hinted = now
            await apart(hint, pk)
        if now - spoke > HEARTBEAT_SECONDS:
            spoke = now
            yield ": still working\n\n"


def frame(event: Event) -> str:
    """One event on the wire. JSON keeps it on one line, whatever the data hold."""
    return f"id: {event.pk}\nevent: {event.kind}\ndata: {json.dumps(event.data)}\n\n"
