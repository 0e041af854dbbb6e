"""The words of a passage that say most of a claim, and whether they say enough of it. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lawqa.types import Problem
from lawqa.verification.clauses import Piece, pieces, sentences
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import groups_of
from lawqa.verification.numerals import TENS, UNITS
from lawqa.verification.words import Word, read_words

MOST_PIECES = 3
LEAST_GAIN = 0.12  # share of the claim that a further piece must add
SYNONYM_WORTH = 0.7
LENGTH_COST = 0.004  # a word: of two pieces that say as much, the shorter one
LEAST_WEIGHT = 0.25  # of a word that stands in every piece
LEAST_COVERED = 0.04
LEAST_QUOTED = 0.45  # share of a claim's content that its own quote, or the sentence around it, must say
ENOUGH = 0.8  # share of a claim that its quote says, from which on no better one is looked for
LEAD = 0.25  # by which another piece of the passage must say more of it
LEAST_WORDS = 6  # a shorter piece is a heading or a reference, unless it says much more than the others
FRAGMENT_COST = 0.15
VERBS = frozenset(
    "shall may must can is are be was were has have does do means applies apply will cannot".split()
)
NUMBERS = UNITS | TENS
LONGEST_PIECE = 8_000  # characters of one piece that the checks compare with
LONGEST_PASSAGE = 60_000  # characters that are aligned; figures are looked up in the whole


Content = tuple[frozenset[str], frozenset[int], float]
"""What a piece says, with its opening words: stems, synonym groups; and what choosing it costs."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The pieces that say most of a claim, best first, and the share of the claim that they say (0 to 1)."""

    spans: tuple[tuple[int, int], ...]
    best: str
    sentence: str
    """The whole sentence in which the best piece stands."""
    supporting: str
    covered: float


def align(claim: str, passage: str) -> Alignment:
    """Choose the pieces of the passage that together say most of the claim."""
    parts, contents = read_passage(passage)
    wanted = _content(read_words(claim))
    if not parts or not wanted:
        return Alignment((), "", "", "", 0.0)
    weights = _weights(wanted, contents)
    chosen, gained = _choose(wanted, weights, contents)
    spans = tuple((parts[index].start, parts[index].end) for index in chosen)
    texts = [_with_lead(passage, parts[index]) for index in chosen]
    return Alignment(spans, texts[0], sentence_around(passage, spans[0]), " ".join(texts), gained)


def sentence_around(passage: str, span: tuple[int, int]) -> str:
    """The whole sentences in which a stretch of the passage stands."""
    around = [one for one in _sentences(passage) if one[0] < span[1] and span[0] < one[1]] or [span]
    start, end = around[0][0], around[-1][1]
    return passage[start : min(end, start + LONGEST_PIECE)]


@lru_cache(maxsize=32)
def _sentences(passage: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentences(passage[:LONGEST_PASSAGE]))


def _content(words: Iterable[Word]) -> set[str]:
    every = tuple(words)
    found = {word.stem for word in every if word.is_content and word.text not in NUMBERS}
    for word, following in pairwise(every):
        if word.text in NUMBERS or word.text.isdigit():
            found.add(f"{NUMBERS.get(word.text, word.text)} {following.stem}")
    return found


@lru_cache(maxsize=32)
def read_passage(passage: str) -> tuple[tuple[Piece, ...], tuple[Content, ...]]:
    """The pieces of a passage and what each says; kept, as the claims of one answer share their sections."""
    parts = tuple(pieces(passage[:LONGEST_PASSAGE]))
    words = read_words(passage[:LONGEST_PASSAGE])
    order = [word.start for word in words]
    return parts, tuple(_read_piece(part, words, order) for part in parts)


