"""Waiting for something to become true, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float, what: str, *, every: float = 0.1) -> float:
    """Seconds until the condition held; AssertionError naming what did not come about."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < seconds, f"{what}: not within {seconds:g} s"
        time.sleep(every)
    return time.monotonic() - began
