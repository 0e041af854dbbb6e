"""A claim that has the law's words in another order: parties that change places, conditions that only move. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from lawqa.types import Problem
from lawqa.verification.lexicon import NEGATIONS
from lawqa.verification.words import Word

MOVABLE = frozenset(
    """if unless until provided incase except notwithstanding subject notlater within after before under in for at on
    during upon once while without with from by to where when about becauseof as""".split()
)
"""Words with which a part of a sentence begins that may stand in front as well as behind."""
MOVED = 0.8  # share of the content words of a part that stand in another place
BEING = frozenset("be is are was were been being by".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A run of the claim that stands in the place of a run of the law; either may be empty."""

    added: tuple[Word, ...]
    dropped: tuple[Word, ...]
    opens: bool = False
    """The claim begins with it, and the law goes on as it is."""
    trailing: bool = False
    """The law ends with it."""
    denied: bool = False
    """The law goes on with `not`."""
    of_nobody: bool = False
    """`Nobody`, `no person` stands in front of both: `may` forbids as `shall` does."""


def check_order(changes: Sequence[Change]) -> list[Problem]:
    """Two runs that change places say of the one what the law says of the other."""
    for one, other in combinations(changes, 2):
        if _voice(one) or _voice(other):
            continue
        first, second = (
            content(one.added) & content(other.dropped),
            content(other.added) & content(one.dropped),
        )
        if first and second:
            return [_problem(first, second)]
        moved = first if len(one.added) > len(one.dropped) else second
        runs = (one.added, other.dropped) if moved is first else (other.added, one.dropped)
        if len(moved) > 1 and not any(run and run[0].text in MOVABLE for run in runs) and _is_move(*runs):
            return [_problem(moved, moved)]
    return []


def without_moves(changes: Sequence[Change]) -> list[Change]:
    """The changes without parts of the sentence that only stand elsewhere, unchanged."""
    moved: set[int] = set()
    for one, other in combinations(range(len(changes)), 2):
        runs = (
            (changes[one].added, changes[other].dropped), (changes[other].added, changes[one].dropped),
        )  # fmt: skip
        if any(_is_move(added, dropped) and added[0].text in MOVABLE for added, dropped in runs):
            moved |= {one, other}
    return [change for at, change in enumerate(changes) if at not in moved]


def _is_move(added: Sequence[Word], dropped: Sequence[Word]) -> bool:
    ours, theirs = content(added), content(dropped)
    if not ours or not theirs or _denials(added) != _denials(dropped) or _digits(added) != _digits(dropped):
        return False
    return len(ours & theirs) >= MOVED * max(len(ours), len(theirs))


def content(words: Sequence[Word]) -> frozenset[str]:
    """The content words of a run."""
    return frozenset(word.text for word in words if word.is_content)


def _denials(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.text for word in words) & NEGATIONS


def _digits(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.text for word in words if word.text.isdigit())


def _voice(change: Change) -> bool:
    """An active verb made passive, or the reverse."""
    texts = [{word.text for word in run} for run in (change.added, change.dropped)]
    return bool((texts[0] ^ texts[1]) & BEING)


def _problem(first: frozenset[str], second: frozenset[str]) -> Problem:
    one, other = min(first), max(second)
    return Problem(
        check="party", detail=f"The claim has “{one}” and “{other}” in another order than the law."
    )
