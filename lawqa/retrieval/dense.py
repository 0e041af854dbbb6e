"""The dense retriever: passages whose vectors lie near the question's."""

from __future__ import annotations

from corpus import embedding
from corpus.index.shelf import Shelf
from corpus.types import Hit
from lawqa.retrieval.wording import Weighing, added, vector_of, vectors_of_parts
from lawqa.types import Query

DEPTH = 100

Weighted = list[tuple[list[Hit], float]]
"""Lists of hits, each best first, with their weights in the fusion."""


def search(shelf: Shelf, query: Query, weighing: Weighing, *, depth: int = DEPTH) -> list[Hit]:
    """By cosine, best first."""
    vector = vector_of(query.text, added(query.keywords), weighing.vector)
    return shelf.search_dense(vector, query.filters, depth)


def further(shelf: Shelf, query: Query, weighing: Weighing, *, depth: int = DEPTH) -> Weighted:
    """What keywords and sub-questions find by themselves, where they have a weight."""
    terms, parts = added(query.keywords), query.keywords.sub_questions
    vectors = []
    if weighing.dense_list and terms:
        vectors.append((embedding.encode_question(terms), weighing.dense_list))
    if weighing.parts and parts:
        vectors += [(vector, weighing.parts / len(parts)) for vector in vectors_of_parts(parts)]
    return [(shelf.search_dense(vector, query.filters, depth), weight) for vector, weight in vectors]
