"""The numbers that courts print before the paragraphs of their judgments: `[12]`, `12.`, `¶ 12`, `12`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.structure.blocks import Block

LEAST = 3
LONGEST_ON_AVERAGE = 5000
"""Characters a paragraph; where there are more, the numbers are those of headings or of a list."""
FEW = 10
"""A list of fewer items before the judgment, such as its order, gives way to paragraphs that begin again."""

_STYLES = (
    ("[", re.compile(r"\[(\d{1,4})\]\s{0,3}(?=\S|$)")),
    ("¶", re.compile(r"[\[{(]?¶\s?(\d{1,4})[\]})]?\.?\s{0,3}(?=\S|$)")),
    (".", re.compile(r"(\d{1,4})\.(?:\s{1,3}(?=[^\s\d])|$)")),
    (" ", re.compile(r"(\d{1,4})(?:\s{1,3}(?=[A-Z“‘\"(])|$)")),
)

_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b")


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed number: which block, where in it, and whether it stands there alone."""

    block: int
    offset: int
    number: int
    alone: bool


@dataclass(slots=True)
class _Chain:
    """The longest run of numbers found so far that ends with a mark."""

    mark: Mark
    length: int
    before: _Chain | None


def marks(body: Sequence[Block], *, least: int = LEAST) -> list[Mark]:
    """The marks of the judgment's paragraphs, counting upwards; empty if its paragraphs have no numbers."""
    found = {style: _longest(list(_candidates(body, pattern))) for style, pattern in _STYLES}
    best = max(found.values(), key=len)
    return best if len(best) >= least and _cover(best, body) and not _are_page_numbers(best, body) else []


def _are_page_numbers(found: Sequence[Mark], body: Sequence[Block]) -> bool:
    """Whether the numbers stand alone, one on each page: they were left at the foot of it."""
    alone = [body[mark.block].page for mark in found if mark.alone]
    return len(alone) > 0.8 * len(found) and len(set(alone)) > 0.8 * len(alone)


def _candidates(body: Sequence[Block], pattern: re.Pattern[str]) -> Iterator[Mark]:
    for place, block in enumerate(body):
        for offset in block.starts:
            found = pattern.match(block.text, offset)
            if found is None or (offset and _MONTH.match(block.text, found.end())):
                continue
            rest = block.text[found.end() : found.end() + 1]
            if not offset or rest.isupper() or rest in "“‘\"'(":
                yield Mark(place, offset, int(found[1]), alone=not rest)


def _longest(candidates: Sequence[Mark]) -> list[Mark]:
    """The longest run of marks that count upwards; one number may be missing between two."""
    ends: dict[int, _Chain] = {}
    longest: _Chain | None = None
    for mark in candidates:
        before = ends.get(mark.number - 1) or ends.get(mark.number - 2)
        chain = _Chain(mark, before.length + 1 if before else 1, before)
        held = ends.get(mark.number)
        few = longest is None or longest.length < FEW
        if held is None or chain.length > held.length or (few and chain.length == held.length):
            ends[mark.number] = chain
        if longest is None or chain.length > longest.length or (few and chain.length == longest.length):
            longest = chain
    return list(_backwards(longest))[::-1]


def _backwards(chain: _Chain | None) -> Iterator[Mark]:
    while chain is not None:
        yield chain.mark
        chain = chain.before


def _cover(found: Sequence[Mark], body: Sequence[Block]) -> bool:
    """Whether the numbers run through the text, and do not stand before its headings or the items of a list."""
    sizes = [len(block.text) for block in body]
    first, last = found[0].block, found[-1].block
    inside, behind = sum(sizes[first:]), sum(sizes[last + 1 :])
    if inside < 0.4 * sum(sizes) or behind > 0.5 * inside:
        return False
    return inside - behind < LONGEST_ON_AVERAGE * len(found)
