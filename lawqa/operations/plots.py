"""Where the marks of a plot stand: numbers in, coordinates out, for templates to draw as SVG. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM = 640.0, 180.0, 64.0, 24.0
"""Of a plot in its own units, with the room for its axes."""
GAP = 3.0
STEPS_MS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 120_000)
"""Marks of an axis of times, which is logarithmic."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in per cent of its length."""

    name: str
    amount: float
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of a column."""

    name: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of an axis and what is written at it."""

    at: float
    said: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Stacked columns, one a bucket, over marks of how many there are."""

    rects: tuple[Rect, ...]
    below: tuple[Mark, ...]
    beside: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Dots:
    """A dot a measurement: when it was, and how long it took."""

    dots: tuple[tuple[float, float], ...]
    below: tuple[Mark, ...]
    beside: tuple[Mark, ...]


def stacked(amounts: Mapping[str, float]) -> tuple[Part, ...]:
    """One bar of several parts; those of nothing are left out."""
    total = sum(amounts.values())
    parts, start = [], 0.0
    for name, amount in amounts.items():
        if amount > 0:
            width = 100 * amount / total
            parts.append(Part(name, amount, round(start, 2), round(width, 2)))
            start += width
    return tuple(parts)


def columns(buckets: Sequence[Mapping[str, int]], labels: Sequence[str]) -> Columns:
    """A column a bucket, its parts from below in the order that they are given; an empty label marks nothing."""
    most = max((sum(bucket.values()) for bucket in buckets), default=0)
    top = ceiling(most)
    wide = (WIDTH - LEFT) / max(1, len(buckets))
    rects = [
        rect
        for number, bucket in enumerate(buckets)
        for rect in _column(bucket, LEFT + number * wide + GAP / 2, wide - GAP, top)
    ]
    below = tuple(
        Mark(_inside(LEFT + (number + 0.5) * wide), label) for number, label in enumerate(labels) if label
    )
    beside = tuple(Mark(round(_height(count, top), 1), f"{count:g}") for count in (0, top / 2, top))
    return Columns(tuple(rects), below, beside)


def _column(bucket: Mapping[str, int], x: float, width: float, top: float) -> Iterable[Rect]:
    under = 0
    for name, count in bucket.items():
        if count:
            y, foot = _height(under + count, top), _height(under, top)
            yield Rect(name, count, round(x, 1), round(y, 1), round(width, 1), round(foot - y, 1))
            under += count


def _height(count: float, top: float) -> float:
    return (HEIGHT - BOTTOM) * (1 - count / top) + 6 * count / top


def ceiling(most: int) -> float:
    """The end of an axis: 2, 4, 10, 20, 40, 100 … at least, so that its half is a whole number."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if most <= step * size:
                return step * size
        size *= 10


def dots(points: Iterable[tuple[float, float]], labels: Sequence[tuple[float, str]]) -> Dots:
    """Points are (share of the width from 0 to 1, milliseconds); so are the places of the labels."""
    placed = tuple((round(_across(share), 1), round(_down(ms), 1)) for share, ms in points)
    below = tuple(Mark(_inside(_across(share)), said) for share, said in labels)
    beside = tuple(Mark(round(_down(ms), 1), duration(ms)) for ms in STEPS_MS[::2])
    return Dots(placed, below, beside)


def _inside(x: float) -> float:
    """The middle of a label, as far to the right as all of it can be read."""
    return round(min(x, WIDTH - 22), 1)


def _across(share: float) -> float:
    return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - 6)


def _down(ms: float) -> float:
    low, high = math.log(STEPS_MS[0]), math.log(STEPS_MS[-1])
    share = (math.log(min(STEPS_MS[-1], max(STEPS_MS[0], ms))) - low) / (high - low)
    return 6 + (1 - share) * (HEIGHT - BOTTOM - 6)


def duration(ms: float) -> str:
    """`300 ms`, `3 s`, `2 min`."""
    if ms >= 60_000:
        return f"{ms / 60_000:g} min"
    return f"{ms / 1000:g} s" if ms >= 1000 else f"{ms:g} ms"
