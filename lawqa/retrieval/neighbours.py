"""Law on one matter stands together: a section gains by what those that stand beside it in their document scored.

Scores are made even over neighbours (Diaz, "Regularizing Ad Hoc Retrieval Scores", CIKM 2005), here over the order in which
the law was written instead of a graph of likeness. ARCHITECTURE.md has what other reaches and shares give.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from corpus.models import Passage
from lawqa.types import Ranked

REACH = 5
"""Sections before and behind one that count as beside it."""
SHARE = 0.15
"""Of the best neighbour's score, added to a section's own."""
Place = tuple[int, int]
"""A document's key, and the position in it."""


def with_neighbours(found: Sequence[Ranked]) -> list[Ranked]:
    """The same sections by their own and their best neighbour's score, scaled to 0…1 as before, best first.

    Those that the question cites keep their places before all others.
    """
    places = _places([one.passage_id for one in found])
    scores: dict[Place, float] = {}
    for one in found:
        if place := places.get(one.passage_id):
            scores[place] = max(one.score, scores.get(place, 0.0))
    moved = [
        dataclasses.replace(one, score=(one.score + SHARE * _beside(places.get(one.passage_id), scores)) / (1 + SHARE))
        for one in found
    ]  # fmt: skip
    return sorted(moved, key=lambda one: (not one.named, 0.0 if one.named else -one.score))


def _beside(place: Place | None, scores: Mapping[Place, float]) -> float:
    """The best score within reach of a place, 0 where nothing was found there."""
    if place is None:
        return 0.0
    document, position = place
    reach = (offset for offset in range(-REACH, REACH + 1) if offset)
    return max(scores.get((document, position + offset), 0.0) for offset in reach)


def _places(passages: Sequence[int]) -> dict[int, Place]:
    """Where the section of each passage stands; a passage that is gone by now has no place."""
    rows = Passage.objects.filter(pk__in=passages)
    return {
        pk: (document, position)
        for pk, document, position in rows.values_list("pk", "section__document", "section__position")
    }
