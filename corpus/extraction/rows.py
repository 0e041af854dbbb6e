"""Lines that stand side by side on a page, and the columns that they fill. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.types import Line

CELLS = 3
"""Parts of a row from which on it is one of a table, and a paragraph of its own."""
UPWARDS = 0.5
"""In type sizes: a line that begins so much higher than the one before begins another column."""


def are_beside(one: Line, other: Line) -> bool:
    """Whether two lines share at least half of the height of the lower one."""
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0 and shared >= 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def joined(lines: Sequence[Line]) -> list[Line]:
    """Parts of one row (an enumerator and its text, the cells of a table) as one line."""
    found: list[Line] = []
    parts = 1
    for line in lines:
        beside = bool(found) and line.x0 >= found[-1].x1 - 2 and are_beside(found[-1], line)
        parts = parts + 1 if beside else 1
        if not beside:
            found.append(line)
            continue
        found[-1] = replace(_both(found[-1], line), paragraph=parts >= CELLS)
    return found


def _both(left: Line, right: Line) -> Line:
    longer = max(left, right, key=lambda line: len(line.text))
    return replace(
        longer, text=f"{left.text} {right.text}", x0=left.x0, y0=min(left.y0, right.y0), x1=right.x1,
        y1=max(left.y1, right.y1), bold=left.bold and right.bold, italic=left.italic and right.italic,
    )  # fmt: skip


def by_row(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines from the top of the page downwards, those side by side together."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.y1, line.x0)):
        if found and are_beside(found[-1][-1], line):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def columns(lines: Sequence[Line]) -> list[range]:
    """Places of lines in reading order, divided where the next one stands higher on the page."""
    starts = [0]
    for place in range(1, len(lines)):
        above = lines[place - 1]
        if lines[place].y0 < above.y0 - UPWARDS * max(above.size, 1):
            starts.append(place)
    return [
        range(start, end) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True) if start < end
    ]
