"""What every training does in its steps: draw examples, and tell how the loss goes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[int, float], None]
"""(steps done, mean loss of the last ones)"""
LOOK = 20
"""Steps after which the loss is told, the mean of as many."""
T = TypeVar("T")


def shuffled(some: Sequence[T], chance: random.Random) -> Iterator[T]:
    """All of them in a new order each time round, for ever; nothing of nothing."""
    while some:
        yield from chance.sample(some, len(some))


def tell(losses: Sequence[float], steps: int, progress: Progress) -> None:
    """Say how the loss goes, if it is time; `losses`: of the steps done; `steps`: of all."""
    done, last = len(losses), losses[-LOOK:]
    if done % LOOK == 0 or done == steps:
        progress(done, sum(last) / len(last))
