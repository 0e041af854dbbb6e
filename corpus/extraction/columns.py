"""The order in which the lines of one page are read: columns one after the other, everything else row by row. Pure.

A gutter is an upright strip that stays empty between lines left and right of it. What crosses it (headings, tables,
figures) divides the page into bands; in a band, the left side is read before the right one, each by the same rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Protocol

STEP = 3.0
"""Points between the heights at which gaps are looked for."""
CELL = 2.0
"""Points: places of gutters are counted in strips of this width."""
NARROWEST_GUTTER = 6.0
FEWEST_LINES = 2
"""On each side of a gutter."""
FILLED = 0.55
"""Share of its side's width that the middle line of running text fills; the cells of tables are shorter."""
FILLED_BY_TWO = 0.75
"""The same where a side has two lines only."""
NARROWEST_SIDE = 8.0
"""In type sizes; narrower ones are line numbers or enumerators."""
FEWEST_VOTES = 6
"""Heights at which a gutter must be seen: 18 points, not quite two lines."""
MOST_GUTTERS_TRIED = 4
MOST_LINES = 2_000
"""A page with more lines is read row by row: it is a table or a drawing."""


class Box(Protocol):
    """What is put in order: coordinates in points from the top left corner."""

    @property
    def x0(self) -> float: ...
    @property
    def y0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def y1(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A box and its place among those that were given."""

    box: Box
    place: int


def order(boxes: Sequence[Box]) -> list[int]:
    """The places of the boxes in reading order."""
    placed = [Placed(box, place) for place, box in enumerate(boxes)]
    ordered = _rows(placed) if len(placed) > MOST_LINES else _order(placed)
    return [one.place for one in ordered]


def _order(region: Sequence[Placed]) -> list[Placed]:
    for gutter in _gutters(region):
        bands = list(_bands(region, gutter))
        if any(_is_columns(band, gutter) for band in bands):
            return [one for band in bands for one in _order_band(band, gutter, len(region))]
    return _rows(region)


def _order_band(band: list[Placed], gutter: float, whole: int) -> list[Placed]:
    if _is_columns(band, gutter):
        left, right = _sides(band, gutter)
        return _order(left) + _order(right)
    return _order(band) if len(band) < whole else _rows(band)


def _gutters(region: Sequence[Placed]) -> Iterator[float]:
    """Where gutters may be, the tallest first."""
    if len(region) < 2 * FEWEST_LINES:
        return
    votes: Counter[int] = Counter()
    for start, end in _gaps(region):
        votes.update(range(int(start / CELL) + 1, int(end / CELL)))
    for _ in range(MOST_GUTTERS_TRIED):
        if not votes:
            return
        cell, most = votes.most_common(1)[0]
        if most < FEWEST_VOTES:
            return
        strip = _strip(votes, cell, most)
        yield (strip[0] + strip[-1] + 1) / 2 * CELL
        for taken in strip:
            del votes[taken]


def _strip(votes: Counter[int], cell: int, most: int) -> list[int]:
    """The neighbours of a cell that are empty for almost as high."""
    low = high = cell
    while votes.get(low - 1, 0) >= most * 0.9:
        low -= 1
    while votes.get(high + 1, 0) >= most * 0.9:
        high += 1
    return list(range(low, high + 1))


def _gaps(region: Sequence[Placed]) -> Iterator[tuple[float, float]]:
    """The empty stretches between neighbours, at every few points of height."""
    rows: dict[int, list[tuple[float, float]]] = {}
    for box in (one.box for one in region):
        lead = (box.y1 - box.y0) * 0.15
        for row in range(int((box.y0 - lead) / STEP), int((box.y1 + lead) / STEP) + 1):
            rows.setdefault(row, []).append((box.x0, box.x1))
    for spans in rows.values():
        spans.sort()
        end = spans[0][1]
        for start, stop in spans[1:]:
            if start - end >= NARROWEST_GUTTER:
                yield end, start
            end = max(end, stop)


def _bands(region: Sequence[Placed], gutter: float) -> Iterator[list[Placed]]:
    """The region from top to bottom, divided by what crosses the gutter."""
    band: list[Placed] = []
    crossing = False
    for one in sorted(region, key=lambda one: (one.box.y0, one.box.x0)):
        crosses = one.box.x0 < gutter < one.box.x1
        if band and crosses != crossing:
            yield band
            band = []
        crossing = crosses
        band.append(one)
    if band:
        yield band


def _sides(band: Iterable[Placed], gutter: float) -> tuple[list[Placed], list[Placed]]:
    left: list[Placed] = []
    right: list[Placed] = []
    for one in band:
        (left if one.box.x1 <= gutter else right).append(one)
    return left, right


def _is_columns(band: Sequence[Placed], gutter: float) -> bool:
    left, right = _sides(band, gutter)
    if min(len(left), len(right)) < FEWEST_LINES:
        return False
    shared = min(_bottom(left), _bottom(right)) - max(_top(left), _top(right))
    size = median(one.box.y1 - one.box.y0 for one in band)
    return shared >= FEWEST_LINES * size and _runs(left, size) and _runs(right, size)


def _runs(side: Sequence[Placed], size: float) -> bool:
    """Whether text runs on in a side: in one column, or in several."""
    return _is_prose(side, size) or any(
        _is_columns(band, gutter) for gutter in _gutters(side) for band in _bands(side, gutter)
    )


def _is_prose(side: Sequence[Placed], size: float) -> bool:
    width = max(one.box.x1 for one in side) - min(one.box.x0 for one in side)
    middle = median(one.box.x1 - one.box.x0 for one in side)
    filled = FILLED if len(side) > FEWEST_LINES else FILLED_BY_TWO
    return width >= NARROWEST_SIDE * size and middle >= filled * width


def _top(side: Iterable[Placed]) -> float:
    return min(one.box.y0 for one in side)


def _bottom(side: Iterable[Placed]) -> float:
    return max(one.box.y1 for one in side)


def _rows(region: Sequence[Placed]) -> list[Placed]:
    """Row by row, each from left to right."""
    by_height = sorted(region, key=lambda one: (one.box.y1, one.box.x0))
    numbers = [0]
    for above, below in pairwise(by_height):
        tall = min(above.box.y1 - above.box.y0, below.box.y1 - below.box.y0)
        numbers.append(numbers[-1] + (below.box.y1 - above.box.y1 > tall * 0.4))
    rows = sorted(zip(numbers, by_height, strict=False), key=lambda row: (row[0], row[1].box.x0))
    return [one for _, one in rows]
