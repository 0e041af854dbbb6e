"""Where a text quotes: what stands between quotation marks, and lines set off with `>`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lawqa.checking.types import Quotation

FEWEST_WORDS = 3
"""Fewer are somebody's own term, or a word of the law that no check is needed for."""
FEWEST_CERTAIN = 5
"""Words from which on a quotation that stands nowhere is no term of the writer's own."""
MOST_QUOTATIONS = 1_000
LONGEST = 20_000
PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "‚": "‘’", '"': '"', "'": "'"}
SINGLE = frozenset("‘‚'")
BLOCK = re.compile(r"(?:^[ \t]{0,3}>[^\n]*(?:\n|$))+", re.MULTILINE)
BLOCK_SIGN = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d{1,3}[.)])\s)")
DEFINED = re.compile(
    r"\(\s*(?:(?:hereinafter|hereafter|collectively|together|the|each|an?|or|also|referred to as)[\s,:]*){0,5}$",
    re.IGNORECASE,
)


def find_quotations(text: str) -> list[Quotation]:
    """Quotations from left to right; of nested ones the outermost, and none that is only a name being defined."""
    blocks = [match.span() for match in BLOCK.finditer(text)]
    found = [_block(text, *span) for span in blocks]
    for start, end in _between(blocks, len(text)):
        found += (one for one in _marked(text, start, end) if not _is_definition(text, one))
    telling = [one for one in found if len(one.text.split()) >= FEWEST_WORDS and len(one.text) <= LONGEST]
    return sorted(telling, key=lambda one: one.start)[:MOST_QUOTATIONS]


def _block(text: str, start: int, end: int) -> Quotation:
    words = BLOCK_SIGN.sub("", text[start:end]).strip()
    opens, closes = words[:1], words[-1:]
    if opens in PAIRS and closes in PAIRS[opens]:
        words = words[1:-1]
    return Quotation(start, start + len(text[start:end].rstrip()), words)


def _between(taken: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """The paragraphs' worth of text outside of some stretches."""
    begin = 0
    for start, end in [*taken, (length, length)]:
        if start > begin:
            yield begin, start
        begin = end


def _marked(text: str, start: int, end: int) -> Iterator[Quotation]:
    place = start
    while place < end:
        char = text[place]
        if char in PAIRS and _opens(text, place):
            close = _close(text, place, _paragraph_end(text, place, end))
            if close is not None:
                yield Quotation(place + 1, close, text[place + 1 : close])
                place = close
        place += 1


def _paragraph_end(text: str, place: int, end: int) -> int:
    match = PARAGRAPH.search(text, place, end)
    return match.start() if match else end


def _opens(text: str, place: int) -> bool:
    """Whether a mark begins a quotation: straight ones and apostrophes are told by what stands around them."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not after or after.isspace():
        return False
    return text[place] in "“„«" or not before or not (before.isalnum() or before in ".,;:!?)’”%")


def _close(text: str, place: int, end: int) -> int | None:
    """Where the quotation ends that begins at a place; inner pairs of the same mark are passed over."""
    opens, closing = text[place], PAIRS[text[place]]
    depth = 0
    for at in range(place + 1, end):
        char = text[at]
        if char == opens and opens not in closing and _opens(text, at):
            depth += 1
        elif char in closing and (opens not in SINGLE or _ends_single(text, at)) and not _reopens(text, at):
            if depth == 0:
                return at
            depth -= 1
    return None


def _ends_single(text: str, place: int) -> bool:
    """An apostrophe stands inside a word, or behind the s of a genitive with more words to come."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if after.isalnum() or before.isspace():
        return False
    genitive = before == "s" and after == " " and text[place + 2 : place + 3].islower()
    return not genitive


def _reopens(text: str, place: int) -> bool:
    """A straight mark that begins a quotation inside the one that is open."""
    return text[place] == '"' and text[place - 1 : place].isspace() and text[place + 1 : place + 2].isalnum()


def _is_definition(text: str, one: Quotation) -> bool:
    """`(the “Regulation on Data”)` gives a name and quotes nothing."""
    before = text[max(0, one.start - 60) : one.start - 1]
    return bool(DEFINED.search(before)) and text[one.end + 1 : one.end + 2] == ")"
