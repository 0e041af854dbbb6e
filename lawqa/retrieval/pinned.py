"""The sections that the reader wants read: permitted and in force, each by the passage nearest to the question."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from itertools import takewhile

from corpus.index.lexical import analyse, question_terms
from corpus.models import Passage
from lawqa.types import Query, Ranked

MOST_PASSAGES = 2_000
"""Of all pinned sections together; the first passages of each are read."""


def with_pinned(query: Query, found: Sequence[Ranked]) -> list[Ranked]:
    """The ranking with the pinned sections behind those that the question cites, before everything else.

    What a question cites opens its answer; a section that is excluded as well is not pinned.
    """
    rows = _passages(query)
    if not rows:
        return list(found)
    by_passage = {row.pk: section for section, passages in rows.items() for row in passages}
    known: dict[int, Ranked] = {}
    for ranked in found:
        if ranked.passage_id in by_passage:
            known.setdefault(by_passage[ranked.passage_id], ranked)
    pinned = {
        section: dataclasses.replace(known.get(section) or _nearest(query.text, passages), pinned=True)
        for section, passages in rows.items()
    }
    cited = list(takewhile(lambda ranked: ranked.named, found))
    first = [
        pinned.pop(by_passage[one.passage_id], one) if one.passage_id in by_passage else one for one in cited
    ]
    rest = (ranked for ranked in found[len(cited) :] if ranked.passage_id not in by_passage)
    return [*first, *pinned.values(), *rest]


def seated(found: Iterable[Ranked], limit: int) -> list[Ranked]:
    """The first of a ranking, at most `limit`; pinned ones keep their seat however many stand before them."""
    ranked = list(found)
    pinned = [one for one in ranked if one.pinned][:limit]
    others = [one for one in ranked if not one.pinned][: limit - len(pinned)]
    chosen = {one.passage_id for one in (*pinned, *others)}
    return [one for one in ranked if one.passage_id in chosen]


def _passages(query: Query) -> dict[int, list[Passage]]:
    """Permitted passages of the pinned sections, by section in the order of pinning, each in the order of the text."""
    wanted = [key for key in dict.fromkeys(query.pinned) if key not in query.excluded]
    if not wanted:
        return {}
    ids = Passage.objects.filter(section__in=wanted).order_by("start", "pk").values_list("pk", flat=True)
    rows = Passage.objects.shown_for(query.filters, ids[:MOST_PASSAGES])
    found: dict[int, list[Passage]] = {key: [] for key in wanted}
    for row in sorted(rows.values(), key=lambda row: (row.start, row.pk)):
        found[row.section_id].append(row)
    return {key: passages for key, passages in found.items() if passages}


def _nearest(text: str, passages: Sequence[Passage]) -> Ranked:
    """A section that no retriever found: by the passage with most of the question's words, the earliest of them."""
    wanted = set(question_terms(text))

    def shared(row: Passage) -> int:
        return len(wanted & set(analyse(row.section.text[row.start : row.end])))

    best = max(passages, key=shared)
    return Ranked(passage_id=best.pk, score=0.0, similarity=None, named=False)
