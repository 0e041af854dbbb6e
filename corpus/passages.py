"""Stage 2 of loading: sections become passages. Pure, but for the token counter that it is given.

A passage is a run of whole subdivisions: it ends where one of the law's own subdivisions ends, and only a
subdivision that is longer than a passage may be is cut, at a sentence or, failing that, at a token.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from corpus.types import PassageText

TokenSpan = tuple[int, int]

# A sentence ends at . ; : or ? before a space; an abbreviation may end one too, which costs nothing here.
_SENTENCE_END = re.compile(r"[.;:?!][)”’\"']*\s")
_TOP_LEVEL = re.compile(r"(?:\(?[0-9]{1,3}[a-z]?[.)]|\([a-z]{1,2}\))\s")
MIN_FILL = 0.5
"""How full a passage is before a new paragraph starts a new one."""


def split(text: str, tokens: Sequence[TokenSpan], limit: int) -> list[PassageText]:
    """Cut a section's text into passages of at most `limit` tokens.

    `tokens` are the character offsets of the text's tokens in order. Every token is in exactly one passage.
    """
    counter = _Counter(tokens)
    passages: list[PassageText] = []
    start = end = None
    for unit in _units(text, counter, limit):
        if start is not None and end is not None:
            if counter.count(start, unit.end) <= limit and not _breaks_before(
                text, start, unit, counter, limit
            ):
                end = unit.end
                continue
            passages.append(PassageText(start, end))
        start, end = unit.start, unit.end
    if start is not None and end is not None:
        passages.append(PassageText(start, end))
    return passages


def _breaks_before(text: str, start: int, unit: PassageText, counter: _Counter, limit: int) -> bool:
    """Whether a new numbered paragraph begins and the passage is full enough to end here."""
    filled = counter.count(start, unit.start) >= limit * MIN_FILL
    return filled and _TOP_LEVEL.match(text, unit.start) is not None


def _units(text: str, counter: _Counter, limit: int) -> Iterator[PassageText]:
    """Lines; of a line that is too long, sentences; of such a sentence, runs of tokens."""
    for line in _pieces(text, 0, len(text), re.compile(r"\n")):
        if counter.count(line.start, line.end) <= limit:
            yield line
            continue
        for sentence in _pieces(text, line.start, line.end, _SENTENCE_END):
            if counter.count(sentence.start, sentence.end) <= limit:
                yield sentence
            else:
                yield from counter.cut(sentence, limit)


def _pieces(text: str, start: int, end: int, boundary: re.Pattern[str]) -> Iterator[PassageText]:
    """The stretches between boundaries, trimmed of white space, empty ones left out."""
    ends = [match.end() for match in boundary.finditer(text, start, end)]
    for stop in (*ends, end):
        piece = text[start:stop]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            yield PassageText(left, right)
        start = stop


class _Counter:
    """Counts the tokens of a stretch of text."""

    def __init__(self, tokens: Sequence[TokenSpan]) -> None:
        self._starts = [start for start, _ in tokens]
        self._ends = [end for _, end in tokens]

    def count(self, start: int, end: int) -> int:
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)

    def cut(self, piece: PassageText, limit: int) -> Iterator[PassageText]:
        first, last = bisect_left(self._starts, piece.start), bisect_left(self._starts, piece.end)
        for left in range(first, last, limit):
            right = min(left + limit, last)
            end = piece.end if right == last else self._ends[right - 1]
            yield PassageText(piece.start if left == first else self._starts[left], end)
