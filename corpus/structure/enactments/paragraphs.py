"""Lines of pages joined to paragraphs, each with its look and its places on the pages. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.structure.enactments.patterns import ENUMERATOR, leading_number, starts_a_heading
from corpus.structure.statute import plain_lines
from corpus.types import Line, PageText

_ENDS = re.compile(r"[.;:?!—–…][\"'”’»)\]]*$|[;,]\s(?:and|or)$|^$")
_LOWER = re.compile(r"[a-z]")
_MOST_OF_A_LINE = 0.88
"""A line that reaches this far across its page has been wrapped; a heading rarely has."""
_RUNS_IN = re.compile(r"\[?[0-9]{1,4}[A-Z]{0,3}\.\s")
"""A section whose heading is bold and runs into the text: `66. Election of the President.—(1) …`"""
_NUMBERED = re.compile(r"\[?[0-9]{1,4}[A-Z]{0,3}\.\s?[A-Z(“\"\[—–]")
_ABBREVIATION = re.compile(
    r"\b(?:Nos?|Arts?|Secs?|ss?|paras?|cl|regs?|rr?|Pub|L|Stat|ch|pp?|v|vol|Rs|Sch)\.$"
)
_SAME_SIZE = 0.6  # points
_INDENT = 4.0  # points
_CLOSE = 0.45
"""Space above a line, in its type size, from which on a paragraph begins."""
_SHORT = 20
"""Lines of fewer characters do not say where the margins are."""
_FEWEST_IN_A_COLUMN = 6


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or heading. `breaks` are (offset into `text`, page) where a page begins; the first is 0."""

    text: str
    breaks: tuple[tuple[int, int], ...]
    bold: bool = False
    italic: bool = False
    centred: bool = False
    size: float = 0.0
    level: int = 0
    """Of a heading that the format itself marks; 0: none."""

    @property
    def page(self) -> int:
        return self.breaks[0][1]

    def tail(self, start: int) -> Block:
        """The block from an offset on, its pages kept."""
        while start < len(self.text) and self.text[start].isspace():
            start += 1
        first = bisect_right(self.breaks, (start, 1 << 60)) - 1
        later = tuple((at - start, page) for at, page in self.breaks[first + 1 :])
        breaks = ((0, self.breaks[max(first, 0)][1]), *later)
        return Block(self.text[start:], breaks, self.bold, self.italic, self.centred, self.size, self.level)


@dataclass(frozen=True, slots=True)
class Flow:
    """The paragraphs of a document in order, and its footnotes with the place that they belong to."""

    blocks: tuple[Block, ...]
    footnotes: tuple[tuple[int, str], ...]
    """(index of the block beside which it stands, text)."""
    body_size: float
    has_layout: bool
    """Whether bold, italic or centred lines tell headings from text at all."""


@dataclass(slots=True)
class _Open:
    """A block while its lines are gathered."""

    lines: list[tuple[Line, int]] = field(default_factory=list)
    centred: bool = False
    wrapped: bool = False
    """Whether its last line reaches the right margin."""


@dataclass(frozen=True, slots=True)
class _Margins:
    """Left and right edge of the column that a line stands in, in points; 0 and 0 where nothing is known."""

    left: float = 0.0
    right: float = 0.0

    @property
    def width(self) -> float:
        return self.right - self.left

    def centred(self, line: Line) -> bool:
        before, after = line.x0 - self.left, self.right - line.x1
        return self.width > 0 and before > 0.08 * self.width and abs(before - after) < 0.06 * self.width

    def reached(self, line: Line) -> bool:
        return self.width <= 0 or line.x1 >= self.left + _MOST_OF_A_LINE * self.width

    def had_room(self, line: Line, following: Line) -> bool:
        """Whether the first word of the line that follows would have fitted behind a line: its end was meant."""
        if self.width <= 0 or line.x1 <= line.x0:
            return False
        character = (line.x1 - line.x0) / max(len(line.text), 1)
        word = len(following.text.split(" ", 1)[0]) + 2
        return line.x1 + character * word < self.right


def flow(pages: Iterable[PageText]) -> Flow:
    """Join the lines of all pages to blocks; a paragraph that goes on over a page is one block."""
    blocks: list[Block] = []
    footnotes: list[tuple[int, list[str]]] = []
    sizes: Counter[float] = Counter()
    current = _Open()
    for line, page, margins in _lines(pages):
        if line.footnote:
            _add_footnote(footnotes, line, len(blocks))
            continue
        sizes[round(line.size, 1)] += len(line.text)
        if current.lines and _begins(current, line, margins):
            blocks.append(_closed(current))
            current = _Open()
        current.centred = margins.centred(line) and (not current.lines or current.centred)
        current.lines.append((line, page))
        current.wrapped = margins.reached(line)
    if current.lines:
        blocks.append(_closed(current))
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    looks = any(block.bold or block.italic or block.centred for block in blocks)
    notes = tuple((place, _joined(lines)) for place, lines in footnotes)
    return Flow(tuple(blocks), notes, body_size, looks)


def _lines(pages: Iterable[PageText]) -> Iterator[tuple[Line, int, _Margins]]:
    for page in pages:
        for line, margins in zip(page.lines, _margins(page.lines), strict=True):
            texts = plain_lines(line.text)
            if len(texts) == 1 and texts[0] == line.text:
                yield line, page.number, margins
            elif texts:
                yield _with_text(line, " ".join(texts)), page.number, margins


def _with_text(line: Line, text: str) -> Line:
    return Line(
        text=text, x0=line.x0, y0=line.y0, x1=line.x1, y1=line.y1, size=line.size, bold=line.bold,
        italic=line.italic, paragraph=line.paragraph, footnote=line.footnote, heading=line.heading,
    )  # fmt: skip


