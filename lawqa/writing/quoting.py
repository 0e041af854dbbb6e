"""The writer that needs no model: it selects the sentences of the law that answer, and arranges them.

Everything it says is verbatim. From the best sections it takes the pieces that say most about the question,
each with the words that lead into it, in the order of the law, so that they read as an extract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lawqa.types import Draft, DraftCitation, DraftClaim, Source
from lawqa.writing.relevance import AMOUNT, MEANING, RANK, WORDS, Encode, QuestionTerms, states_amount
from lawqa.writing.sentences import Piece, pieces

MAX_SECTIONS = 4
"""Sections that are read closely."""
MAX_PIECES = 3
"""Of one section."""
CANDIDATES = 4
"""Pieces of one section that are read for meaning, chosen by their words."""
MAX_READ = 400
"""Characters of a piece that are read for meaning, from its end: what leads into it comes first."""
MAX_EXTRACT = 900
"""Characters of a lead-in with its points, quoted in one run."""
WINDOW = 20_000
"""Characters read on either side of the passage that was found; the longest sections have half a million."""
KEEP = 0.84
"""A piece is quoted if it says at least so much of what its section's best piece says, whatever the section's rank."""
KEEP_SECTION = 0.9
"""A section is quoted if its best piece, with the section's rank, says at least so much of what the best of all says."""
IN_PASSAGE = 0.15
"""What standing in the passage that was found is worth to a piece, against its words."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One piece of one source with its relevance."""

    source: Source
    index: int
    score: float
    cosine: float = 0.0
    covered: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The sources cut into pieces, and what the most telling pieces say to the question."""

    cut: Mapping[str, list[Piece]]
    candidates: Sequence[Candidate]

    @property
    def cosine(self) -> float:
        return max((candidate.cosine for candidate in self.candidates), default=0.0)

    @property
    def covered(self) -> float:
        return max((candidate.covered for candidate in self.candidates), default=0.0)


def read_closely(
    question: NDArray[np.float32], terms: QuestionTerms, sources: Sequence[Source], encode: Encode
) -> Reading:
    """Score the pieces of the best sources; one call of the encoder."""
    read = sources[:MAX_SECTIONS]
    cut = {source.marker: _near(source) for source in read}
    candidates = _candidates(terms, read, cut)
    told = [_read_text(c.source, cut[c.source.marker], c.index) for c in candidates]
    texts = [f"{c.source.heading}. {text[-MAX_READ:]}" for c, text in zip(candidates, told, strict=True)]
    return Reading(cut, _scored(question, terms, candidates, texts, encode))


def quote_law(reading: Reading) -> Draft:
    """Claims in verbatim sentences, grouped by source, most telling source first."""
    chosen = _choose(reading.candidates)
    claims = [
        claim
        for source in dict.fromkeys(candidate.source for candidate in chosen)
        for claim in _claims(
            source, reading.cut[source.marker], [c.index for c in chosen if c.source is source]
        )
    ]
    return Draft(claims=tuple(claims))


def _near(source: Source) -> list[Piece]:
    """The pieces of a section, of a very long one those around the passage that was found."""
    text = source.section_text
    start = 0 if source.start <= WINDOW else text.rfind("\n", 0, source.start - WINDOW) + 1
    end = len(text) if source.end + WINDOW >= len(text) else text.find("\n", source.end + WINDOW)
    return pieces(text[start : end if end >= 0 else len(text)], offset=start)


def _candidates(
    terms: QuestionTerms, sources: Sequence[Source], cut: dict[str, list[Piece]]
) -> list[Candidate]:
    """The pieces of each source that share most with the question, those of its passage before others."""
    found: list[Candidate] = []
    for source in sources:
        listed = [
            Candidate(source, index, _words(terms, source, cut[source.marker], index))
            for index, piece in enumerate(cut[source.marker])
            if not piece.leads
        ]
        found += sorted(listed, key=lambda c: (-c.score, c.index))[:CANDIDATES]
    return found


def _words(terms: QuestionTerms, source: Source, cut: Sequence[Piece], index: int) -> float:
    inside = source.start <= cut[index].start < source.end
    covered = terms.covered(f"{source.heading_path} {_read_text(source, cut, index)}")
    return covered + (IN_PASSAGE if inside else 0.0) + _amount(terms, source, cut[index])


def _amount(terms: QuestionTerms, source: Source, piece: Piece) -> float:
    told = terms.asks_amount and states_amount(source.section_text[piece.start : piece.end])
    return AMOUNT if told else 0.0


def _scored(
    question: NDArray[np.float32],
    terms: QuestionTerms,
    candidates: Sequence[Candidate],
    texts: Sequence[str],
    encode: Encode,
) -> list[Candidate]:
    """The candidates with their final scores, about 0 to 1.4; one call of the encoder."""
    if not candidates:
        return []
    cosines = (encode(texts) @ question).tolist()
    scored: list[Candidate] = []
    for candidate, text, cosine in zip(candidates, texts, cosines, strict=True):
        source = candidate.source
        covered = terms.covered(f"{source.heading_path} {text}")
        amount = AMOUNT if terms.asks_amount and states_amount(text) else 0.0
        total = WORDS * covered + MEANING * cosine + amount + _rank(source)
        scored.append(Candidate(source, candidate.index, total, cosine, covered))
    return scored


def _rank(source: Source) -> float:
    """What the section's place in retrieval is worth to each of its pieces."""
    return RANK * (1.0 if source.named else source.score)


def _read_text(source: Source, cut: Sequence[Piece], index: int) -> str:
    """What a piece says, with its lead-ins before it."""
    return " ".join(source.section_text[cut[i].start : cut[i].end] for i in (*_leads(cut, index), index))


def _leads(cut: Sequence[Piece], index: int) -> list[int]:
    """The pieces that lead into one, outermost first."""
    found: list[int] = []
    lead = cut[index].lead
    while lead is not None:
        found.insert(0, lead)
        lead = cut[lead].lead
    return found


def _choose(scored: Sequence[Candidate]) -> list[Candidate]:
    """The best pieces: near the best of all, and few of each section; a section that the question cites leads."""
    if not scored:
        return []
    best = max(candidate.score for candidate in scored)
    tops: list[tuple[bool, float, list[Candidate]]] = []
    for source in dict.fromkeys(candidate.source for candidate in scored):
        own = sorted((c for c in scored if c.source is source), key=lambda c: (-c.score, c.index))
        if own[0].score >= KEEP_SECTION * best or source.named:
            enough = KEEP * (own[0].score - _rank(source))
            kept = [c for c in own if c.score - _rank(source) >= enough][:MAX_PIECES]
            tops.append((source.named, own[0].score, kept))
    return [c for *_, kept in sorted(tops, key=lambda top: (not top[0], -top[1])) for c in kept]


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
