"""Leaves a server alone that fails again and again, and tries it with one call after a while.

After three failures in a row the circuit opens and calls fail at once; after 15 seconds one call may try it, and
closes the circuit or opens it again. There is one a server and role: who is too slow for keywords may be in time
for an answer; who cannot be reached at all is so for every role.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lawqa.inference.types import LEFT_ALONE, UNREACHABLE, Failed, Health, Role

FAILURES = 3
REST_SECONDS = 15.0
clock: Callable[[], float] = time.monotonic


class Circuit:
    """Of one server in one role, in one process. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Make a call, whose outcome counts. Raises Failed(LEFT_ALONE) at once while the circuit is open."""
        self._enter()
        health = Health.UNKNOWN
        try:
            yield
            health = Health.WELL
        except Failed as error:
            health = error.failure.server
            raise
        finally:
            self.learn(health)

    def _enter(self) -> None:
        with self._lock:
            if self._opened_at is None:
                return
            if self._trying or clock() - self._opened_at < REST_SECONDS:
                raise Failed(LEFT_ALONE)
            self._trying = True

    def learn(self, health: Health) -> None:
        """What a call, of this role or another, told of the server."""
        with self._lock:
            self._trying = False
            if health is Health.WELL:
                self._failures, self._opened_at = 0, None
            elif health is Health.ILL:
                self._failures += 1
                if self._failures >= FAILURES:
                    self._opened_at = clock()


_circuits: dict[tuple[str, Role], Circuit] = {}
os.register_at_fork(
    after_in_child=_circuits.clear
)  # their locks may be held by threads that are not in the child


@contextmanager
def guarded(url: str, role: Role) -> Iterator[None]:
    """A call to that server in that role. Raises Failed(LEFT_ALONE)."""
    try:
        with _circuit(url, role).call():
            yield
    except Failed as error:
        if error.failure is UNREACHABLE:
            for other in Role:
                if other is not role:
                    _circuit(url, other).learn(Health.ILL)
        raise


def _circuit(url: str, role: Role) -> Circuit:
    return _circuits.setdefault((url, role), Circuit())


def forget(url: str) -> None:
    """Nothing is known of the server any more."""
    for role in Role:
        _circuits.pop((url, role), None)
