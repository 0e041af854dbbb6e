"""From lines as pages give them to text: margins go, rows and divided words are joined, notes and paragraphs marked.

Pure. Pages without places (Word, HTML, plain text) know their paragraphs already and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.extraction import hyphens, margins, paragraphs, rows
from corpus.types import Line, PageText

RULE = re.compile(r"[_ ]{5,}|[-–—=]{5,}")
"""A line drawn with characters."""


def clean(pages: Sequence[PageText]) -> list[PageText]:
    """The pages with the lines of their text alone, in reading order. All pages of a file at once."""
    placed = [page for page in pages if page.width > 0]
    lines = [
        [line for line in rows.joined(found) if not RULE.fullmatch(line.text)]
        for found in margins.stripped(placed)
    ]
    lines = _with_notes(lines)
    lines = _with_whole_words(lines)
    ready = iter(_with_paragraphs(lines))
    return [replace(page, lines=tuple(next(ready))) if page.width > 0 else page for page in pages]


def _with_notes(pages: Iterable[Sequence[Line]]) -> list[list[Line]]:
    pages = list(pages)
    usual = paragraphs.usual_size(line for lines in pages for line in lines)
    found: list[list[Line]] = []
    open_note = False
    for lines in pages:
        found.append(paragraphs.with_footnotes(lines, usual, open_note=open_note))
        open_note = bool(found[-1]) and found[-1][-1].footnote
    return found


def _with_whole_words(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Words divided by the end of a line, a column or a page; notes do not come between."""
    known = hyphens.vocabulary(line for lines in pages for line in lines)
    found: list[list[Line]] = [[] for _ in pages]
    for notes in (False, True):
        flow = [
            (place, line) for place, lines in enumerate(pages) for line in lines if line.footnote == notes
        ]
        for place, line in hyphens.joined(flow, known):
            found[place].append(line)
    return found


def _with_paragraphs(pages: Iterable[Sequence[Line]]) -> list[list[Line]]:
    """The text of each page, then its notes, the beginnings of paragraphs marked."""
    found: list[list[Line]] = []
    before: Line | None = None
    for lines in pages:
        text = paragraphs.with_paragraphs([line for line in lines if not line.footnote], before)
        notes = paragraphs.with_paragraphs([line for line in lines if line.footnote], None)
        before = text[-1] if text else before
        found.append([*text, *notes])
    return found
