"""The dense retriever: passages whose vectors lie near the question's."""

from __future__ import annotations

from corpus import embedding
from corpus.index.shelf import Shelf
from corpus.types import Hit
from lawqa.types import Query

DEPTH = 100


def search(shelf: Shelf, query: Query) -> list[Hit]:
    """By cosine, best first."""
    return shelf.search_dense(embedding.encode_query(query.text), query.filters, DEPTH)
