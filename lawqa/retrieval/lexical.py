"""The lexical retriever: passages with the question's words, by BM25."""

from __future__ import annotations

from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf
from corpus.types import Hit
from lawqa.retrieval.wording import Weighing, added, words_of
from lawqa.types import Query

DEPTH = 100


def search(shelf: Shelf, query: Query, weighing: Weighing, *, depth: int = DEPTH) -> list[Hit]:
    """By BM25, best first."""
    words = words_of(query.text, added(query.keywords), weighing)
    return shelf.search_lexical(words, query.filters, depth)


def further(
    shelf: Shelf, query: Query, weighing: Weighing, *, depth: int = DEPTH
) -> list[tuple[list[Hit], float]]:
    """What the keywords find by themselves, with its weight in the fusion, where they have one."""
    words = question_terms(added(query.keywords)) if weighing.lexical_list else {}
    return [(shelf.search_lexical(words, query.filters, depth), weighing.lexical_list)] if words else []
