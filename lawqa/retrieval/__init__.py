"""Stage 3 of an answer: which passages of the law are about the question.

Sections that the question cites come first; the rest is found by vectors and by words, and fused by rank.
Filters (shelf, jurisdiction, day) are applied inside each search, before ranking; every passage is joined
back to its live, permitted row before it goes on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from corpus import embedding
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Passage
from corpus.types import Hit
from lawqa.retrieval import dense, lexical
from lawqa.retrieval.fusion import fuse
from lawqa.retrieval.named import named
from lawqa.types import Query, Ranked, Source

LIMIT = 10
"""Sections that the writer is given."""
WEIGHTS = (0.6, 0.4)
"""Of the dense and the lexical retriever in the fusion."""


def retrieve(query: Query, *, limit: int = LIMIT) -> list[Source]:
    """The best sections, each by its best passage, best first; empty when nothing may be shown."""
    ranked = rank(query, limit=3 * limit)
    rows = Passage.objects.shown_for(query.filters, [found.passage_id for found in ranked])
    live = [(found, rows[found.passage_id]) for found in ranked if found.passage_id in rows]
    return [_source(f"S{place}", found, row) for place, (found, row) in enumerate(live[:limit], start=1)]


def rank(query: Query, *, limit: int) -> list[Ranked]:
    """Sections by fused score, each with its best passage.

    Sections that the question cites come first, then those of the instruments that it names, then the rest.
    """
    shelf = shelf_of(embedding.current_encoder())
    found = _search(shelf, query)
    if documents := query.named_documents:
        inside = dataclasses.replace(query, filters=dataclasses.replace(query.filters, documents=documents))
        within = _search(shelf, inside)
        first = {ranked.passage_id for ranked in within}
        found = [*within, *(ranked for ranked in found if ranked.passage_id not in first)]
    return found[:limit]


def _search(shelf: Shelf, query: Query) -> list[Ranked]:
    cited = named(query.named, query.filters)
    return _merge(shelf, dense.search(shelf, query), lexical.search(shelf, query), cited)


def _merge(
    shelf: Shelf, by_vector: Sequence[Hit], by_words: Sequence[Hit], cited: Sequence[int]
) -> list[Ranked]:
    """Fuse at the level of sections, so that a long section's passages do not outvote a short one."""
    passages = {hit.passage_id for hit in (*by_vector, *by_words)} | set(cited)
    section_of = shelf.section_of(sorted(passages))
    best: dict[int, int] = {}
    for pid in (*cited, *_interleaved(by_vector, by_words)):
        if pid in section_of:
            best.setdefault(section_of[pid], pid)
    fused = dict(fuse([_sections(by_vector, section_of), _sections(by_words, section_of)], WEIGHTS))
    first = dict.fromkeys(section_of[pid] for pid in cited if pid in section_of)
    similarity = {hit.passage_id: hit.score for hit in by_vector}
    return [
        Ranked(
            passage_id=best[section], score=fused.get(section, 0.0), similarity=similarity.get(best[section]),
            named=section in first,
        )
        for section in (*first, *(section for section in fused if section not in first))
    ]  # fmt: skip


def _sections(hits: Sequence[Hit], section_of: dict[int, int]) -> dict[int, float]:
    """The hits' sections, each with the score of its best passage."""
    best: dict[int, float] = {}
    for hit in hits:
        if hit.passage_id in section_of:
            best.setdefault(section_of[hit.passage_id], hit.score)
    return best


def _interleaved(first: Sequence[Hit], second: Sequence[Hit]) -> list[int]:
    """Both lists' passages by rank, the first list's before the second's."""
    ranked = [(rank, hit.passage_id) for hits in (first, second) for rank, hit in enumerate(hits)]
    return [pid for _, pid in sorted(ranked, key=lambda pair: pair[0])]


def _source(marker: str, found: Ranked, row: Passage) -> Source:
    section = row.section
    return Source(
        marker=marker, section_id=section.pk, passage_id=row.pk, document_id=section.document_id, label=section.label,
        heading=section.heading, heading_path=section.heading_path, document_title=section.document.title,
        jurisdiction=section.document.jurisdiction, kind=section.document.kind, section_text=section.text,
        start=row.start, end=row.end, score=found.score, named=found.named, similarity=found.similarity,
        valid_from=section.valid_from, valid_to=section.valid_to,
        entered_into_force=section.entered_into_force,
    )  # fmt: skip
