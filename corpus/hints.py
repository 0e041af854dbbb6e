"""Tells workers, without ever making a page wait for a broker that is down.

A message is only a hint: what it says stands in a row, and who looks at the rows (the sweeper, the answering workers)
finds what no message told of.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
PAUSE = 5.0
"""Seconds for which nothing is sent after a failure: a request with a hundred files waits for the broker once."""
_paused_until = 0.0


def tell(send: Callable[..., object], *arguments: str) -> bool:
    """Send a message by a task's `delay`; False when the broker could not be reached or is being left alone."""
    global _paused_until  # noqa: PLW0603  one broker, one state of it in a process
    if time.monotonic() < _paused_until:
        return False
    try:
        send(*arguments)
    except (OperationalError, OSError) as error:
        _paused_until = time.monotonic() + PAUSE
        log.warning("The broker cannot be reached (%s): what waits is found by its row.", error)
        return False
    return True
