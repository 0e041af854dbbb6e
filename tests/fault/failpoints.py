"""Named places in the work on a job at which its worker dies, as by `kill -9`: parent and child at once."""

from __future__ import annotations

import functools
import os
import signal
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

NAMES = (
    "extraction-begun", "pages-kept", "structure-done", "edition-begun", "edition-filled", "passages-split",
    "half-embedded", "before-ready",
)  # fmt: skip
_job: list[str] = [""]
"""The name of the job in work, which says where it is to die."""
TAKEN = "taken"
"""The message is out of the queue, and nothing was written of it yet."""


def arm(names: Sequence[str]) -> None:
    """Wrap the functions at whose beginning or end the named places are."""
    if not names:
        return
    from corpus import editions, embedding, intake, jobs, rows

    places: dict[str, tuple[Any, str, bool]] = {
        "extraction-begun": (intake, "_keep", False),
        "pages-kept": (intake, "read_pages", True),
        "structure-done": (intake, "structure", True),
        "edition-begun": (editions, "begin", True),
        "edition-filled": (intake, "record", True),
        "passages-split": (rows, "split_new_sections", True),
        "half-embedded": (embedding, "encode", True),
        "before-ready": (intake, "finish", False),
    }
    _remember_job(jobs)
    for name in set(names) & set(places):
        module, function, after = places[name]
        setattr(module, function, _deadly(name, getattr(module, function), after=after))


def fired(data: Path, name: str) -> bool:
    return (data / f"died-{name}").exists()


def _remember_job(jobs: Any) -> None:
    work = jobs.work

    def remember(pk: uuid.UUID, *rest: Any) -> None:
        _job[0] = jobs.IngestJob.objects.get(pk=pk).name
        _die_once(TAKEN)
        work(pk, *rest)

    jobs.work = remember


def _deadly(name: str, function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not after:
            _die_once(name)
        result = function(*args, **kwargs)
        if after:
            _die_once(name)
        return result

    return wrapped


def _die_once(name: str) -> None:
    """Only the job that is named like the place dies there, and only the first time."""
    mark = Path(settings.LAWQA_DATA) / f"died-{name}"
    if not _job[0].startswith(name) or mark.exists():
        return
    mark.touch()
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
