"""Says that there is nothing on the shelf for a question, rather than guess."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corpus.types import Named, Resolution
from lawqa.types import Draft, Outcome, Query, Source
from lawqa.writing.places import places_named

WRITER = "quoting"
NOTHING = "There is nothing on these shelves for this question on this day."
TOO_FAR = (
    "There is nothing on these shelves for this question: the nearest passages, listed below, are about "
    "something else."
)
MEANING = 1.3
"""What the likeness in meaning counts for, beside the share of words covered."""
FLOOR, A_DECADE = 0.64, 0.063
"""The least relevance of an answer, and what each tenfold growth of the shelf adds to it: the best of many
passages is nearer to any question by chance alone. Set on dev: .85 at 2,165 passages, .98 at 248,553."""
MIN_ELSEWHERE = 1.2
"""The least relevance for a question about a place whose law is not held."""


def least_relevance(passages: int) -> float:
    """Of 1.3 × cosine + share of words: below it the nearest law is about something else."""
    return FLOOR + A_DECADE * math.log10(max(passages, 10))


def decline_unheard(query: Query, sources: Sequence[Source]) -> Draft | None:
    """Decline before anything is read: for what the question names, or for want of any source."""
    if gap := _gap(query.named):
        return _declined(Outcome.CORPUS_GAP, gap)
    if missing := _missing(query.named):
        return _declined(Outcome.NO_MATCH, missing)
    return None if sources else _declined(Outcome.NO_MATCH, NOTHING)


def decline_read(
    query: Query, sources: Sequence[Source], cosine: float, covered: float, *, passages: int
) -> Draft | None:
    """Decline when the best that was read is not about the question.

    `cosine` is the likeness in meaning of the best piece, `covered` the share of the question's words, weighed
    by rarity, of the piece that covers most; `passages` is the size of the shelf.
    """
    relevance = MEANING * cosine + covered
    if any(source.named for source in sources):
        return None
    elsewhere = _elsewhere(query, sources)
    if elsewhere and relevance < MIN_ELSEWHERE and not query.named_documents:
        law = "The law of " + " and of ".join(elsewhere)
        return _declined(Outcome.CORPUS_GAP, f"{law} is not on these shelves.")
    return _declined(Outcome.NO_MATCH, TOO_FAR) if relevance < least_relevance(passages) else None


def _elsewhere(query: Query, sources: Sequence[Source]) -> list[str]:
    """The places that the question asks about and that no source is the law of."""
    held = {source.jurisdiction for source in sources}
    return [place for place, code in places_named(query.text).items() if code not in held]


def _declined(outcome: Outcome, reason: str) -> Draft:
    return Draft(outcome=outcome, reason=reason, writer=WRITER)


def _gap(named: Sequence[Named]) -> str:
    """Why a question about law that is not held cannot be answered, if nothing it names is held."""
    held = [item for item in named if item.resolution is not Resolution.NOT_FOUND]
    return "" if held else " ".join(item.detail for item in named if item.is_gap)


def _missing(named: Sequence[Named]) -> str:
    """Why a question about a section that does not exist cannot be answered, if that is all it names."""
    missing = [item for item in named if item.resolution is Resolution.NOT_FOUND]
    return " ".join(item.detail for item in missing) if len(missing) == len(named) else ""
