"""The words of a passage that say most of a claim, and whether they say enough of it. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import groups_of
from lawqa.verification.words import Piece, Word, pieces, read_words

MOST_PIECES = 3
LEAST_GAIN = 0.12  # share of the claim that a further piece must add
SYNONYM_WORTH = 0.7
LENGTH_COST = 0.004  # a word: of two pieces that say as much, the shorter one
LEAST_COVERED = 0.15
LONGEST_PASSAGE = 60_000  # characters that are aligned; figures are looked up in the whole


@dataclass(frozen=True, slots=True)
class Alignment:
    """The pieces that say most of a claim, best first, and the share of the claim that they say (0 to 1)."""

    spans: tuple[tuple[int, int], ...]
    best: str
    supporting: str
    covered: float


def align(claim: str, passage: str) -> Alignment:
    """Choose the pieces of the passage that together say most of the claim."""
    passage = passage[:LONGEST_PASSAGE]
    parts = pieces(passage)
    wanted = _content(read_words(claim))
    if not parts or not wanted:
        return Alignment((), passage[:0], passage[:0], 0.0)
    contents = _contents(passage, parts)
    weights = _weights(wanted, contents)
    chosen, gained = _choose(wanted, weights, contents)
    spans = tuple((parts[index].start, parts[index].end) for index in chosen)
    texts = [_with_lead(passage, parts[index]) for index in chosen]
    return Alignment(spans, texts[0] if texts else "", " ".join(texts), gained)


def _content(words: Iterable[Word]) -> set[str]:
    return {word.stem for word in words if word.is_content or word.text.isdigit()}


def _contents(passage: str, parts: list[Piece]) -> list[tuple[frozenset[str], frozenset[int], int]]:
    """For every piece: the stems and synonym groups it holds with its opening words, and its length in words."""
    words = read_words(passage)
    order = [word.start for word in words]
    found = []
    for part in parts:
        inside = _between(words, order, part.start, part.end)
        lead = _between(words, order, part.lead_start, part.lead_end)
        stems = frozenset(_content((*inside, *lead)))
        groups = frozenset(group for stem in stems for group in groups_of(stem))
        found.append((stems, groups, len(inside)))
    return found


def _between(words: tuple[Word, ...], order: list[int], start: int, end: int) -> tuple[Word, ...]:
    return words[bisect_left(order, start) : bisect_left(order, end)]


def _weights(
    wanted: set[str], contents: list[tuple[frozenset[str], frozenset[int], int]]
) -> dict[str, float]:
    """Rare words tell more. Words that the passage never says weigh as much as its rarest."""
    counts = Counter(stem for stems, _, _ in contents for stem in stems & wanted)
    raw = {stem: math.log(1 + len(contents) / max(1, counts[stem])) for stem in sorted(wanted)}
    total = sum(raw.values())
    return {stem: weight / total for stem, weight in raw.items()}


def _said(stem: str, stems: frozenset[str], groups: frozenset[int]) -> float:
    if stem in stems:
        return 1.0
    return SYNONYM_WORTH if groups_of(stem) & groups else 0.0


def _choose(
    wanted: set[str], weights: dict[str, float], contents: list[tuple[frozenset[str], frozenset[int], int]]
) -> tuple[list[int], float]:
    """Greedily: the piece that says most, then those that add what is still unsaid."""
    said = dict.fromkeys(sorted(wanted), 0.0)
    chosen: list[int] = []
    for _ in range(MOST_PIECES):
        gains = []
        for index, (stems, groups, length) in enumerate(contents):
            gain = sum(
                weights[stem] * max(0.0, _said(stem, stems, groups) - had) for stem, had in said.items()
            )
            gains.append((gain - LENGTH_COST * min(length, 60), gain, -index))
        _, gain, position = max(gains)
        if gain < LEAST_GAIN and chosen:
            break
        chosen.append(-position)
        stems, groups, _ = contents[-position]
        said = {stem: max(had, _said(stem, stems, groups)) for stem, had in said.items()}
    return chosen, sum(weights[stem] * had for stem, had in said.items())


def _with_lead(passage: str, part: Piece) -> str:
    lead = passage[part.lead_start : part.lead_end]
    return f"{lead} {passage[part.start : part.end]}" if lead else passage[part.start : part.end]


def check_support(evidence: Evidence) -> list[Problem]:
    """Nothing in the passage says what the claim says."""
    if evidence.covered >= LEAST_COVERED:
        return []
    return [Problem(check="support", detail="The passage does not speak of what the claim says.")]
