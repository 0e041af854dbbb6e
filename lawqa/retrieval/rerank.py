"""The reranker: the best candidates of both retrievers in a better order.

To the fused score it adds how well the question's words meet the words of the section's best passage, in meaning and one
by one (corpus/late_interaction.py): two passages whose vectors lie equally near are told apart by what they say of each
thing that is asked. A long question's runs of words count besides (lawqa/retrieval/phrases.py). Without trained weights
the order stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db.models import F
from django.db.models.functions import Substr

from corpus import late_interaction
from corpus.embedding import AdapterMissing
from corpus.models import Passage
from lawqa.retrieval import phrases
from lawqa.types import Ranked

DEPTH = 20
"""Candidates that are looked at; what lies below keeps its place behind them."""
WEIGHT = 1.5
"""Of late interaction beside the fused score, which lies between 0 and 1."""


def reranked(question: str, found: Sequence[Ranked]) -> list[Ranked]:
    """The sections that the question cites first, then the others, the first of them in their new order."""
    cited = [one for one in found if one.named]
    first = [one for one in found if not one.named][:DEPTH]
    rest = [one for one in found if not one.named][DEPTH:]
    try:
        return [*cited, *_in_order(question, first), *rest]
    except AdapterMissing:
        return list(found)


def _in_order(question: str, found: Sequence[Ranked]) -> list[Ranked]:
    """By all scores, on the scale of the fused one; a passage that is gone by now counts as the worst met."""
    texts = read_texts([one.passage_id for one in found])
    there = [one.passage_id for one in found if one.passage_id in texts]
    read = [texts[pid] for pid in there]
    met = dict(zip(there, late_interaction.scores(question, read).tolist(), strict=True))
    worst = min(met.values(), default=0.0)
    quoted = dict(zip(there, phrases.scores(question, read), strict=True))
    both = [
        one.score + WEIGHT * (met.get(one.passage_id, worst) - worst) + quoted.get(one.passage_id, 0.0)
        for one in found
    ]
    scaled = _on_the_scale_of([one.score for one in found], both)
    moved = [dataclasses.replace(one, score=score) for one, score in zip(found, scaled, strict=True)]
    return sorted(moved, key=lambda one: (-one.score, one.passage_id))


def _on_the_scale_of(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The new scores, stretched so that they lie between the least and the greatest of those before."""
    if not before:
        return []
    low, lowest = min(before), min(after)
    span, own = max(before) - low, max(after) - lowest
    return [low + (score - lowest) / own * span if own else low for score in after]


def read_texts(passages: Sequence[int]) -> dict[int, str]:
    """What is read of each passage: the heading next above its section, the section's own, its words."""
    words = Substr("section__text", F("start") + 1, F("end") - F("start"))
    rows = Passage.objects.filter(pk__in=passages).values_list(
        "pk", "section__ancestors", "section__heading", words
    )
    return {
        pk: ". ".join(part for part in (*(above or [])[-1:], heading, text) if part)
        for pk, above, heading, text in rows
    }
