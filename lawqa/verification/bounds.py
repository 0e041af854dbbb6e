"""Which way the words around a figure bound it: at least, at most, or neither. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from lawqa.verification.quantities import Figure

NEAR = 7  # tokens in front of a number in which its comparator stands
APART = 200  # of the measure of `_last`: two phrases that end in different places


class Bound(IntEnum):
    """Which way a number bounds: `at most`, neither, `at least`."""

    MOST = -1
    NONE = 0
    LEAST = 1


LEAST_PHRASES = tuple(
    """at least|not less than|no less than|not fewer than|no fewer than|more than|greater than|over|exceeds|exceed|exceeding|
    exceeded|above|minimum of|not under|no earlier than|not earlier than|not sooner than|longer than|older than|
    from the age of|in excess of""".replace("\n    ", "").split("|")
)
MOST_PHRASES = tuple(
    """at most|not more than|no more than|less than|fewer than|under|below|up to|within|not exceeding|not exceed|
    not to exceed|not later than|no later than|maximum of|at the latest|no longer than|not longer than|not over|not above|
    younger than|smaller than|never exceed|not greater than|cannot exceed|not be more than|not in excess of|
    no greater than""".replace("\n    ", "").split("|")
)
BEHIND_LEAST = ("or more", "or older", "or above", "or over", "or longer", "at least", "or greater")
BEHIND_MOST = ("or less", "or fewer", "or below", "or under", "at most", "or younger", "at the latest")


def bound_of(tokens: Sequence[str], figure: Figure) -> Bound:
    """Which way the words around a figure bound it."""
    front = " ".join(tokens[max(0, figure.at - NEAR) : figure.at]) + " "
    behind = " ".join(tokens[figure.after : figure.after + NEAR])
    least = max((_last(front, phrase) for phrase in LEAST_PHRASES), default=-1)
    most = max((_last(front, phrase) for phrase in MOST_PHRASES), default=-1)
    if least >= 0 and most >= 0 and abs(least - most) >= APART:
        return Bound.NONE  # `a maximum of at least`
    if least >= 0 or most >= 0:
        return Bound.MOST if most >= least else Bound.LEAST
    if any(phrase in behind for phrase in BEHIND_LEAST):
        return Bound.LEAST
    return Bound.MOST if any(phrase in behind for phrase in BEHIND_MOST) else Bound.NONE


def _last(text: str, phrase: str) -> int:
    """Where the phrase last ends as whole words, the longer one counting as the later; -1 if nowhere."""
    at = f" {text}".rfind(f" {phrase} ")
    return -1 if at < 0 else (at + len(phrase)) * 100 + len(phrase)
