"""Which terms that a model suggests mean something in the law that may be searched.

A model that is too small for the task answers all the same: with words of its own making, with the examples of its
prompt, with the same term again and again. Such replies are put aside as a whole; measured, they do retrieval harm,
and a list of which most is nonsense is not right by chance in the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus import embedding
from corpus.index.lexical import question_terms
from corpus.index.shelf import shelf_of
from corpus.types import Filters
from lawqa.keywords.replies import repeats_itself, repeats_prompt

LEAST = 2
"""Terms that must be left: a single one is as often a slip as a find."""
LEAST_COSINE = 0.2
"""Of the question and the terms together. A large model's lists lay at .17 and above, half of them above .54; what a
model of 135M parameters repeats of its prompt at .13 and below."""


def kept(terms: Sequence[str], question: str, filters: Filters) -> tuple[str, ...]:
    """The terms that may add to retrieval, in their order; none when the list as a whole is not about the question."""
    if repeats_itself(terms) or repeats_prompt(terms):
        return ()
    shelf = shelf_of(embedding.current_encoder())
    found = standing(terms, question, lambda word: bool(shelf.search_lexical({word: 1.0}, filters, 1)))
    if len(found) < LEAST or _cosine(question, ", ".join(found)) < LEAST_COSINE:
        return ()
    return found


def standing(terms: Sequence[str], question: str, held: Callable[[str], bool]) -> tuple[str, ...]:
    """The terms that say something which the question does not, in words that the law has.

    `held`: whether an index term stands in any passage that may be searched. Pure but for it.
    """
    asked = set(question_terms(question))
    words = {term: question_terms(term) for term in terms}
    known = {word: held(word) for found in words.values() for word in found}
    return tuple(
        term for term, found in words.items() if set(found) - asked and all(known[word] for word in found)
    )


def _cosine(question: str, terms: str) -> float:
    return float(embedding.encode_query(question) @ embedding.encode_query(terms))
