"""What stands at the edges of pages and is no text: running heads, page numbers, line numbers. Pure.

A running head is told by the same words at the same height of neighbouring pages; a page number by counting with
the pages; line numbers by counting with the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.extraction import rows
from corpus.types import Line, PageText

EDGE_ROWS = 3
EDGE = 0.2
"""Of the page's height, at the top and at the bottom."""
NEAR = 4
"""Pages on each side that are compared; heads of left and right pages alternate."""
SAME_HEIGHT = 4.0
FEWEST_LETTERS = 4
"""Of a running head: a shorter repetition may be an enumerator."""
FEWEST_COUNTING = 3
"""Other pages on which the number of a running head counts with the pages, and"""
FEWEST_COUNTING_LETTERS = 10
"""its letters: headings such as `SCHEDULE 2` may begin page after page."""
REPEATED = 0.3
"""Share of the letters of a running head that other pages have too; the rest names the chapter."""
MOST_PARTS = 3
"""A row of more parts may be one of a table, in which some cells repeat: then all of it must."""
FEWEST_NUMBERED = 6
"""Line numbers on a page."""
NUMBERED_SHARE = 0.7
"""Of the rows of the page: a numbered list or table fills less of it, or goes on counting on the next page."""
STRAYS = 0.1
"""Share of the other lines that may stand as far out as the line numbers."""
ALIGNED = 9.0
"""Points between the edges of line numbers."""

_NUMBER = re.compile(
    r"(?P<sign>[-–—\[(]\s*)?(?P<word>page|pg\.?|p\.)?\s*(?P<value>\d{1,4}|[ivxlc]{1,8})"
    r"(?P<of>\s*(?:of|/)\s*\d{1,4})?\s*[-–—\])]?",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"[0-9]{1,9}")
_LINE_NUMBER = re.compile(r"(\d{1,3})(?:\s+(?=\S)|$)")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line at the top or bottom of a page, as it compares with those of other pages."""

    place: int
    """Of its page among the pages."""
    line: Line
    key: str
    """Its letters."""
    value: int | None
    """The number, when it is nothing but one."""
    figures: tuple[int, ...]
    """Every number in it."""


def stripped(pages: Sequence[PageText]) -> list[list[Line]]:
    """The lines of each page without what only stands at its edges."""
    edges = [_edges(place, page) for place, page in enumerate(pages)]
    found = []
    for place, page in enumerate(pages):
        near = _near(edges, place)
        margins = [row for row in edges[place] if _is_margin(row, near, len(pages))]
        margins += [row for row in edges[place] if len(row) == 1 and row[0].value == page.number]
        gone = {id(edge.line) for row in margins for edge in row}
        found.append([line for line in page.lines if id(line) not in gone])
    emptied = sum(bool(page.lines) and not lines for page, lines in zip(pages, found, strict=True))
    if 2 * emptied > sum(bool(page.lines) for page in pages):  # a line a page: it is the text
        return [list(page.lines) for page in pages]
    return _without_numbers(found)


def _near(edges: Sequence[Sequence[Sequence[_Edge]]], place: int) -> list[_Edge]:
    pages = [*edges[max(place - NEAR, 0) : place], *edges[place + 1 : place + 1 + NEAR]]
    return [edge for page in pages for row in page for edge in row]


def _edges(place: int, page: PageText) -> list[list[_Edge]]:
    """The first and the last row of a page, and those that stand next to them at its very top or bottom."""
    if not page.height:
        return []
    found = rows.by_row(page.lines)
    top, low = EDGE * page.height, (1 - EDGE) * page.height
    last = len(found) - 1
    kept = [
        row
        for at, row in enumerate(found)
        if at in (0, last)
        or (at < EDGE_ROWS and row[0].y0 < top)
        or (at > last - EDGE_ROWS and row[0].y1 > low)
    ]
    return [[_edge(place, line) for line in row] for row in kept]


def _edge(place: int, line: Line) -> _Edge:
    number = _NUMBER.fullmatch(line.text.strip())
    value = _value(number["value"]) if number else None
    figures = tuple(int(found) for found in _FIGURES.findall(line.text))
    return _Edge(place, line, "".join(filter(str.isalpha, line.text)).casefold(), value, figures)


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    figures = [_ROMAN[letter] for letter in text.casefold()]
    following = [*figures[1:], 0]
    return sum(-one if one < after else one for one, after in zip(figures, following, strict=True))


def _is_margin(row: Sequence[_Edge], near: Sequence[_Edge], pages: int) -> bool:
    """Whether a row is a running head: it counts with the pages, or much of it is on other pages too."""
    needed = 1 if pages <= 3 else 2
    if any(_counts(edge, near) >= needed or _says_page(edge) for edge in row):
        return True
    if len(row) > MOST_PARTS:
        return all(_stands_elsewhere(edge, near) >= needed for edge in row)
    repeated = sum(len(edge.key) for edge in row if _repeats(edge, near) >= needed)
    return repeated > 0 and repeated >= REPEATED * sum(len(edge.key) for edge in row)


def _stands_elsewhere(edge: _Edge, near: Iterable[_Edge]) -> int:
    """On how many other pages the same text stands at the same height, figures and all."""
    return len(
        {other.place for other in near if other.line.text == edge.line.text and _at_one_height(edge, other)}
    )


def _repeats(edge: _Edge, near: Iterable[_Edge]) -> int:
    """On how many other pages the same words stand at the same height.

    With other figures they are the same only if those count with the pages, and often: `SCHEDULE 1` and `SCHEDULE 2`
    on two pages are text.
    """
    if len(edge.key) < FEWEST_LETTERS:
        return 0
    alike = [other for other in near if other.key == edge.key and _at_one_height(edge, other)]
    same = {other.place for other in alike if other.figures == edge.figures}
    counting = {other.place for other in alike if _goes_with_pages(edge, other)}
    often = len(edge.key) >= FEWEST_COUNTING_LETTERS and len(counting) >= FEWEST_COUNTING
    return len(same | counting) if often else len(same)


def _goes_with_pages(edge: _Edge, other: _Edge) -> bool:
    if len(edge.figures) != len(other.figures):
        return False
    steps = [there - here for here, there in zip(edge.figures, other.figures, strict=True) if there != here]
    return steps == [other.place - edge.place]


def _at_one_height(edge: _Edge, other: _Edge) -> bool:
    return abs(edge.line.y1 - other.line.y1) <= SAME_HEIGHT


def _counts(edge: _Edge, near: Iterable[_Edge]) -> int:
    """On how many other pages a number stands that differs by as much as the pages do."""
    if edge.value is None:
        return 0
    return len({
        other.place
        for other in near
        if other.value is not None
        and other.value - edge.value == other.place - edge.place
        and abs(edge.line.y1 - other.line.y1) <= 3 * SAME_HEIGHT
    })  # fmt: skip


def _says_page(edge: _Edge) -> bool:
    """`Page 3`, `3 of 10` or `- 3 -`, which need no other page to be known."""
    number = _NUMBER.fullmatch(edge.line.text.strip())
    if number is None or not number["value"].isdigit():
        return False
    dashes = number["sign"] is not None and number["sign"].strip() in "-–—"
    return bool(number["word"] or (number["of"] and "of" in number["of"]) or dashes)


def _without_numbers(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without the numbers that count their lines (pleading paper, bills, transcripts), if most pages have them."""
    counted = [_numbers(lines) for lines in pages]
    if 2 * sum(map(bool, counted)) < sum(map(bool, pages)):
        return [list(lines) for lines in pages]
    found = []
    for lines, chain in zip(pages, counted, strict=True):
        numbered = {id(line) for line in chain}
        cut = [_cut(line) if id(line) in numbered else line for line in lines]
        found.append([line for line in cut if line.text])
    return found


