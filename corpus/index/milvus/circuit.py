"""Leaves a server alone for a while that did not answer, so that not every search waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

REST_SECONDS = 5.0
clock: Callable[[], float] = time.monotonic


class Circuit:
    """Opens when the server does not answer; after a rest one call may try it. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rests_until: float | None = None

    def may_call(self) -> bool:
        """Whether to call now; who may try a server that rested is the only one for another rest."""
        with self._lock:
            if self._rests_until is None:
                return True
            if clock() < self._rests_until:
                return False
            self._rests_until = clock() + REST_SECONDS
            return True

    def answered(self) -> None:
        with self._lock:
            self._rests_until = None

    def silent(self) -> None:
        with self._lock:
            self._rests_until = clock() + REST_SECONDS
