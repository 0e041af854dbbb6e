"""Paragraphs of pages, each knowing on which pages it stands, and sections made of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.structure.statute import plain_lines
from corpus.types import Line, PageText

Breaks = tuple[tuple[int, int], ...]
"""(offset into a text, number of the page that begins there), ascending; the first offset is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading or footnote, its lines joined."""

    text: str
    breaks: Breaks
    lines: int = 1
    size: float = 0.0
    """Of its first line, as are the place and the type."""
    x0: float = 0.0
    x1: float = 0.0
    bold: bool = False
    italic: bool = False
    heading: int = 0

    @property
    def page(self) -> int:
        """Number of the page on which it begins."""
        return self.breaks[0][1]


@dataclass(slots=True)
class _Open:
    """A block to which lines may still be added."""

    first: Line
    texts: list[str] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, page: int) -> None:
        if self.texts and not (_is_ideograph(self.texts[-1][-1]) and _is_ideograph(text[0])):
            text = f" {text}"
        start = self.length + text.startswith(" ")
        if not self.breaks or self.breaks[-1][1] != page:
            self.breaks.append((start if self.breaks else 0, page))
        self.texts.append(text)
        self.length += len(text)

    def closed(self) -> Block:
        line = self.first
        return Block(
            text="".join(self.texts), breaks=tuple(self.breaks), lines=len(self.texts), size=line.size,
            x0=line.x0, x1=line.x1, bold=line.bold, italic=line.italic, heading=line.heading,
        )  # fmt: skip


def body(pages: Iterable[PageText]) -> list[Block]:
    """The paragraphs of the pages without their footnotes; one may run over several pages."""
    return list(_blocks(pages, footnotes=False))


def footnotes(pages: Iterable[PageText]) -> list[Block]:
    """The footnotes of the pages, in order."""
    return list(_blocks(pages, footnotes=True))


def _blocks(pages: Iterable[PageText], *, footnotes: bool) -> Iterator[Block]:
    current: _Open | None = None
    for page in pages:
        for line in page.lines:
            text = " ".join(plain_lines(line.text)) if line.footnote is footnotes else ""
            if not text:
                continue
            if current is None or _begins(line, current.first):
                if current is not None:
                    yield current.closed()
                current = _Open(line)
            current.add(text, page.number)
    if current is not None:
        yield current.closed()


def _begins(line: Line, first: Line) -> bool:
    """Whether a line begins a block: a new paragraph, or the end or change of a heading."""
    return line.paragraph or line.heading != first.heading


def _is_ideograph(char: str) -> bool:
    """Whether lines that meet here are joined without a space: Chinese and Japanese have none."""
    return "\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uff65" or char >= "\U00020000"


def joined(blocks: Sequence[Block]) -> tuple[str, Breaks]:
    """The text of several blocks, one a line, and its page breaks."""
    breaks: list[tuple[int, int]] = []
    length = 0
    for block in blocks:
        for offset, page in block.breaks:
            if not breaks or breaks[-1][1] != page:
                breaks.append((length + offset, page))
        length += len(block.text) + 1
    if breaks and breaks[0][0]:
        breaks[0] = (0, breaks[0][1])
    return "\n".join(block.text for block in blocks), tuple(breaks)


def stretches(blocks: Sequence[Block], longest: int) -> Iterator[list[Block]]:
    """Runs of whole blocks of about `longest` characters; a single block may be longer."""
    group: list[Block] = []
    size = 0
    for block in blocks:
        if group and size + len(block.text) > longest:
            yield group
            group, size = [], 0
        group.append(block)
        size += len(block.text)
    if group:
        yield group
