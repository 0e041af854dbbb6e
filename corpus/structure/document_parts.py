"""Sections of texts that are neither law nor judgments: by their headings, or by pages where none are marked. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.structure import blocks
from corpus.structure.blocks import Block
from corpus.structure.judgment import slug
from corpus.types import SectionText

USUAL = 3000  # characters of a section where nothing marks where one begins
LARGEST = 9000
"""Characters of a section under a heading before it is divided."""
LONGEST_HEADING = 140
LEAST_HEADINGS = 3
MOST_OF_THE_BLOCKS = 0.6
MOST_OF_THE_TEXT = 0.25
"""Where more of the blocks, or of the characters, look like headings, none is one: a form, a list, a table."""
DEEPEST = 6
MOST_LONE = 3
"""Headings with nothing between them that stand above a section."""

_NUMBER = re.compile(
    r"(?P<number>(?:(?:Article|ARTICLE|Section|SECTION|Clause|CLAUSE|Part|PART|Chapter|CHAPTER|Schedule|SCHEDULE|Annex|ANNEX|Appendix|APPENDIX|Exhibit"
    r"|EXHIBIT)\s(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[A-Z])|\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}(?=\.)|[A-Z](?=\.\s)))[.):]?(?:\s{1,4}[—–-]?\s?|$)"
)
_SENTENCE = re.compile(r"[.;,?!]$")


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    block: Block
    shown: bool = False
    """Whether a section below it has been made."""


@dataclass(slots=True)
class _Part:
    """A heading and what stands below it."""

    heading: str = ""
    number: str = ""
    above: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)


def sections(body: Sequence[Block], short_title: str, *, paged: bool) -> tuple[list[SectionText], bool]:
    """The sections in order, and whether headings divide them. Paths may repeat; no word is left out."""
    levels = _levels(body)
    parts = list(_parts(body, levels))
    made = [section for part in parts for section in _made(part, short_title, paged=paged)]
    return made, bool(levels)


def _levels(body: Sequence[Block]) -> dict[int, int]:
    """Place of each heading and its level from 1; empty where the headings are not clear."""
    for find in (_marked, _set_apart, _numbered):
        levels = find(body)
        if len(levels) >= (2 if find is _marked else LEAST_HEADINGS) and _are_few(levels, body):
            return levels
    return {}


def _are_few(levels: dict[int, int], body: Sequence[Block]) -> bool:
    size = sum(len(body[place].text) for place in levels)
    text = sum(len(block.text) for block in body)
    return len(levels) <= MOST_OF_THE_BLOCKS * len(body) and size <= MOST_OF_THE_TEXT * text


def _marked(body: Sequence[Block]) -> dict[int, int]:
    """Headings that the format itself marks."""
    return {place: block.heading for place, block in enumerate(body) if block.heading and block.text}


def _set_apart(body: Sequence[Block]) -> dict[int, int]:
    """Short lines in larger or bold type; the largest type is the highest level."""
    weights: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for block in body:
        weights[round(block.size)] += len(block.text)
        bold[block.bold] += len(block.text)
    usual = weights.most_common(1)[0][0] if weights else 0
    mostly_bold = bold[True] > bold[False]
    found = {
        place: round(block.size)
        for place, block in enumerate(body)
        if _is_short(block) and (block.size > 1.12 * usual > 0 or (block.bold and not mostly_bold))
    }
    sizes = sorted(set(found.values()), reverse=True)
    return {place: min(DEEPEST, sizes.index(size) + 1) for place, size in found.items()}


def _numbered(body: Sequence[Block]) -> dict[int, int]:
    """Short lines that begin with a number, or in capitals."""
    found = {}
    for place, block in enumerate(body):
        number = _NUMBER.match(block.text)
        if _is_short(block) and (number or _is_capitals(block.text)):
            found[place] = 1 + (number["number"].count(".") if number else 0)
    return found


def _is_short(block: Block) -> bool:
    text = block.text
    return (
        len(text) <= LONGEST_HEADING
        and not _SENTENCE.search(text)
        and re.search(r"[^\W\d_]", text) is not None
    )


def _is_capitals(text: str) -> bool:
    return len(text) > 4 and text.isupper() and " " in text


def _parts(body: Sequence[Block], levels: dict[int, int]) -> Iterator[_Part]:
    """Each heading with what follows it; one with nothing below it stands above the next, as a title does."""
    above: list[_Heading] = []
    part = _Part()
    for place, block in enumerate(body):
        level = levels.get(place, 0)
        if not level:
            part.blocks.append(block)
            continue
        if part.blocks:
            yield part
            # Of those of one level only the last stands above what follows.
            above = [replace(heading, shown=True) for heading in {one.level: one for one in above}.values()]
        lone = [heading for heading in above if not heading.shown]
        if len(lone) > MOST_LONE:  # a title page, a list in large type
            yield _Part(blocks=[heading.block for heading in lone])
            above = [heading for heading in above if heading.shown]
        above = [heading for heading in above if heading.level < level or not heading.shown]
        part = _under(block, above)
        above.append(_Heading(level, block))
        if place + 1 == len(body):
            part.blocks.append(block)
    if part.blocks:
        yield part


def _under(heading: Block, above: Sequence[_Heading]) -> _Part:
    number = _NUMBER.match(heading.text)
    words = heading.text[number.end() :] if number else heading.text
    return _Part(words, number["number"] if number else "", tuple(one.block.text for one in above))


def _made(part: _Part, short_title: str, *, paged: bool) -> Iterator[SectionText]:
    whole = sum(len(block.text) for block in part.blocks) <= LARGEST and bool(part.heading or part.number)
    groups = [part.blocks] if whole else blocks.stretches(part.blocks, USUAL)
    for count, group in enumerate(groups, start=1):
        text, breaks = blocks.joined(group)
        place = _place(part, breaks, count if not paged else 0, several=not whole)
        yield SectionText(
            path=_path(part, breaks, paged=paged),
            label=f"{short_title} {place}".strip(),
            heading=part.heading,
            text=text,
            ancestors=part.above,
            page_breaks=breaks,
        )


def _place(part: _Part, breaks: blocks.Breaks, count: int, *, several: bool) -> str:
    """`3.2`; `p. 3–4` where there is no number; `3.2, p. 4` of a section that was divided."""
    first, last = breaks[0][1], breaks[-1][1]
    pages = f"p. {first}" if first == last else f"p. {first}–{last}"
    where = f"part {count}" if count else pages
    if not part.number:
        return where
    return f"{part.number}, {where}" if several else part.number


def _path(part: _Part, breaks: blocks.Breaks, *, paged: bool) -> str:
    if part.number:
        return f"s-{slug(part.number)}"
    if part.heading:
        return slug(part.heading)[:80] or "part"
    return f"p{breaks[0][1]}" if paged else "part"
