"""Lines of pages joined to paragraphs, each with its look and its places on the pages. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.structure.enactments.margins import Margins, as_if_printed, leading, margins
from corpus.structure.enactments.notes import is_credit
from corpus.structure.enactments.patterns import ENUMERATOR, FORMULA, leading_number, starts_a_heading
from corpus.structure.statute import plain_lines
from corpus.types import Line, PageText

_ENDS = re.compile(r"[.;:?!—–…][\"'”’»)\]]*$|[;,]\s(?:and|or)$|^$")
_LOWER = re.compile(r"[a-z]")
_RUNS_IN = re.compile(r"\[?[0-9]{1,4}[A-Z]{0,3}\.\s")
"""A section whose heading is bold and runs into the text: `66. Election of the President.—(1) …`"""
_QUOTED = re.compile(r"[“\"‘][A-Za-z]")
_NUMBERED = re.compile(r"\[?[0-9]{1,4}[A-Z]{0,3}\.\s?[A-Z(“\"\[—–]")
_ABBREVIATION = re.compile(
    r"\b(?:Nos?|Arts?|Secs?|ss?|paras?|cl|regs?|rr?|Pub|L|Stat|ch|pp?|v|vol|Rs|Sch)\.$"
)
_SAME_SIZE = 0.6  # points
_INDENT = 4.0  # points
_LONG = 30
"""Characters of a line that may have been wrapped."""


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


def flow(pages: Sequence[PageText]) -> Flow:
    """Join the lines of all pages to blocks; a paragraph that goes on over a page is one block."""
    blocks: list[Block] = []
    footnotes: list[tuple[int, list[str]]] = []
    sizes: Counter[float] = Counter()
    current = _Open()
    for line, page, around in _lines(pages):
        if line.footnote:
            _add_footnote(footnotes, line, len(blocks))
            continue
        sizes[round(line.size, 1)] += len(line.text)
        if current.lines and _begins(current, line, around):
            blocks.append(_closed(current))
            current = _Open()
        current.centred = around.centred(line) and (not current.lines or current.centred)
        current.lines.append((line, page))
        current.wrapped = around.reached(line)
    if current.lines:
        blocks.append(_closed(current))
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    looks = any(block.bold or block.italic or block.centred for block in blocks)
    notes = tuple((place, _joined(lines)) for place, lines in footnotes)
    return Flow(tuple(blocks), notes, body_size, looks)


def _lines(pages: Sequence[PageText]) -> Iterator[tuple[Line, int, Margins]]:
    pages = as_if_printed(pages)
    usual = leading(pages)
    for page in pages:
        for line, around in zip(page.lines, margins(page, usual), strict=True):
            texts = plain_lines(line.text)
            if len(texts) == 1 and texts[0] == line.text:
                yield line, page.number, around
            elif texts:
                yield _with_text(line, " ".join(texts)), page.number, around


def _with_text(line: Line, text: str) -> Line:
    return Line(
        text=text, x0=line.x0, y0=line.y0, x1=line.x1, y1=line.y1, size=line.size, bold=line.bold,
        italic=line.italic, paragraph=line.paragraph, footnote=line.footnote, heading=line.heading,
    )  # fmt: skip


def _add_footnote(footnotes: list[tuple[int, list[str]]], line: Line, place: int) -> None:
    if footnotes and footnotes[-1][0] == place and not line.paragraph:
        footnotes[-1][1].append(line.text)
    else:
        footnotes.append((place, [line.text]))


def _begins(current: _Open, line: Line, around: Margins) -> bool:
    """Whether a line begins a block of its own behind the lines gathered so far."""
    before = current.lines[-1][0]
    if line.heading or before.heading:
        return line.heading != before.heading or line.paragraph
    ended = _ENDS.search(before.text) is not None or _is_bracketed(current)
    if line.paragraph and not FORMULA.match(line.text):
        rest = _goes_on(current, line, around) or _is_wrapped(current, line, around)
        return ended or not (rest or _is_more_of_a_heading(current, line, around))
    return (
        FORMULA.match(line.text) is not None
        or (starts_a_heading(line.text) and (ended or not current.wrapped))
        or (ended and (_counted(before.text, line.text) or around.had_room(before, line)))
        or (around.sets_off(before, line) and (ended or not _LOWER.match(line.text)))
        or _counts_on(current.lines[0][0].text, line.text)
        or _looks_differ(current, line, around)
    )


def _is_bracketed(current: _Open) -> bool:
    """`[See section 3]`"""
    return current.lines[0][0].text.startswith("[") and current.lines[-1][0].text.endswith("]")


def _goes_on(current: _Open, line: Line, around: Margins) -> bool:
    """A line marked as a paragraph that can only be the rest of the one before, as behind a page's end."""
    before = current.lines[-1][0]
    return (
        around.width > 0  # where a format has no lines of its own, its paragraphs are certain
        and bool(_LOWER.match(line.text))
        and before.bold == line.bold
        and not current.centred
        and (current.wrapped or before.text.endswith(","))
        and len(before.text) > _LONG
        and not around.sets_off(before, line)
        and not _is_outdented(current, line)
    )


