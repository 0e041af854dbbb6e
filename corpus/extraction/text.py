"""Plain text: lines as they stand, paragraphs by blank lines and indentation, pages by form feeds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from corpus.extraction import characters, decoding, flowing
from corpus.types import FileFacts, Line, PageText

_TAB = 8
_WIDEST = 130
"""Characters; nobody breaks lines further out."""
_NARROWEST = 40
"""Characters; what is narrower says nothing about where lines were broken."""
_FULL = 0.85
_SAMPLE = 5_000


def read(path: Path) -> Iterator[FileFacts | PageText]:
    """Facts, then pages: as many as form feeds divide."""
    text = decoding.decode(path.read_bytes())
    parts = text.split("\f")
    while len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    pages = flowing.pages((_lines(part) for part in parts), reader="text")
    yield FileFacts(media_type="text/plain", page_count=len(pages))
    yield from pages


def _lines(text: str) -> Iterator[Line]:
    """A line begins a paragraph after a blank line, after a line that was ended early, or where it is indented more."""
    width = _width(text)
    before: str | None = None
    for raw in _divided(text):
        line = raw.expandtabs(_TAB).rstrip()
        if not line:
            before = None
            continue
        begins = before is None or _ended_early(before, line, width) or _indent(line) > _indent(before)
        yield Line(text=line, paragraph=begins or flowing.has_enumerator(line))
        before = line


def _width(text: str) -> int:
    """At how many characters lines were broken; 0 where they were not, so that each is a paragraph."""
    lengths = sorted(len(line.rstrip()) for line in islice(_divided(text), _SAMPLE) if line.strip())
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    return usual if usual <= _WIDEST else 0


def _ended_early(before: str, line: str, width: int) -> bool:
    """Whether the next word would have had room on the line before: then it was not broken for want of room."""
    if not width:
        return True
    return width >= _NARROWEST and len(before) + 1 + len(line.split(maxsplit=1)[0]) < _FULL * width


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _divided(text: str) -> Iterator[str]:
    """Lines, without a list of all of them."""
    start = 0
    for found in characters.BREAKS.finditer(text):
        yield text[start : found.start()]
        start = found.end()
    yield text[start:]