def _read_piece(part: Piece, words: tuple[Word, ...], order: list[int]) -> Content:
    inside = _between(words, order, part.start, part.end)
    lead = tuple(word for span in part.leads for word in _between(words, order, *span))
    stems = frozenset(_content((*lead, *inside)))
    groups = frozenset(group for stem in stems for group in groups_of(stem))
    says = len(inside) >= LEAST_WORDS and any(word.text in VERBS for word in (*inside, *lead))
    return stems, groups, LENGTH_COST * min(len(inside) + len(lead), 40) + (0.0 if says else FRAGMENT_COST)


def contents_of(passage: str) -> tuple[Content, ...]:
    """For every piece of a passage: its stems, its synonym groups, and what choosing it costs."""
    return read_passage(passage)[1]


def _between(words: tuple[Word, ...], order: list[int], start: int, end: int) -> tuple[Word, ...]:
    return words[bisect_left(order, start) : bisect_left(order, end)]


def _weights(wanted: set[str], contents: Sequence[Content]) -> dict[str, float]:
    """Rare words tell more. Words that the passage never says weigh as much as its rarest."""
    counts = Counter(stem for stems, _, _ in contents for stem in stems & wanted)
    raw = {stem: LEAST_WEIGHT + math.log(len(contents) / max(1, counts[stem])) for stem in sorted(wanted)}
    total = sum(raw.values())
    return {stem: weight / total for stem, weight in raw.items()}


def how_said(stem: str, stems: frozenset[str], groups: frozenset[int]) -> float:
    if stem in stems:
        return 1.0
    return SYNONYM_WORTH if groups_of(stem) & groups else 0.0


def _choose(
    wanted: set[str], weights: dict[str, float], contents: Sequence[Content]
) -> tuple[list[int], float]:
    """Greedily: the piece that says most, then those that add what is still unsaid."""
    said = dict.fromkeys(sorted(wanted), 0.0)
    chosen: list[int] = []
    for _ in range(MOST_PIECES):
        gains = []
        for index, (stems, groups, cost) in enumerate(contents):
            gain = sum(
                weights[stem] * max(0.0, how_said(stem, stems, groups) - had) for stem, had in said.items()
            )
            gains.append((gain - cost, gain, -index))
        _, gain, position = max(gains)
        if gain < LEAST_GAIN and chosen:
            break
        chosen.append(-position)
        stems, groups, _ = contents[-position]
        said = {stem: max(had, how_said(stem, stems, groups)) for stem, had in said.items()}
    return chosen, sum(weights[stem] * had for stem, had in said.items())


def _with_lead(passage: str, part: Piece) -> str:
    stop = min(part.end, part.start + LONGEST_PIECE)
    return " ".join(passage[start:end].strip() for start, end in (*part.leads, (part.start, stop)))


def share_said(claim: str, text: str) -> float:
    """The share of the claim's content words that a text says, each counting the same: 0 to 1."""
    wanted, there = _content(read_words(claim)), _content(read_words(text))
    groups = frozenset(group for stem in there for group in groups_of(stem))
    said = sum(bool(how_said(stem, frozenset(there), groups)) for stem in wanted)
    return said / len(wanted) if wanted else 1.0


def check_support(evidence: Evidence) -> list[Problem]:
    """Nothing in the passage says what the claim says."""
    if evidence.quoted:
        return _check_quoted(evidence)
    if evidence.covered >= LEAST_COVERED:
        return []
    return [Problem(check="support", detail="The passage does not speak of what the claim says.")]


def _check_quoted(evidence: Evidence) -> list[Problem]:
    """The quoted words say little of the claim, or far less than other words of the passage do."""
    if evidence.covered < LEAST_QUOTED:
        return [
            Problem(check="support", detail="The words that it quotes do not speak of what the claim says.")
        ]
    if evidence.covered < ENOUGH and evidence.covered + LEAD < share_said(
        evidence.claim, align(evidence.claim, evidence.passage).best
    ):
        return [
            Problem(check="support", detail="The claim rests on other words of the passage than it quotes.")
        ]
    return []
