"""Commands that put law on the shelves run one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from filelock import FileLock, Timeout


@contextmanager
def alone() -> Iterator[None]:
    """Raises CommandError while another of them is at work on this machine."""
    folder = Path(settings.LAWQA_DATA)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "load.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CommandError("Another load is running on this shelf; wait until it has ended.") from None
    try:
        yield
    finally:
        lock.release()
