"""Where paragraphs begin, and which lines are footnotes, as far as places, sizes and marks tell. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.extraction import rows
from corpus.types import Line

INDENT = 0.7
"""In type sizes."""
WIDE_LEADING = 1.35
"""Of the usual distance between lines: more begins a paragraph."""
SAME_EDGE = 2.0
"""Points."""
SHORT = 0.85
"""Of the column's width: a line that ends before may be the last of its paragraph."""
VERY_SHORT = 0.55
RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL = 0.94
"""Of the size of most text: footnotes are smaller than that."""

_ENDS = re.compile(r"[.:;?!]['\"’”)\]⁰¹²³⁴⁵⁶⁷⁸⁹\s]*$")
_ENDS_LIST_ITEM = re.compile(r"[.:;,?!—–-]['\"’”)\]]*$|\b(?:and|or)$")
_ENUMERATOR = re.compile(
    r"(?:[(\[][0-9A-Za-z]{1,5}[)\]]|\d{1,3}[A-Z]?(?:\.\d{1,3}){0,4}[.)]|\d{1,3}(?:\.\d{1,3}){1,4}|[A-Za-z][.)]"
    r"|[ivxlcIVXLC]{1,7}[.)]|§+ ?\d|•|[–—-](?= )|(?:Art(?:icle|\.)|Sec(?:tion|\.)|SEC\.|SECTION|CHAPTER|PART|TITLE"
    r"|Chapter|Part|Title|Schedule|Annex) ?[0-9IVXLC]+)(?:\s|$)"
)
_MARK = re.compile(
    r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d{1,3}(?=[\s.)]|[A-Z“‘\"])|[*†‡§¶#]+|\[\d{1,3}\]|[a-z](?=\s+[A-Z]))\s*\S"
)


@dataclass(frozen=True, slots=True)
class _Column:
    """The edges of a column, where most of its lines begin, and the usual distance between them, in points."""

    left: float
    usual: float
    right: float
    leading: float


def usual_size(lines: Iterable[Line]) -> float:
    """The type size of most characters, in half points; 0 where nothing has a size."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def with_footnotes(lines: Sequence[Line], usual: float, *, open_note: bool) -> list[Line]:
    """The lines of a page, those of footnotes marked: small type at the foot of a column that begins with a mark.

    `open_note`: the page before ended in a footnote, which may go on here without a mark.
    """
    marked = list(lines)
    for column in rows.columns(lines):
        start = _start_of_notes(lines, column, usual, open_note=open_note)
        for place in {*range(start, column.stop), *_raised_notes(lines, column)}:
            marked[place] = replace(lines[place], footnote=True)
    return marked


def _raised_notes(lines: Sequence[Line], column: range) -> Iterator[int]:
    """Lines in any size that begin with a raised mark, and those in the same style that follow closely."""
    inside = False
    for place in column:
        line = lines[place]
        inside = line.text[:1] in RAISED or (inside and _is_like(lines[place - 1], line))
        if inside:
            yield place


def _is_like(above: Line, line: Line) -> bool:
    same = (above.bold, above.italic) == (line.bold, line.italic) and abs(above.size - line.size) < 0.3
    return same and line.y1 - above.y1 < WIDE_LEADING * 1.2 * line.size


def _start_of_notes(lines: Sequence[Line], column: range, usual: float, *, open_note: bool) -> int:
    """Place of the first line of a column's footnotes; its end where it has none."""
    start = column.stop
    while start > column.start and 0 < lines[start - 1].size < usual * SMALL:
        start -= 1
    if open_note and column.start < start < column.stop:
        return start
    return next((place for place in range(start, column.stop) if _MARK.match(lines[place].text)), column.stop)


def with_paragraphs(lines: Sequence[Line], before: Line | None) -> list[Line]:
    """The lines of a page, those marked that begin a paragraph; `before` is the line before the first."""
    found: list[Line] = []
    for column in rows.columns(lines):
        shape = _shape([lines[place] for place in column])
        for place in column:
            above = found[-1] if found else before
            begins = _begins(above, lines[place], shape, same=place > column.start)
            found.append(replace(lines[place], paragraph=begins or lines[place].paragraph))
    return found


def _shape(lines: Sequence[Line]) -> _Column:
    lefts, rights = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    steps = [below.y1 - above.y1 for above, below in pairwise(lines) if below.y1 > above.y1 + 1]
    usual = Counter(map(round, lefts)).most_common(1)[0][0]
    right = rights[-1 - len(rights) // 10]
    return _Column(lefts[len(lefts) // 10], usual, right, median(steps) if steps else 0.0)


def _begins(above: Line | None, line: Line, column: _Column, *, same: bool) -> bool:
    """Whether a line begins a paragraph; `same`: the line above stands in the same column."""
    if above is None:
        return True
    if _ENUMERATOR.match(line.text) and _ENDS_LIST_ITEM.search(above.text):
        return True
    if not same:
        return _begins_column(above, line, column)
    if _looks_other(above, line) or line.y1 - above.y1 > WIDE_LEADING * column.leading:
        return True
    width = column.right - column.left
    reach = (above.x1 - column.left) / width if width > 0 else len(above.text) / max(len(line.text), 1)
    if reach < VERY_SHORT or (reach < SHORT and _ENDS.search(above.text)):
        return True
    return _is_indented(above, line, column)


def _begins_column(above: Line, line: Line, column: _Column) -> bool:
    """At the top of a column or a page, where neither the space nor the indentation of the line above tells."""
    if line.text[:1].islower() or not _ENDS.search(above.text):
        return _looks_other(above, line)
    return line.x0 - column.left > INDENT * line.size or not column.leading


def _looks_other(above: Line, line: Line) -> bool:
    larger = max(above.size, line.size)
    return abs(above.size - line.size) > 0.12 * larger or (
        above.bold != line.bold and not line.text[:1].islower()
    )


def _is_indented(above: Line, line: Line, column: _Column) -> bool:
    """A first line stands further in, unless it is the first line from which the others hang."""
    deeper = line.x0 - above.x0
    if deeper > INDENT * line.size:
        if above.paragraph and abs(line.x0 - column.usual) < SAME_EDGE and above.x0 < column.usual:
            return False
        return not (_ENUMERATOR.match(above.text) and not _ENDS.search(above.text))
    return deeper < -INDENT * line.size and not above.paragraph and bool(_ENDS.search(above.text))
