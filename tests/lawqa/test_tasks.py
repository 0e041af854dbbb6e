"""The worker's own look for questions of which no message came."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError

from lawqa import tasks


@pytest.mark.parametrize("error", [DatabaseError, InterfaceError, OperationalError])
def test_a_database_that_is_away_ends_no_watch(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """A connection that the server closed is another kind of error than a statement that it refuses."""
    stopped, looked, closed = threading.Event(), [], []

    def look() -> None:
        looked.append(1)
        if len(looked) == 2:
            stopped.set()
            return
        raise error("closed")

    monkeypatch.setattr(tasks, "answer_overlooked", look)
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: closed.append(1))
    tasks.watch(stopped)
    assert looked == closed == [1, 1]
