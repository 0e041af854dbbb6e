"""Paragraphs of pages, each knowing on which pages it stands, and sections made of them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from corpus.structure.statute import plain_lines
from corpus.types import Line, PageText, SectionText

_RULE = re.compile(r"[_=~|—–-][\s_=~|.—–-]{2,}")
"""A line drawn with characters."""
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARK = re.compile(rf"[\[(]?([{_RAISED}]{{1,3}}|\d{{1,3}}|[*†‡§]{{1,3}}|[a-z])[\])]?(?=[.\s])")

Breaks = tuple[tuple[int, int], ...]
"""(offset into a text, number of the page that begins there), ascending; the first offset is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading or footnote, its lines joined."""

    text: str
    breaks: Breaks
    starts: tuple[int, ...] = (0,)
    """Offsets at which its lines begin."""
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

    @property
    def is_marked(self) -> bool:
        """Whether its type says that it is a heading."""
        return self.bold or self.italic or self.heading > 0

    def with_more(self, other: Block) -> Block:
        """Both as one, with a space between."""
        shift = len(self.text) + 1
        last = self.breaks[-1][1]
        later = [(offset + shift, page) for offset, page in other.breaks]
        return replace(
            self,
            text=f"{self.text} {other.text}",
            starts=(*self.starts, *(start + shift for start in other.starts)),
            breaks=(*self.breaks, *(later[1:] if later[0][1] == last else later)),
        )

    def split(self, offsets: Sequence[int]) -> list[Block]:
        """The block cut at ascending offsets inside it, each the begin of a line."""
        edges = [0, *offsets, len(self.text)]
        return [self._part(start, end) for start, end in pairwise(edges) if start < end]

    def _part(self, start: int, end: int) -> Block:
        text = self.text[start:end].strip()
        page = next(page for offset, page in reversed(self.breaks) if offset <= start)
        later = ((offset - start, page) for offset, page in self.breaks if start < offset < end)
        starts = tuple(place - start for place in self.starts if start <= place < end)
        return replace(self, text=text, breaks=((0, page), *later), starts=starts or (0,))


@dataclass(slots=True)
class _Open:
    """A block to which lines may still be added."""

    first: Line
    texts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, page: int) -> None:
        if self.texts and not (_is_ideograph(self.texts[-1][-1]) and _is_ideograph(text[0])):
            text = f" {text}"
        start = self.length + text.startswith(" ")
        if not self.breaks or self.breaks[-1][1] != page:
            self.breaks.append((start if self.breaks else 0, page))
        self.texts.append(text)
        self.starts.append(start)
        self.length += len(text)

    def closed(self) -> Block:
        line = self.first
        return Block(
            text="".join(self.texts), breaks=tuple(self.breaks), starts=tuple(self.starts), size=line.size,
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
            ruled = _RULE.fullmatch(text) is not None
            if current is not None and text and (ruled or _begins(line, current.first)):
                yield current.closed()
                current = None
            if text and not ruled:
                current = current or _Open(line)
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


def with_footnotes(sections: Sequence[SectionText], notes: Sequence[Block]) -> tuple[SectionText, ...]:
    """The sections with each footnote in the notes of one: that which refers to it on its page, else the page's last."""
    at: defaultdict[int, list[int]] = defaultdict(list)
    for place, section in enumerate(sections):
        pages = [page for _, page in section.page_breaks]
        for page in dict.fromkeys(pages):
            at[page].append(place)
    lines: defaultdict[int, list[str]] = defaultdict(list)
    last = 0
    for note in notes:
        candidates = at.get(note.page) or [last]
        mark = _MARK.match(note.text)
        refers = (
            place for place in candidates if mark and _refers(_on_page(sections[place], note.page), mark[1])
        )
        last = next(refers, candidates[-1])
        lines[last].append(note.text)
    return tuple(
        replace(section, notes="\n".join(filter(None, [section.notes, *lines[place]])))
        if place in lines
        else section
        for place, section in enumerate(sections)
    )


def _on_page(section: SectionText, page: int) -> str:
    """What of a section's text stands on a page."""
    edges = [*section.page_breaks, (len(section.text), 0)]
    return "\n".join(section.text[start:end] for (start, here), (end, _) in pairwise(edges) if here == page)


def _refers(text: str, mark: str) -> bool:
    """Whether a mark stands in a text: raised, behind a word, `brain injury.4`, or in brackets, `[4]`."""
    sign = re.escape(mark)
    if mark[0] in _RAISED:
        return re.search(rf"(?<![{_RAISED}]){sign}(?![{_RAISED}])", text) is not None
    return re.search(rf"(?<=[^\s\d(]){sign}(?!\w)|[\[(]{sign}[\])]", text) is not None
