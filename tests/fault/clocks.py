"""Wrong clocks for a process, quick and slow answers, and protections of these switched off."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEAD_AFTER = dt.timedelta(seconds=8)
WRITING_SECONDS = 2.5
_time, _moment = time.time, dt.datetime
CLOCK = "LAWQA_TEST_CLOCK"
"""Names a file in which stands by how many hours the process's clock is ahead; what is written there later is a step."""


def off() -> float:
    """Seconds by which this process's clock is ahead."""
    return 3600 * float(Path(os.environ[CLOCK]).read_text() or 0)


class Moment(dt.datetime):
    """Moments of a wrong clock."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return _moment.fromtimestamp(wrong_time(), tz)


def wrong_time() -> float:
    return _time() + off()


def wrong_clock() -> None:
    """What Python, Django and Celery take the time from; the database keeps its own."""
    from django.utils import timezone

    module: Any
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()) if module is not None else ():
            if value is _time and module is not sys.modules[__name__]:
                setattr(module, name, wrong_time)
            elif value is _moment and module.__name__.partition(".")[0] in ("celery", "kombu"):
                setattr(module, name, Moment)
    wrong: Any = timezone
    wrong.now = lambda: Moment.now(dt.UTC)


def own_clock() -> None:
    """Protection off: leases and signs of life follow the clock of who writes them."""
    from django.db.models import Value
    from django.utils import timezone

    from corpus import jobs
    from corpus.models import jobs as rows
    from lawqa.models import questions

    def now() -> Any:
        return timezone.now()

    module: Any
    for module in (jobs, rows):
        module.Now = now
    questions_: Any = questions
    questions_.Now = lambda: Value(timezone.now())


def quick_death() -> None:
    """A worker that shows no event of its question for some seconds counts as dead."""
    from lawqa.models import questions

    module: Any = questions
    module.DEAD_AFTER = DEAD_AFTER


def slow_answers() -> None:
    """Writing takes some seconds, so that there is something to interrupt."""
    from lawqa import pipeline

    module: Any = pipeline
    write = module.write

    def slow(*given: Any) -> Any:
        time.sleep(WRITING_SECONDS)
        return write(*given)

    module.write = slow


def careless() -> None:
    """Protection off: whoever is told of a job works on it, and everybody tells."""
    from django.db.models import F
    from django.db.models.functions import Now

    from corpus.models import jobs as rows

    queries: Any = rows.IngestJobQuerySet

    def claim(self: Any, pk: Any, worker: str) -> Any:
        again = {"state": "running", "attempts": F("attempts") + 1, "lease_until": Now() + rows.LEASE}
        self.filter(pk=pk).update(worker=worker[:100], **again)
        return self.values_list("token", flat=True).get(pk=pk)

    queries.claim = claim
    queries.take_hint = lambda self, pk: True


PATCHES: dict[str, Callable[[], None]] = {
    patch.__name__.replace("_", "-"): patch
    for patch in (wrong_clock, own_clock, quick_death, slow_answers, careless)
}