def _numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page that carry its line numbers: from top to bottom, outside of everything else."""
    chain = _chain([line for line in lines if _LINE_NUMBER.match(line.text)])
    if len(chain) < FEWEST_NUMBERED:
        return []
    step = _line_number(chain[1]) - _line_number(chain[0])
    inside = {id(line) for line in chain}
    others = [line for line in lines if id(line) not in inside]
    left, right = max(line.x0 for line in chain), min(line.x0 for line in chain)
    strays = min(sum(line.x0 <= left for line in others), sum(line.x1 >= right for line in others))
    whole = len(chain) * step >= NUMBERED_SHARE * len(rows.by_row(lines))
    return chain if whole and strays <= STRAYS * len(others) and _line_number(chain[0]) <= step else []


def _chain(candidates: Sequence[Line]) -> list[Line]:
    """The longest run of aligned lines, downwards, whose numbers go up by a constant step of 1 or 5."""
    best: list[Line] = []
    ordered = sorted(candidates, key=lambda line: line.y1)
    for step in (1, 5):
        runs: list[list[Line]] = []
        for line in ordered:
            run = next((one for one in runs if _follows(one[-1], line, step)), None)
            if run is None:
                runs.append([line])
            else:
                run.append(line)
        best = max([best, *runs], key=len)
    return best


def _follows(above: Line, below: Line, step: int) -> bool:
    aligned = abs(above.x0 - below.x0) <= ALIGNED or abs(above.x1 - below.x1) <= ALIGNED
    return aligned and below.y1 > above.y1 and _line_number(below) == _line_number(above) + step


def _line_number(line: Line) -> int:
    found = _LINE_NUMBER.match(line.text)
    return int(found[1]) if found else -1


def _cut(line: Line) -> Line:
    found = _LINE_NUMBER.match(line.text)
    if found is None:
        return line
    share = found.end() / len(line.text)
    return replace(line, text=line.text[found.end() :], x0=line.x0 + (line.x1 - line.x0) * share)
