"""Plain text: lines as they stand, paragraphs by blank lines and indentation, pages by form feeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.extraction import characters, decoding, flowing
from corpus.types import FileFacts, Line, PageText

_TAB = 8


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
    """A line begins a paragraph after a blank line, or where it is indented more than the line before."""
    before = None
    for raw in _divided(text):
        line = raw.expandtabs(_TAB)
        if not line.strip():
            before = None
            continue
        indent = len(line) - len(line.lstrip())
        begins = before is None or indent > before or flowing.has_enumerator(line)
        yield Line(text=line, paragraph=begins)
        before = indent


def _divided(text: str) -> Iterator[str]:
    """Lines, without a list of all of them."""
    start = 0
    for found in characters.BREAKS.finditer(text):
        yield text[start : found.start()]
        start = found.end()
    yield text[start:]