def _margins(lines: Sequence[Line]) -> list[_Margins]:
    """The margins of each line's column; a line across several columns has those of the page."""
    placed = [line for line in lines if line.x1 > line.x0]
    if not placed:
        return [_Margins()] * len(lines)
    long = [line for line in placed if len(line.text) > _SHORT] if len(placed) > 3 else placed
    page = _around(long or placed)
    columns = [_around(column) for column in _columns(long)]
    return [
        next((one for one in columns if one.left - 6 <= line.x0 and line.x1 <= one.right + 6), page)
        for line in lines
    ]


def _around(lines: Sequence[Line]) -> _Margins:
    return _Margins(min(line.x0 for line in lines), max(line.x1 for line in lines))


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


def _add_footnote(footnotes: list[tuple[int, list[str]]], line: Line, place: int) -> None:
    if footnotes and footnotes[-1][0] == place and not line.paragraph:
        footnotes[-1][1].append(line.text)
    else:
        footnotes.append((place, [line.text]))


def _begins(current: _Open, line: Line, margins: _Margins) -> bool:
    """Whether a line begins a block of its own behind the lines gathered so far."""
    before = current.lines[-1][0]
    if line.heading or before.heading:
        return line.heading != before.heading or line.paragraph
    ended = _ENDS.search(before.text) is not None
    if line.paragraph:
        return ended or not (_goes_on(current, line) or _is_wrapped(current, line, margins))
    if starts_a_heading(line.text) and (ended or not current.wrapped):
        return True
    if ended and (_counted(before.text, line.text) or margins.had_room(before, line)):
        return True
    if _counts_on(current.lines[0][0].text, line.text):
        return True
    return _looks_differ(current, line, margins)


def _goes_on(current: _Open, line: Line) -> bool:
    """A line marked as a paragraph that can only be the rest of the one before, as behind a page's end."""
    before = current.lines[-1][0]
    return (
        bool(_LOWER.match(line.text))
        and before.bold == line.bold
        and not current.centred
        and (current.wrapped or before.text.endswith(","))
        and len(before.text) > 30
        and not _is_set_off(current, line)
    )


def _is_set_off(current: _Open, line: Line) -> bool:
    """Whether more space than between the lines before, or an indentation that ends, divides a line from them."""
    before = current.lines[-1][0]
    gap = line.y0 - before.y1
    if gap < 0 or not line.size:  # on another page, or without places
        return False
    if len(current.lines) == 1:
        return gap > _CLOSE * line.size
    earlier = current.lines[-2][0]
    usual = before.y0 - earlier.y1
    return (0 <= usual < gap - line.size / 4) or (usual >= 0 and line.x0 < before.x0 - _INDENT)


def _is_wrapped(current: _Open, line: Line, margins: _Margins) -> bool:
    """A full line in mid-sentence, and one of the same type right below it: `in Articles 70 and` / `71.`"""
    before, first = current.lines[-1][0], current.lines[0][0]
    full = margins.width > 0 and margins.reached(before) and not margins.had_room(before, line)
    alike = before.bold == line.bold or (before.bold and _RUNS_IN.match(first.text) is not None)
    alike = alike and abs(before.size - line.size) < _SAME_SIZE
    return (
        full and alike and 0 <= line.y0 - before.y1 < _CLOSE * line.size and not starts_a_heading(line.text)
    )


def _counted(before: str, line: str) -> bool:
    """A line that begins with an enumerator or the number of a section, and not with that of `Act No.` before it."""
    return bool(ENUMERATOR.match(line) or (_NUMBERED.match(line) and not _ABBREVIATION.search(before)))


def _counts_on(first: str, line: str) -> bool:
    """Entries of a list that were taken for one paragraph: `1 Short title`, `2 Interpretation`."""
    one, other = leading_number(first), leading_number(line)
    return one is not None and other is not None and one[0] == other[0] and other[1] == one[1] + 1


def _looks_differ(current: _Open, line: Line, margins: _Margins) -> bool:
    """A bold heading above its text, a centred one above another line."""
    before = current.lines[-1][0]
    if _LOWER.match(line.text):
        return False
    if before.bold != line.bold and all(one.bold == before.bold for one, _ in current.lines):
        return not current.wrapped
    if current.centred and not margins.centred(line):
        return True
    return bool(before.size and line.size and abs(before.size - line.size) > 1.2 and not current.wrapped)


def _closed(current: _Open) -> Block:
    breaks: list[tuple[int, int]] = []
    lines = [line for line, _ in current.lines]
    length = 0
    before = ""
    for line, page in current.lines:
        start = length + (1 if before and not _is_tight(before, line.text) else 0)
        if not breaks or breaks[-1][1] != page:
            breaks.append((start, page))
        length, before = start + len(line.text), line.text
    return Block(
        _joined([line.text for line in lines]),
        tuple(breaks),
        bold=all(line.bold for line in lines),
        italic=all(line.italic for line in lines),
        centred=current.centred,
        size=lines[0].size,
        level=lines[0].heading,
    )


def _joined(texts: Sequence[str]) -> str:
    parts: list[str] = []
    for text in texts:
        if parts and not _is_tight(parts[-1], text):
            parts.append(" ")
        parts.append(text)
    return "".join(parts)


def _is_tight(text: str, more: str) -> bool:
    """A hyphen or dash that is left at the end of a line is part of the words: `self-` + `employed`."""
    return text.endswith(("-", "—", "/")) and len(text) > 1 and not text[-2].isspace() and more[:1].isalnum()
