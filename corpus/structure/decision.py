"""A judgment from its pages: title page and headnote apart, opinions, numbered paragraphs or pages. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.structure import blocks, decision_front, decision_numbers, decision_opinions, decision_paragraphs
from corpus.structure.blocks import Block
from corpus.structure.decision_front import Names
from corpus.structure.statute import unique
from corpus.types import Facts, PageText, SectionText

LEAST_OF_AN_OPINION = 8
"""Numbered paragraphs by which an opinion of the United States is taken to be cited by them: lists are frequent there."""

SHORT_LINE = 70
"""Characters a line on average, up to which lines that run together may be those of a title page."""

_ENDS = frozenset(".:;!?—–-”’\"'")
_ENUMERATOR = re.compile(r"[a-z]{1,4}[.)]\s")
_STAR_PAGE = re.compile(r"^\[\*\d{1,5}\]\s*")


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgment as read. No sections: it has neither numbered paragraphs nor opinions that can be told."""

    sections: tuple[SectionText, ...]
    authors: tuple[str, ...] = ()


def read(pages: Sequence[PageText], facts: Facts, names: Names) -> Decision:
    """The sections of a judgment and who wrote it; footnotes stand in the notes of the sections that have them."""
    pages = [_without_star_page(page) for page in pages]
    body, notes = list(_mended(_landmarks(blocks.body(pages)))), blocks.footnotes(pages)
    american = facts.jurisdiction[:2] == "us"
    marks = decision_numbers.marks(body, least=LEAST_OF_AN_OPINION if american else decision_numbers.LEAST)
    if marks:
        found = decision_paragraphs.sections(body, marks, names)
        dated = [replace(section, valid_from=facts.decided_on) for section in found]
        return Decision(_finished(dated, notes), decision_paragraphs.authors(dated))
    if american and body:
        paged = len(pages) > 1 or any(page.width for page in pages)
        found = decision_opinions.sections(body, facts, paged=paged)
        return Decision(_finished(found, notes), decision_opinions.authors(body))
    return Decision(())


def _landmarks(body: Iterable[Block]) -> Iterator[Block]:
    """The blocks; from runs of short lines, as title pages are, those lines stand apart that say what follows."""
    for block in body:
        if len(block.text) > SHORT_LINE * len(block.starts) or len(block.starts) == 1:
            yield block
            continue
        ends = [*block.starts[1:], len(block.text)]
        lines = zip(block.starts, ends, strict=True)
        apart = [(start, end) for start, end in lines if _is_landmark(block.text[start:end].strip())]
        cuts = sorted({at for edges in apart for at in edges if 0 < at < len(block.text)})
        yield from block.split(cuts)


def _is_landmark(line: str) -> bool:
    return bool(decision_front.is_landmark(line) or decision_paragraphs.judge(line))


def _mended(body: Iterable[Block]) -> Iterator[Block]:
    """The blocks, a paragraph whole that was cut in the middle of a sentence: its number hangs beside its first line."""
    before: Block | None = None
    for block in body:
        if before is not None and _goes_on(before, block):
            before = before.with_more(block)
            continue
        if before is not None:
            yield before
        before = block
    if before is not None:
        yield before


def _goes_on(before: Block, block: Block) -> bool:
    same = before.size == block.size and before.is_marked == block.is_marked
    return (
        same
        and before.text[-1] not in _ENDS
        and block.text[0].islower()
        and not _ENUMERATOR.match(block.text)
    )


def _finished(found: Iterable[SectionText], notes: Sequence[Block]) -> tuple[SectionText, ...]:
    paths: Counter[str] = Counter()
    return blocks.with_footnotes([unique(section, paths) for section in found], notes)


def _without_star_page(page: PageText) -> PageText:
    """The page without the marks by which the Tax Court and databases repeat its number: `[*2]`."""
    lines = (replace(line, text=_STAR_PAGE.sub("", line.text)) for line in page.lines)
    return replace(page, lines=tuple(lines))