def _is_outdented(current: _Open, line: Line) -> bool:
    """Whether the second and later lines of a list item stand further in than a line that follows them."""
    before = current.lines[-1][0]
    return len(current.lines) > 1 and before.y0 < line.y0 and line.x0 < before.x0 - _INDENT


def _is_wrapped(current: _Open, line: Line, around: Margins) -> bool:
    """A full line in mid-sentence, and one of the same type right below it: `in Articles 70 and` / `71.`"""
    before, first = current.lines[-1][0], current.lines[0][0]
    if around.leading is None and not _LOWER.match(line.text) and not _refers(current, line):
        return False
    full = around.width > 0 and around.reached(before) and not around.had_room(before, line)
    alike = before.bold == line.bold or (before.bold and _RUNS_IN.match(first.text) is not None)
    alike = alike and abs(before.size - line.size) < _SAME_SIZE
    heading = starts_a_heading(line.text) or (line.bold and leading_number(line.text) is not None)
    return full and alike and not heading and before.y0 < line.y0 and not around.sets_off(before, line)


def _refers(current: _Open, line: Line) -> bool:
    """In plain text an empty line is better evidence than a full one, but for references: `(b) of Article 6`."""
    first_item = line.text.startswith(("(1)", "(a)"))
    return line.text.startswith("(") and not (first_item and len(current.lines) == 1)


def _is_more_of_a_heading(current: _Open, line: Line, around: Margins) -> bool:
    """The second line of a centred heading whose first was full."""
    before = current.lines[-1][0]
    alike = (before.bold, before.italic, round(before.size)) == (line.bold, line.italic, round(line.size))
    close = around.leading is not None and before.y0 < line.y0 and not around.sets_off(before, line)
    centred = current.centred and around.centred(line) and not starts_a_heading(line.text)
    return alike and close and centred and not around.could_hold(before, line)


def _counted(before: str, line: str) -> bool:
    """A line that begins with an enumerator, a credit or a section's number, and not with that of `Act No.` before it."""
    return bool(
        ENUMERATOR.match(line)
        or is_credit(line)
        or (_NUMBERED.match(line) and not _ABBREVIATION.search(before))
    )


def _counts_on(first: str, line: str) -> bool:
    """Entries of a list that were taken for one paragraph: `1 Short title`, `2 Interpretation`."""
    one, other = leading_number(first), leading_number(line)
    return one is not None and other is not None and one[0] == other[0] and other[1] == one[1] + 1


def _looks_differ(current: _Open, line: Line, around: Margins) -> bool:
    """A bold heading above its text, a centred one above another line."""
    before = current.lines[-1][0]
    if _LOWER.match(line.text):
        return False
    if before.bold != line.bold and all(one.bold == before.bold for one, _ in current.lines):
        return not current.wrapped
    if before.italic != line.italic and current.centred:
        return True
    if current.centred and not around.centred(line):
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
