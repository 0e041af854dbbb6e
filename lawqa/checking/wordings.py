"""Whether quoted words stand in a text in one run, and if not, where they come nearest and which words depart. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from corpus.differences import Piece, pieces
from lawqa.types import Quote, QuoteMatch
from lawqa.verification import find_quote
from lawqa.verification.quote import ELLIPSIS
from lawqa.verification.words import Word, read_words

NEAR = 0.6
"""Share of the quoted words that must stand there in their order for the rest to be called a departure."""
SHORT_NEAR = 0.75
"""Of a quotation of few words, where half of them stand anywhere."""
SHORT = 8
MOST_WORDS = 1_500
"""Of a quotation that is compared word by word."""
SLACK = 12
"""Words around the stretch that is compared, on either side."""
LAST_MARKS = " .,;:!?"
CHANGED_LETTER = re.compile(r"\[([A-Za-z])\](?=[a-z])")
ASIDE = re.compile(
    r"\s*[\[(](?:sic|emphasis (?:added|mine|supplied|in original)|(?:internal )?(?:citations?|quotation marks|footnotes?)"
    r"(?: and (?:citations?|quotation marks|footnotes?))? omitted)[\])]",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
"""In front of a term that is quoted, it is the sentence's own."""
INNER_SINGLE = re.compile(r"(?<!\w)['‘]([^'‘’]{1,200})['’](?!\w)")
INNER_DOUBLE = re.compile(r"[\"“]([^\"“”]{1,200})[\"”]")
"""Marks inside of a quotation take the other form than the ones around it, whatever the law prints."""
PUT_IN = re.compile(r"\s*\[[^\[\]]{1,200}\]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The stretch `[start, end)` of a text that comes nearest to quoted words, and the share of them that it has."""

    start: int
    end: int
    share: float


def stands(quotation: str, text: str) -> tuple[Quote, str]:
    """Where quoted words stand in a text, and what had to be allowed for: empty, or words for the reader.

    Allowed for are only what a lawyer declares (`[t]he`, `[sic]`, words put in brackets as if they were dots, under
    the same limits) and the mark that some printers put inside the closing quotation mark.
    """
    for words, allowed in _readings(quotation):
        found = find_quote(words, text)
        if found.match is QuoteMatch.EXACT and words not in quotation:
            found = replace(found, match=QuoteMatch.NORMALISED)
        if found.match is not QuoteMatch.NOT_FOUND:
            return found, allowed
    return Quote(match=QuoteMatch.NOT_FOUND), ""


def _readings(quotation: str) -> list[tuple[str, str]]:
    plain = ASIDE.sub("", quotation).strip()
    bare = plain.rstrip(LAST_MARKS)
    found = [(plain, ""), (bare, "")]
    found += [(INNER_SINGLE.sub(r"“\1”", bare), ""), (INNER_DOUBLE.sub(r"‘\1’", bare), "")]
    if len(bare.split()) < SHORT:
        found.append((ARTICLE.sub("", bare), ""))
    if "[" in bare:
        restored = CHANGED_LETTER.sub(lambda match: match[1].swapcase(), bare)
        found.append((restored, "Letters in brackets are changed, as the brackets say."))
        dotted = PUT_IN.sub(" … ", restored).strip()
        found.append((dotted, "Words in brackets are the writer’s; they stand for words of the law."))
    return [(words, allowed) for words, allowed in dict(reversed(found)).items() if words][::-1]


def nearest(quotation: str, text: str) -> Nearest | None:
    """Where most of the quoted words stand in their order; None where too few of them do to speak of a departure."""
    wanted = [word.text for word in read_words(ASIDE.sub("", quotation))][:MOST_WORDS]
    words = _words_of(text)
    if not wanted or not words:
        return None
    low, high = _window(wanted, words)
    there = [word.text for word in words[low:high]]
    blocks = SequenceMatcher(None, wanted, there, autojunk=False).get_matching_blocks()[:-1]
    share = sum(block.size for block in blocks) / len(wanted)
    if share < (NEAR if len(wanted) >= SHORT else SHORT_NEAR):
        return None
    before, behind = blocks[0].a, len(wanted) - blocks[-1].a - blocks[-1].size
    first = max(0, low + blocks[0].b - before)
    last = min(len(words), low + blocks[-1].b + blocks[-1].size + behind)
    return Nearest(start=words[first].start, end=words[last - 1].end, share=share)


@lru_cache(maxsize=16)
def _words_of(text: str) -> tuple[Word, ...]:
    """Kept, as many quotations of one text are held against the same few sections."""
    return read_words(text)


def _window(wanted: Sequence[str], words: Sequence[Word]) -> tuple[int, int]:
    """The stretch of words, a little longer than the quotation, that shares most words with it."""
    size = min(len(words), len(wanted) + len(wanted) // 5 + 2)
    left = Counter(wanted)
    shared = 0

    def take(word: str) -> int:
        left[word] -= 1
        return left[word] >= 0

    def give(word: str) -> int:
        left[word] += 1
        return left[word] > 0

    best, at = -1, 0
    for place, word in enumerate(words):
        shared += take(word.text)
        if place >= size:
            shared -= give(words[place - size].text)
        if shared > best:
            best, at = shared, place
    return max(0, at - size + 1 - SLACK), min(len(words), at + 1 + SLACK)


def departures(quotation: str, law: str) -> tuple[Piece, ...]:
    """The law's words laid over the quoted ones: `removed` stands in the law only, `added` in the quotation only."""
    said = ASIDE.sub("", " ".join(quotation.split())).strip(LAST_MARKS)
    return tuple(pieces(" ".join(law.split()).strip(LAST_MARKS), said, fold=True))


def has_ellipsis(quotation: str) -> bool:
    return bool(ELLIPSIS.search(quotation))
