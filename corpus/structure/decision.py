"""A judgment from its pages: title page and headnote apart, opinions, numbered paragraphs or pages. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.structure import blocks, decision_numbers, decision_opinions, decision_paragraphs
from corpus.structure.decision_front import Names
from corpus.structure.statute import unique
from corpus.types import Facts, PageText, SectionText

LEAST_OF_AN_OPINION = 8
"""Numbered paragraphs by which an opinion of the United States is taken to be cited by them: lists are frequent there."""

_STAR_PAGE = re.compile(r"^\[\*\d{1,5}\]\s*")


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgment as read. No sections: it has neither numbered paragraphs nor opinions that can be told."""

    sections: tuple[SectionText, ...]
    authors: tuple[str, ...] = ()


def read(pages: Sequence[PageText], facts: Facts, names: Names) -> Decision:
    """The sections of a judgment and who wrote it; footnotes stand in the notes of the sections that have them."""
    pages = [_without_star_page(page) for page in pages]
    body, notes = blocks.body(pages), blocks.footnotes(pages)
    american = facts.jurisdiction[:2] == "us"
    marks = decision_numbers.marks(body, least=LEAST_OF_AN_OPINION if american else decision_numbers.LEAST)
    if marks:
        found = decision_paragraphs.sections(body, marks, names)
        dated = (replace(section, valid_from=facts.decided_on) for section in found)
        return Decision(_finished(dated, notes), decision_paragraphs.authors(body))
    if american and body:
        paged = len(pages) > 1 or any(page.width for page in pages)
        found = decision_opinions.sections(body, facts, paged=paged)
        return Decision(_finished(found, notes), decision_opinions.authors(body))
    return Decision(())


def _finished(found: Iterable[SectionText], notes: Sequence[blocks.Block]) -> tuple[SectionText, ...]:
    paths: Counter[str] = Counter()
    return blocks.with_footnotes([unique(section, paths) for section in found], notes)


def _without_star_page(page: PageText) -> PageText:
    """The page without the marks by which the Tax Court and databases repeat its number: `[*2]`."""
    lines = (replace(line, text=_STAR_PAGE.sub("", line.text)) for line in page.lines)
    return replace(page, lines=tuple(lines))
