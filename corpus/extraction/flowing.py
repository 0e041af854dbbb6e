"""Text that flows without pages: lines become pages that can be kept, rows of tables become lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus import flags
from corpus.extraction import characters, instructions
from corpus.extraction.errors import TooLarge
from corpus.types import Line, PageText

PAGE_CHARS = 2_000_000
PAGE_LINES = 40_000
"""A longer text goes on as the next page, so that nothing is cut."""
TEXT_CHARS = 20_000_000

_ENUMERATOR = re.compile(
    r"§+|[•–—*-]"
    r"|[(\[](?:\d+[A-Za-z]{0,2}|[A-Za-z]{1,3}|[ivxlcIVXLC]+)[)\]]\.?"
    r"|(?:\d+[A-Za-z]?(?:\.\d+[A-Za-z]?)*|[A-Za-z]|[ivxlc]+|[IVXLC]+)[.)]"
    r"|\d+(?:\.\d+)+"
)


def pages(parts: Iterable[Iterable[Line]], *, reader: str, flagged: Iterable[str] = ()) -> list[PageText]:
    """Pages numbered from 1, each part beginning a page of its own; characters are cleaned, empty lines dropped.

    There is one page at least. Raises TooLarge where there is too much text. `flagged`: codes of corpus.flags for the
    first page, read after the last line.
    """
    found: list[PageText] = []
    total = 0
    for part in parts:
        for lines, odd in _pages(part):
            length = sum(len(line.text) for line in lines)
            total += length
            if total > TEXT_CHARS:
                raise TooLarge("The file has more text than is read at once. Divide it and add the parts.")
            marks = tuple(_marks(lines, odd))
            found.append(PageText(number=len(found) + 1, lines=tuple(lines), reader=reader, flags=marks))
    found[0] = replace(found[0], flags=tuple(dict.fromkeys((*found[0].flags, *flagged))))
    return found


def _marks(lines: Iterable[Line], odd: int) -> Iterator[str]:
    text = "\n".join(line.text for line in lines)
    if not text:
        yield flags.NO_TEXT
    if characters.too_odd(odd, len(text)):
        yield flags.ODD_CHARACTERS
    if instructions.suspicious(text):
        yield flags.INSTRUCTIONS


def _pages(lines: Iterable[Line]) -> Iterator[tuple[list[Line], int]]:
    """Lines of one page and how many odd characters they had, as often as the limits of a page ask."""
    kept: list[Line] = []
    length = odd = 0
    for line, count in _cleaned(lines):
        if length + len(line.text) > PAGE_CHARS or len(kept) == PAGE_LINES:
            yield kept, odd
            kept, length, odd = [], 0, 0
        kept.append(line)
        length += len(line.text)
        odd += count
    yield kept, odd


def _cleaned(lines: Iterable[Line]) -> Iterator[tuple[Line, int]]:
    begins = False  # a line that is dropped passes on that a paragraph begins
    for line in lines:
        text, odd = characters.clean(line.text)
        begins = begins or line.paragraph
        if not text:
            continue
        yield replace(line, text=text[:PAGE_CHARS], paragraph=begins), odd
        begins = False
        for start in range(PAGE_CHARS, len(text), PAGE_CHARS):
            yield replace(line, text=text[start : start + PAGE_CHARS], paragraph=False), 0


def row(cells: Iterable[Sequence[Line]]) -> list[Line]:
    """One row of a table as lines, in reading order; footnotes come last.

    Short cells stand on one line; a cell of several paragraphs ends the line with its own. An enumerator in the first
    cell goes before what it numbers, as in acts that are laid out by tables.
    """
    lines: list[Line] = []
    notes: list[Line] = []
    is_open = False
    for cell in cells:
        full = [line for line in cell if line.text.strip() and not line.footnote]
        notes += [line for line in cell if line.footnote]
        if not full:
            continue
        first, *others = full
        if is_open and not (lines[-1].heading or first.heading):
            lines[-1] = _joined(lines[-1], first, alone=len(lines) == 1)
        else:
            lines.append(first)
        lines += others
        is_open = not others
    return lines + notes


def _joined(left: Line, right: Line, *, alone: bool) -> Line:
    numbers = alone and _ENUMERATOR.fullmatch(left.text.strip())
    return replace(left, text=f"{left.text} {right.text}" if numbers else f"{left.text} | {right.text}")


def has_enumerator(text: str) -> bool:
    """Whether a text begins with a number or letter of its own: `1.`, `(a)`, `§ 2`, `•`."""
    first = text.split(maxsplit=1)[:1]
    return bool(first) and bool(_ENUMERATOR.fullmatch(first[0]))
