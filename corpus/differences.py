"""What changed between two texts, word by word, for a reader; what only the typography changed is no change. Pure.

By difflib (Ratcliff and Obershelp, Dr. Dobb's Journal, July 1988): first line by line, then word by word inside the
lines that changed, which keeps long sections quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from corpus.typography import bare

SAME, ADDED, REMOVED, FOLDED = "same", "added", "removed", "folded"
FOLD_ABOVE = 60  # words; of a longer unchanged stretch only the ends are shown
FOLD_KEEPS = 18  # words at either end
MOST_WORK = 4_000_000  # words times words; above it the lines are shown as replaced
WORD = re.compile(r"\(\w{1,6}\)[^\s(]*\s*|\(\s*|[^\s(]+\s*|\s+")
"""A word with the space behind it; `(a)` and an opening bracket stand alone, since editions set them apart or not."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words of one kind; of a folded one only how many words it has."""

    kind: str
    text: str
    words: int = 0


def pieces(before: str, after: str, *, fold: bool = True) -> list[Piece]:
    """The texts laid over each other: every word of both stands in one piece, but for what is folded."""
    runs = _on_one_line(_joined(_by_line(before, after)))
    return list(_folded(runs)) if fold else [_piece(kind, words) for kind, words in runs]


def _by_line(before: str, after: str) -> Iterator[tuple[str, list[str]]]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    keys = [bare(line) for line in old], [bare(line) for line in new]
    for tag, i, j, k, m in SequenceMatcher(None, *keys).get_opcodes():
        if tag == "equal":
            yield SAME, _words(new[k:m])
        else:
            yield from _by_word(_words(old[i:j]), _words(new[k:m]))


def _words(lines: Iterable[str]) -> list[str]:
    """The words; a dash or space that stands alone goes with the word before it."""
    words: list[str] = []
    for line in lines:
        for word in WORD.findall(line):
            if words and not _key(word):
                words[-1] += word
            else:
                words.append(word)
    return words


@lru_cache(maxsize=10_000)
def _key(word: str) -> str:
    return bare(word)


def _by_word(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str]]]:
    if len(old) * len(new) > MOST_WORK:
        yield from ((REMOVED, old), (ADDED, new))
        return
    keys = [_key(word) for word in old], [_key(word) for word in new]
    for tag, i, j, k, m in SequenceMatcher(None, *keys).get_opcodes():
        if tag == "equal":
            yield SAME, new[k:m]
        else:
            yield from ((REMOVED, old[i:j]), (ADDED, new[k:m]))


def _joined(runs: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    joined: list[tuple[str, list[str]]] = []
    for kind, words in runs:
        if words and joined and joined[-1][0] == kind:
            joined[-1][1].extend(words)
        elif words:
            joined.append((kind, list(words)))
    return joined


def _on_one_line(runs: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """What was taken out stands on the line of what came in its place: only that ends the line."""
    for (kind, words), (following, _) in pairwise(runs):
        if kind == REMOVED and following == ADDED and words[-1].endswith("\n"):
            words[-1] = f"{words[-1].rstrip()} "
    return list(runs)


def _folded(runs: Sequence[tuple[str, list[str]]]) -> Iterator[Piece]:
    for place, (kind, words) in enumerate(runs):
        if kind != SAME or len(words) <= FOLD_ABOVE:
            yield _piece(kind, words)
            continue
        start = FOLD_KEEPS if place > 0 else 0
        end = FOLD_KEEPS if place < len(runs) - 1 else 0
        if start:
            yield _piece(SAME, words[:start])
        yield Piece(FOLDED, "", _piece(SAME, words[start : len(words) - end]).words)
        if end:
            yield _piece(SAME, words[-end:])


def _piece(kind: str, words: Sequence[str]) -> Piece:
    text = "".join(words)
    return Piece(kind, text, len(text.split()))
