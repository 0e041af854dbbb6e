"""Stage 3 of an answer: which passages of the law are about the question.

Sections that the question cites come first, then those that the reader pinned; the rest is found by vectors and by
words, to which keywords of a model or of the reader add, and fused by score; each section gains by its neighbours, and
the first are reranked. Filters (shelf, jurisdiction, day) are applied inside each search, before ranking; every passage
is joined back to its live, permitted row before it goes on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from corpus import embedding
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Passage
from corpus.types import Hit
from lawqa.retrieval import dense, lexical
from lawqa.retrieval.fusion import fuse, weights_for
from lawqa.retrieval.named import named
from lawqa.retrieval.neighbours import with_neighbours
from lawqa.retrieval.orders import FLAG, gives_orders
from lawqa.retrieval.pinned import seated, with_pinned
from lawqa.retrieval.rerank import reranked
from lawqa.retrieval.wording import Weighing, weighing_of, wording_of
from lawqa.types import Query, Ranked, Source

LIMIT = 10
"""Sections that the writer is given."""
DEPTH = 100
"""Passages that each retriever gives."""
DEEPEST = 1_000
"""Passages that each gives at most, when sections are excluded: theirs must not take the place of others."""
AROUND = 8_000
"""Characters of a section before and behind a passage that a model may be given with it."""


def retrieve(query: Query, *, limit: int = LIMIT) -> list[Source]:
    """The best sections, each by its best passage, best first; empty when nothing may be shown."""
    ranked = rank(query, limit=3 * limit)
    rows = Passage.objects.shown_for(query.filters, [found.passage_id for found in ranked])
    live = seated((found for found in ranked if found.passage_id in rows), limit)
    return [_source(f"S{place}", found, rows[found.passage_id]) for place, found in enumerate(live, start=1)]


def rank(query: Query, *, limit: int, weighing: Weighing | None = None) -> list[Ranked]:
    """Sections as the reranker orders those of the best fused score, each with its best passage.

    Sections that the question cites come first, then the pinned ones, then those of the instruments that the question
    names, then the rest. `weighing`: how keywords count; by default as is best for who gave them.
    """
    shelf = shelf_of(embedding.current_encoder())
    weighing = weighing or weighing_of(query.text, query.keywords)
    with shelf.at_one_moment():
        found = candidates(shelf, query, weighing)
        within = candidates(shelf, _inside_what_is_named(query), weighing) if query.named_documents else []
    known = {ranked.passage_id for ranked in within}
    others = [ranked for ranked in found if ranked.passage_id not in known]
    asked = wording_of(query.text, query.keywords, weighing)
    ordered = [*reranked(asked, within), *others] if within else reranked(asked, found)
    return seated(with_pinned(query, ordered), limit)


def _inside_what_is_named(query: Query) -> Query:
    filters = dataclasses.replace(query.filters, documents=query.named_documents)
    return dataclasses.replace(query, filters=filters)


def candidates(shelf: Shelf, query: Query, weighing: Weighing) -> list[Ranked]:
    """Sections by fused score and by that of their neighbours, those that the question cites before all others."""
    depth = DEPTH + _passages_of(query.excluded)
    by_vector = dense.search(shelf, query, weighing, depth=depth)
    by_words = lexical.search(shelf, query, weighing, depth=depth)
    further = [
        *dense.further(shelf, query, weighing, depth=depth), *lexical.further(shelf, query, weighing, depth=depth),
    ]  # fmt: skip
    lists = [by_vector, by_words, *(hits for hits, _ in further)]
    weights = (*weights_for(len(question_terms(query.text))), *(weight for _, weight in further))
    merged = _merge(shelf, lists, weights, named(query.named, query.filters), query.excluded)
    return with_neighbours(merged)


def _passages_of(excluded: frozenset[int]) -> int:
    """How many passages the excluded sections have, at most as many as are worth reading past."""
    count = Passage.objects.filter(section__in=excluded).count() if excluded else 0
    return min(count, DEEPEST - DEPTH)


def _merge(
    shelf: Shelf,
    lists: Sequence[Sequence[Hit]],
    weights: Sequence[float],
    cited: Sequence[int],
    excluded: frozenset[int],
) -> list[Ranked]:
    """Fuse at the level of sections, so that a long section's passages do not outvote a short one.

    The first list is the dense retriever's.
    """
    passages = {hit.passage_id for hits in lists for hit in hits} | set(cited)
    found = shelf.section_of(sorted(passages))
    section_of = {pid: section for pid, section in found.items() if section not in excluded}
    best: dict[int, int] = {}
    for pid in (*cited, *_interleaved(lists)):
        if pid in section_of:
            best.setdefault(section_of[pid], pid)
    fused = dict(fuse([_sections(hits, section_of) for hits in lists], weights))
    first = dict.fromkeys(section_of[pid] for pid in cited if pid in section_of)
    similarity = {hit.passage_id: hit.score for hit in lists[0]}
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


def _interleaved(lists: Sequence[Sequence[Hit]]) -> list[int]:
    """All lists' passages by rank, an earlier list's before a later one's."""
    ranked = [(rank, hit.passage_id) for hits in lists for rank, hit in enumerate(hits)]
    return [pid for _, pid in sorted(ranked, key=lambda pair: pair[0])]


def _flags(row: Passage) -> tuple[str, ...]:
    """What a reader must know of the passage and what stands around it."""
    around = row.section.text[max(0, row.start - AROUND) : row.end + AROUND]
    return (FLAG,) if gives_orders(f"{row.section.heading}\n{around}") else ()


def _source(marker: str, found: Ranked, row: Passage) -> Source:
    section = row.section
    return Source(
        marker=marker, section_id=section.pk, passage_id=row.pk, document_id=section.document_id, label=section.label,
        heading=section.heading, heading_path=section.heading_path, document_title=section.document.title,
        jurisdiction=section.document.jurisdiction, kind=section.document.kind, section_text=section.text,
        start=row.start, end=row.end, score=found.score, named=found.named, pinned=found.pinned,
        flags=_flags(row), similarity=found.similarity,
        valid_from=section.valid_from, valid_to=section.valid_to,
        entered_into_force=section.entered_into_force,
    )  # fmt: skip
