"""The writer that needs no model: it selects the sentences of the law that answer, and arranges them.

Everything it says is verbatim. From the best sections it takes the pieces that say most about the question,
each with the words that lead into it, in the order of the law, so that they read as an extract.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lawqa.types import Draft, DraftCitation, DraftClaim, Source
from lawqa.writing.relevance import Encode, QuestionTerms, score
from lawqa.writing.sentences import Piece, pieces

MAX_SECTIONS = 3
MAX_PIECES = 4
"""Of one section."""
CANDIDATES = 6
"""Pieces of one section that are read for meaning, chosen by their words."""
MAX_EXTRACT = 900
"""Characters of a lead-in with its points, quoted in one run."""
KEEP = 0.8
"""A piece is quoted if it says at least so much of what the best piece of all says."""
KEEP_SECTION = 0.85


@dataclass(frozen=True, slots=True)
class Candidate:
    """One piece of one source with its relevance."""

    source: Source
    index: int
    score: float


def quote_law(
    question: NDArray[np.float32], terms: QuestionTerms, sources: Sequence[Source], encode: Encode
) -> Draft:
    """Claims in verbatim sentences, grouped by source, best source first."""
    cut = {source.marker: pieces(source.section_text) for source in sources[:MAX_SECTIONS]}
    candidates = _candidates(terms, sources[:MAX_SECTIONS], cut)
    texts = [_read_text(c.source, cut[c.source.marker], c.index) for c in candidates]
    scored = [
        Candidate(candidate.source, candidate.index, value)
        for candidate, value in zip(candidates, score(question, terms, texts, encode), strict=True)
    ]
    chosen = _choose(scored)
    claims = [
        claim
        for source in sources[:MAX_SECTIONS]
        for claim in _claims(source, cut[source.marker], [c.index for c in chosen if c.source is source])
    ]
    return Draft(claims=tuple(claims))


def _candidates(
    terms: QuestionTerms, sources: Sequence[Source], cut: dict[str, list[Piece]]
) -> list[Candidate]:
    """The pieces of each source that share most with the question, those of its passage before others."""
    found: list[Candidate] = []
    for source in sources:
        listed = [
            Candidate(source, index, terms.covered(_read_text(source, cut[source.marker], index)) + bonus)
            for index, piece in enumerate(cut[source.marker])
            if not piece.leads
            for bonus in [0.15 if source.start <= piece.start < source.end else 0.0]
        ]
        found += sorted(listed, key=lambda c: (-c.score, c.index))[:CANDIDATES]
    return found


def _read_text(source: Source, cut: Sequence[Piece], index: int) -> str:
    """What a piece says, for judging it: with its heading, and its lead-ins before it."""
    parts = [source.section_text[cut[i].start : cut[i].end] for i in (*_leads(cut, index), index)]
    return f"{source.heading}. {' '.join(parts)}"


def _leads(cut: Sequence[Piece], index: int) -> list[int]:
    """The pieces that lead into one, outermost first."""
    found: list[int] = []
    lead = cut[index].lead
    while lead is not None:
        found.insert(0, lead)
        lead = cut[lead].lead
    return found


def _choose(scored: Sequence[Candidate]) -> list[Candidate]:
    """The best pieces: near the best of all, and few of each section; a section the question cites stays."""
    if not scored:
        return []
    best = max(candidate.score for candidate in scored)
    chosen: list[Candidate] = []
    for source in dict.fromkeys(candidate.source for candidate in scored):
        own = sorted((c for c in scored if c.source is source), key=lambda c: (-c.score, c.index))
        if own[0].score >= KEEP_SECTION * best or source.named:
            chosen += [c for c in own if c.score >= KEEP * own[0].score][:MAX_PIECES]
    return chosen


def _claims(source: Source, cut: Sequence[Piece], indexes: Iterable[int]) -> list[DraftClaim]:
    """One claim a run of text, in the order of the law; a lead-in that stands too far off is its own claim."""
    spans: list[tuple[int, int]] = []
    for index in sorted(indexes):
        spans += _spans(cut, index)
    return [_claim(source, start, end) for start, end in _merged(sorted(set(spans)), source.section_text)]


def _spans(cut: Sequence[Piece], index: int) -> list[tuple[int, int]]:
    piece = cut[index]
    leads = _leads(cut, index)
    for first in leads:
        if piece.end - cut[first].start <= MAX_EXTRACT:
            return [*((cut[i].start, cut[i].end) for i in leads if i < first), (cut[first].start, piece.end)]
    return [*((cut[i].start, cut[i].end) for i in leads), (piece.start, piece.end)]


def _merged(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Runs that overlap become one; runs with nothing but white space between them on one line, too."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif merged and text[merged[-1][1] : start].strip(" ") == "" and end - merged[-1][0] <= MAX_EXTRACT:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _claim(source: Source, start: int, end: int) -> DraftClaim:
    words = source.section_text[start:end]
    return DraftClaim(text=words, citations=(DraftCitation(marker=source.marker, quote=words),))
