"""Paragraphs written as the lines of a section, with the places where pages begin. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.structure.enactments.paragraphs import Block
from corpus.structure.statute import split_flattened

_DEFINITION = re.compile(
    r"(?<=[;.:—]) (?=[“\"‘'][^”\"’'“]{2,100}[”\"’'],?(?: \([^)]{1,60}\))?,? "
    r"(?:means?|includes?|has|have|shall|in relation|in respect|refers?|and [“\"‘'])\b)"
)
_LONG_ENOUGH = 60
"""Shorter paragraphs have no lists in them."""


def written(blocks: Iterable[Block]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text, one paragraph, subdivision or definition a line, and (offset, page) where pages begin."""
    lines: list[str] = []
    breaks: list[tuple[int, int]] = []
    length = 0
    for block in blocks:
        if not block.text:
            continue
        for at, page in block.breaks:
            if not breaks or breaks[-1][1] != page:
                breaks.append((length + at, page))
        lines.append(_divided(block.text, printed=block.size > 0))
        length += len(block.text) + 1
    return "\n".join(lines), tuple(breaks)


def _divided(text: str, *, printed: bool) -> str:
    """Definitions of a run-on paragraph on lines of their own; its length does not change.

    So are list items, but not those of a printed paragraph: it is one because the law has it so.
    """
    if len(text) < _LONG_ENOUGH:
        return text
    divided = _DEFINITION.sub("\n", text)
    if printed:
        return divided
    joined = "\n".join(split_flattened(line) for line in divided.split("\n"))
    return joined if len(joined) == len(text) else divided
