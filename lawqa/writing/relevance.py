"""How much a piece of law says about a question: its words, weighed by how rare they are, and its meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.index.lexical import analyse

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

WORDS, MEANING, RANK, AMOUNT = 0.35, 0.45, 0.6, 0.1
"""Weights in the score: words covered, cosine, the section's score in retrieval, an amount where one is asked for."""

_ASKS_AMOUNT = re.compile(
    r"\bhow (?:long|many|much|high|large|big|soon|quickly|old|often|late)\b|\bwhat (?:is|are) the (?:maximum|minimum|"
    r"fines?|penalt\w+|deadlines?|time limits?|period|term|age|amount|fee|rate)\b|\bwithin what\b|\bwhen must\b|\bdeadline\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\d|%|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety|hundred|thousand|"
    r"million)\b|\b(?:a|one)\s+(?:day|week|month|year)\b",
    re.IGNORECASE,
)
_CITED_NUMBER = re.compile(
    r"\b(?:articles?|art\.|sections?|paragraphs?|points?|chapters?|regulation|directive|title|no\.?|§+)\s*"
    r"(?:\([A-Z]+\)\s*)?[\d(][\w()/,. –-]*|^\s*\(?\w{1,4}[.)]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The question's index terms with their weights, which sum to 1."""

    weights: Mapping[str, float]
    asks_amount: bool = False
    """It asks for a number, a sum or a time."""

    def covered(self, text: str) -> float:
        """Share of the question's weight that the text's words cover, 0 to 1."""
        present = _terms(text)
        return sum(weight for term, weight in self.weights.items() if term in present)


def asks_amount(question: str) -> bool:
    return bool(_ASKS_AMOUNT.search(question))


def states_amount(text: str) -> bool:
    """Whether it holds a quantity besides the numbers of what it cites."""
    return bool(_AMOUNT.search(_CITED_NUMBER.sub(" ", text)))


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(analyse(text))
