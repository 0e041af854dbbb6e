"""Where lines stand on their pages: margins, columns, and the space between lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.types import Line, PageText

_MOST_OF_A_LINE = 0.88
"""A line that reaches this far across its page has been wrapped; a heading rarely has."""
_SHORT = 20
"""Lines of fewer characters do not say where the margins are."""
_FEWEST_IN_A_COLUMN = 6
_FEWEST_LINES = 20
_LONGEST_WRAPPED = 180
"""Characters: a text whose lines are longer has not been wrapped."""
_EXACTLY = 3.0  # points
_MORE_SPACE = 0.25
"""Of the type size, beyond the usual space between lines: a paragraph begins."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Left and right edge of the column that a line stands in, in points; 0 and 0 where nothing is known."""

    left: float = 0.0
    right: float = 0.0
    middle: float = 0.0
    """Of the page."""
    leading: float | None = None
    """Usual space between two lines of a paragraph; None where nothing is known."""

    @property
    def width(self) -> float:
        return self.right - self.left

    def centred(self, line: Line) -> bool:
        before, after = line.x0 - self.left, self.right - line.x1
        if self.width <= 0 or before <= 0.08 * self.width:
            return False
        return (
            abs(before - after) < 0.06 * self.width or abs((line.x0 + line.x1) / 2 - self.middle) < _EXACTLY
        )

    def reached(self, line: Line) -> bool:
        return self.width <= 0 or line.x1 >= self.left + _MOST_OF_A_LINE * self.width

    def had_room(self, line: Line, following: Line) -> bool:
        """Whether the first word of the line that follows would have fitted behind a line: its end was meant."""
        return self.width > 0 and line.x1 > line.x0 and line.x1 + _first_word(line, following) < self.right

    def could_hold(self, line: Line, following: Line) -> bool:
        """The same of a centred line, which grows to both sides."""
        return line.x1 - line.x0 + _first_word(line, following) < self.width

    def sets_off(self, before: Line, line: Line) -> bool:
        """Whether there is more space between two lines of a page than between those of a paragraph."""
        gap = line.y0 - before.y1
        return self.leading is not None and gap > self.leading + _MORE_SPACE * max(line.size, before.size)


def _first_word(line: Line, following: Line) -> float:
    """Width of the first word of a line, and the space before it, in the type of another."""
    character = (line.x1 - line.x0) / max(len(line.text), 1)
    return character * (len(following.text.split(" ", 1)[0]) + 2)


def margins(page: PageText, leading: float | None) -> list[Margins]:
    """The margins of each line's column; a line across several columns has those of the page."""
    lines = page.lines
    placed = [line for line in lines if line.x1 > line.x0]
    if not placed:
        return [Margins()] * len(lines)
    long = [line for line in placed if len(line.text) > _SHORT] if len(placed) > 3 else placed
    whole = _around(long or placed, page.width / 2, leading)
    columns = [_around(column, page.width / 2, leading) for column in _columns(long)]
    return [
        next((one for one in columns if one.left - 6 <= line.x0 and line.x1 <= one.right + 6), whole)
        for line in lines
    ]


def _around(lines: Sequence[Line], middle: float, leading: float | None) -> Margins:
    return Margins(min(line.x0 for line in lines), max(line.x1 for line in lines), middle, leading)


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that overlap one another from left to right, where there are several such columns."""
    widths = sorted(line.x1 - line.x0 for line in lines)
    widest = 1.3 * widths[len(widths) // 2] if widths else 0.0
    columns: list[list[Line]] = []
    right = float("-inf")
    for line in sorted((line for line in lines if line.x1 - line.x0 <= widest), key=lambda line: line.x0):
        if line.x0 >= right:
            columns.append([])
        columns[-1].append(line)
        right = max(right, line.x1)
    return [column for column in columns if len(column) >= _FEWEST_IN_A_COLUMN] if len(columns) > 1 else []


def leading(pages: Iterable[PageText]) -> float | None:
    """The usual space between two lines of a paragraph, in points: near the least that there is."""
    gaps = sorted(
        following.y0 - line.y1
        for page in pages
        for line, following in pairwise(page.lines)
        if following.size and line.y0 < following.y0 < line.y1 + 3 * following.size
    )
    return gaps[len(gaps) // 20] if gaps else None


def as_if_printed(pages: Sequence[PageText]) -> Sequence[PageText]:
    """Plain text with places in characters, so that a short line is seen to end where it was meant to end.

    Text of long lines has a paragraph on each of them.
    """
    lengths = sorted(len(line.text) for page in pages for line in page.lines)
    if len(lengths) < _FEWEST_LINES or any(page.width or page.reader not in {"", "text"} for page in pages):
        return pages
    usual = lengths[len(lengths) * 95 // 100]
    if usual > _LONGEST_WRAPPED:
        return [
            replace(page, lines=tuple(replace(line, paragraph=True) for line in page.lines)) for page in pages
        ]
    return [replace(page, width=usual, lines=tuple(_in_characters(page.lines))) for page in pages]


def _in_characters(lines: Sequence[Line]) -> Iterator[Line]:
    for place, line in enumerate(lines):
        yield replace(line, x0=0, x1=len(line.text), y0=2 * place, y1=2 * place + 1)
