"""What a retriever is asked: the question's words and vector, and how keywords add to them.

ChatLAW's sum of the vectors of question and keywords (Cui et al., arXiv 2306.16092, section 3.3) is one way of several;
each was measured alone and together with the others. ARCHITECTURE.md has the table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from corpus import embedding, expansion
from corpus.embedding import Vectors
from corpus.index.lexical import question_terms
from corpus.types import Terms
from lawqa.retrieval.lengths import share_of_length
from lawqa.types import Keywords

READER = "reader"
SHORT, LONG = 6, 16
"""Index terms of a question; between them what was learned loses strength evenly, down to OF_LONG."""
LONG_FOR_MODEL = 12
"""The same bound for what a model suggests."""
OF_LONG = 0.2
"""Strength of what is added to a long question."""
READ = 0.5
"""Least strength of a model's terms that the reranker reads behind the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """How keywords count; all 0: they do not."""

    words: float = 0.0
    """Weight of their words beside the question's own, of weight 1 each, in the lexical query."""
    only_words: bool = False
    """They take the place of the question's words there."""
    vector: float = 0.0
    """w in `question + w × keywords`, both of length 1: what the dense retriever looks for."""
    lexical_list: float = 0.0
    """Weight in the fusion of a list found by the keywords' words alone."""
    dense_list: float = 0.0
    """Weight in the fusion of a list found by the keywords' vector alone."""
    parts: float = 0.0
    """Weight in the fusion of the lists found by the vectors of sub-questions, together."""
    read: bool = True
    """The reranker reads them behind the question."""


WEIGHINGS = {
    "none": Weighing(read=False),
    "words": Weighing(words=1.0),
    "lexical": Weighing(lexical_list=0.4),
    "sum": Weighing(vector=0.5),
    "dense": Weighing(dense_list=0.4),
    "parts": Weighing(parts=0.3),
    "sum+words": Weighing(words=1.0, vector=0.5),
    "reader": Weighing(only_words=True, vector=1.0),
}
FOR_MODEL = WEIGHINGS["sum+words"]
FOR_READER = WEIGHINGS["reader"]


def weighing_of(text: str, keywords: Keywords) -> Weighing:
    """How keywords count beside a question: by who gave them, a model's less for a long one.

    Those found by rules are the question's own words and add nothing.
    """
    if keywords.origin == READER:
        return FOR_READER
    if not keywords.suggested:
        return WEIGHINGS["none"]
    strength = _strength(text, LONG_FOR_MODEL)
    words, vector = strength * FOR_MODEL.words, strength * FOR_MODEL.vector
    return replace(FOR_MODEL, words=words, vector=vector, read=strength >= READ)


def added(keywords: Keywords) -> str:
    """The terms that say more than the question: the reader's, else those that a model suggested."""
    return ", ".join(keywords.terms if keywords.origin == READER else keywords.suggested)


def wording_of(text: str, keywords: Keywords, weighing: Weighing) -> str:
    """What the reranker reads as the question: its text, and the terms that say more."""
    terms = added(keywords)
    return f"{text} {terms}" if terms and weighing.read else text


def words_of(text: str, terms: str, weighing: Weighing) -> Terms:
    """What the lexical retriever looks for: index terms, and those that the law has for what is asked; the reader's alone."""
    if weighing.only_words:
        return question_terms(terms) or question_terms(text)
    suggested = question_terms(terms) if weighing.words else {}
    said = dict.fromkeys(suggested, weighing.words) | question_terms(text)
    strength = _strength(text, LONG)
    learned = [one._replace(weight=strength * one.weight) for one in expansion.expanded(text)]
    return expansion.joined(said, learned)


def _strength(text: str, long: int) -> float:
    """Of what is added to a question: 1 for a short one; one of `long` index terms holds the words of its law already.

    What is added carries less to law that nothing was learned from: ARCHITECTURE.md has what other bounds give.
    """
    return 1 - share_of_length(len(question_terms(text)), SHORT, long) * (1 - OF_LONG)


def vector_of(text: str, terms: str, weight: float) -> Vectors:
    """The unit vector for the dense retriever, shape (dimension,)."""
    question = embedding.encode_question(text)
    if not terms or not weight:
        return question
    total = question + weight * embedding.encode_question(terms)
    unit: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
    return unit


@lru_cache(maxsize=64)
def vectors_of_parts(parts: tuple[str, ...]) -> Vectors:
    """Vectors of sub-questions, shape (their number, dimension), in one batch."""
    return embedding.encode_questions(parts)
