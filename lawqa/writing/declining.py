"""Says that there is nothing on the shelf for a question, rather than guess."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Named, Resolution
from lawqa.types import Draft, Outcome, Query, Source

WRITER = "quoting"


def decline(query: Query, sources: Sequence[Source], covered: float) -> Draft | None:
    """The draft that declines, or None when the sources are about the question.

    `covered` is the share of the question's words, weighed by rarity, that the best source covers.
    """
    if gap := _gap(query.named):
        return Draft(outcome=Outcome.CORPUS_GAP, reason=gap, writer=WRITER)
    if missing := _missing(query.named):
        return Draft(outcome=Outcome.NO_MATCH, reason=missing, writer=WRITER)
    if not sources:
        return Draft(outcome=Outcome.NO_MATCH, reason=NOTHING, writer=WRITER)
    if not any(source.named for source in sources) and not about(sources, covered):
        return Draft(outcome=Outcome.NO_MATCH, reason=TOO_FAR, writer=WRITER)
    return None


NOTHING = "There is nothing on these shelves for this question on this day."
TOO_FAR = (
    "There is nothing on these shelves for this question: the nearest passages, listed below, are about "
    "something else."
)

MIN_SIMILARITY = 0.35
MIN_COVERED = 0.35
MIN_TOGETHER = 1.0


def about(sources: Sequence[Source], covered: float) -> bool:
    """Whether the best sources are about the question, by meaning and by words."""
    nearest = max((source.similarity or 0.0 for source in sources), default=0.0)
    return nearest >= MIN_SIMILARITY and covered >= MIN_COVERED and nearest + covered >= MIN_TOGETHER


def _gap(named: Sequence[Named]) -> str:
    """Why a question about law that is not held cannot be answered, if nothing it names is held."""
    unknown = [item for item in named if item.resolution is Resolution.NOT_FOUND and not item.document_ids]
    held = [item for item in named if item.resolution is not Resolution.NOT_FOUND]
    return " ".join(item.detail for item in unknown) if unknown and not held else ""


def _missing(named: Sequence[Named]) -> str:
    """Why a question about a section that does not exist cannot be answered, if that is all it names."""
    missing = [item for item in named if item.resolution is Resolution.NOT_FOUND]
    return " ".join(item.detail for item in missing) if missing and len(missing) == len(named) else ""
