"""Numbers of sections: their order, and which of many numbered lines are the sections of one enactment. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.structure.statute import roman_value

Key = tuple[tuple[int, str], ...]
"""`12` is ((12, ""),), `12A` ((12, "A"),), `12-34` ((12, ""), (34, "")): sorted as the law counts."""

WIDEST_GAP = 30
"""Numbers that an enactment may leave out in one place; a line further on is taken for something else."""

_PART = re.compile(r"([0-9]+)([A-Za-z]*)")
_ROMAN = re.compile(r"[IVXLC]+")


def key(number: str) -> Key:
    """How a number sorts; () for what is none."""
    if _ROMAN.fullmatch(number):
        return ((roman_value(number.lower()), ""),)
    return tuple((int(digits), letters.upper()) for digits, letters in _PART.findall(number))


def best_chain(keys: Sequence[Key], weights: Sequence[float]) -> list[int]:
    """Indexes of the heaviest strictly ascending chain of keys, in order (patience with a Fenwick tree)."""
    ranks = {one: place for place, one in enumerate(sorted(set(keys)), start=1)}
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(ranks) + 1)
    before = [-1] * len(keys)
    for index, one in enumerate(keys):
        if weights[index] <= 0 or not one:
            continue
        total, before[index] = _most(tree, ranks[one] - 1)
        _raise(tree, ranks[one], (total + weights[index], index))
    _, last = _most(tree, len(ranks))
    chain: list[int] = []
    while last >= 0:
        chain.append(last)
        last = before[last]
    return chain[::-1]


def _most(tree: list[tuple[float, int]], rank: int) -> tuple[float, int]:
    best = (0.0, -1)
    while rank > 0:
        if tree[rank][0] > best[0]:
            best = tree[rank]
        rank -= rank & -rank
    return best


def _raise(tree: list[tuple[float, int]], rank: int, value: tuple[float, int]) -> None:
    while rank < len(tree):
        if value[0] > tree[rank][0]:
            tree[rank] = value
        rank += rank & -rank


def without_strays(chain: Sequence[int], keys: Sequence[Key]) -> list[int]:
    """The chain without a number that stands far from all others: a year, the number of a form."""
    runs: list[list[int]] = []
    for index in chain:
        if runs and not _leaps(keys[runs[-1][-1]], keys[index]):
            runs[-1].append(index)
        else:
            runs.append([index])
    longest = max(map(len, runs), default=0)
    return [index for run in runs if len(run) > 1 or longest < 4 for index in run]


def _leaps(one: Key, other: Key) -> bool:
    return len(one) == 1 and len(other) == 1 and other[0][0] - one[0][0] > WIDEST_GAP
