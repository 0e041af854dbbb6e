"""What tests.fault.launch may build into a process: quick clocks and parts, faults, and protections switched off."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.fault import clocks

LEASE = dt.timedelta(seconds=4)
HINT_AFTER = dt.timedelta(seconds=2)


def quick_clock() -> None:
    """Short leases and a sweep every second, so that a test does not wait for a minute."""
    from corpus import jobs
    from corpus.models import jobs as rows

    module: Any
    for module in (rows, jobs):
        module.LEASE = LEASE
    quick_sweeps()


def quick_sweeps() -> None:
    """Workers are told again soon, but leases last as long as they do."""
    from corpus import jobs
    from corpus.models import jobs as rows
    from lawqa.celery import app

    module: Any
    for module in (rows, jobs):
        module.HINT_AFTER = HINT_AFTER
    schedule = app.conf.beat_schedule
    schedule["sweep"] = {**schedule["sweep"], "schedule": 1.0, "options": {"expires": 5.0}}


def quick_encoder() -> None:
    """Vectors from hashed words, four passages at a time; the tokenizer is the real one."""
    from corpus import embedding, rows

    embedding.encode = hashed_words
    rows.EMBED_CHUNK = 4


def hashed_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """Each word adds one to a place of its own: the same words give the same vector in every process."""
    found = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split():
            found[row, int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest()) % 384] += 1
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(norms, 1), dtype=np.float32)


def poison() -> None:
    """The reading process obeys what stands in the file: it crashes, eats memory or sleeps."""
    from corpus.extraction import parent

    parent.START = parent.START.replace("corpus.extraction.child", "tests.fault.poison")


def impatient() -> None:
    """A file may keep its reader waiting for two seconds."""
    from corpus import intake

    usual = intake.limits
    intake.limits = lambda: _replaced(usual(), wall_seconds=2)


def boundless() -> None:
    """Protection off: a file may take as long as it likes."""
    from corpus import intake

    usual = intake.limits
    intake.limits = lambda: _replaced(usual(), wall_seconds=10**6)


def no_sweeper() -> None:
    """Protection off: nobody looks for what was left behind."""
    from corpus import jobs

    jobs.sweep = list


def no_watch() -> None:
    """Protection off: questions are answered only when a message comes."""
    from lawqa import tasks

    tasks.watch = lambda stopped: None


def patient() -> None:
    """Protection off: who publishes waits for the broker as long as it takes, each time."""
    from corpus import hints
    from lawqa.celery import app

    hints.PAUSE = 0
    app.conf.broker_transport_options = {}


def no_count() -> None:
    """Protection off: attempts are not counted before the work."""
    from corpus.models.jobs import IngestJob

    claim = _queries().claim

    def uncounted(self: Any, pk: Any, worker: str) -> Any:
        token = claim(self, pk, worker)
        IngestJob.objects.filter(pk=pk).update(attempts=0)
        return token

    _queries().claim = uncounted


def no_fence() -> None:
    """Protection off: who lost a job goes on writing."""
    from corpus.models.jobs import IngestJob

    _queries().held = lambda self, pk, token: IngestJob.objects.filter(pk=pk)


def hasty() -> None:
    """Protection off: an upload is acknowledged before its bytes are in their place."""
    from corpus import files

    incoming: Any = files.Incoming
    put, leave = incoming._put, incoming.__exit__

    def put_later(self: Any, target: Path) -> None:
        kept = Path(f"{self._path}.later")
        os.link(self._path, kept)
        self._path.unlink()
        self._path = kept
        threading.Timer(2, _put_if_there, (put, self, target)).start()

    def leave_it(self: Any, *raised: Any) -> None:
        if not str(self._path).endswith(".later"):
            leave(self, *raised)

    incoming._put, incoming.__exit__ = put_later, leave_it


def _put_if_there(put: Callable[[Any, Path], None], incoming: Any, target: Path) -> None:
    with contextlib.suppress(OSError):
        put(incoming, target)


def untidy() -> None:
    """Protection off: what was received of a file that cannot be kept stays."""
    from corpus import files

    incoming: Any = files.Incoming
    incoming.__exit__ = lambda self, *raised: self._file.close()


def blind_add() -> None:
    """Protection off: nobody looks whether the same bytes are there (the test removes the constraint)."""
    _queries().live = lambda self: self.none()


def slow_embedding() -> None:
    """Half a second a chunk, so that there is something to interrupt."""
    from corpus import embedding

    encode = embedding.encode

    def slow(texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(0.5)
        return encode(texts)

    embedding.encode = slow


def leak() -> None:
    """Protection off: every job leaves four megabytes behind."""
    from corpus import intake

    module: Any = intake
    finish, kept = intake.finish, list[bytes]()

    def finish_and_keep(*args: Any) -> None:
        kept.append(os.urandom(4_000_000))
        finish(*args)

    module.finish = finish_and_keep


def small_disk() -> None:
    """No file of this process may grow beyond so many bytes: the disk is full."""
    most = int(os.environ["LAWQA_TEST_FILE_SIZE"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _queries() -> Any:
    from corpus.models.jobs import IngestJobQuerySet

    return IngestJobQuerySet


def _replaced(limits: Any, **changes: Any) -> Any:
    return dataclasses.replace(limits, **changes)


PATCHES: dict[str, Callable[[], None]] = {
    patch.__name__.replace("_", "-"): patch
    for patch in (
        quick_clock, quick_sweeps, quick_encoder, poison, impatient, boundless, no_sweeper, no_watch, patient, no_count, no_fence, hasty,
        untidy, blind_add, slow_embedding, leak, small_disk,
    )
} | clocks.PATCHES  # fmt: skip
