"""Gives a process's signs of life, from a thread of its own, for as long as the process lives."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, InterfaceError, close_old_connections

from lawqa.operations.models import Worker

log = logging.getLogger(__name__)
BEAT_SECONDS = 12.0
STATM = Path("/proc/self/statm")


def keep_beating(node: str, queues: Iterable[str]) -> None:
    """Start the thread; it ends with the process."""
    given = (threading.Event(), node, frozenset(queues))
    threading.Thread(target=beat_until, args=given, name="heartbeat", daemon=True).start()


def beat_until(stopped: threading.Event, node: str, queues: Iterable[str]) -> None:
    """A sign at once, then one every `BEAT_SECONDS`; a database that is away is waited for."""
    queues = f",{','.join(sorted(queues))},"
    while True:
        try:
            Worker.objects.sign(node, os.getpid(), queues=queues, resident=resident_bytes())
        except (DatabaseError, InterfaceError) as error:
            log.warning("The sign of life could not be written: %s", type(error).__name__)
        finally:
            close_old_connections()
        if stopped.wait(BEAT_SECONDS):
            return


def resident_bytes() -> int:
    """Memory of this process; 0 where the system does not say."""
    try:
        return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
