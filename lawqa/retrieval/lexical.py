"""The lexical retriever: passages with the question's words, by BM25."""

from __future__ import annotations

from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf
from corpus.types import Hit
from lawqa.types import Query

DEPTH = 100


def search(shelf: Shelf, query: Query) -> list[Hit]:
    """By BM25, best first."""
    return shelf.search_lexical(question_terms(query.text), query.filters, DEPTH)
