"""How much a piece of law says about a question: its words, weighed by how rare they are, and its meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.index.lexical import analyse

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

WORDS = 0.5
"""Share of the score that words have; meaning has the rest."""


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The question's index terms with their weights, which sum to 1."""

    weights: Mapping[str, float]

    def covered(self, text: str) -> float:
        """Share of the question's weight that the text's words cover, 0 to 1."""
        present = _terms(text)
        return sum(weight for term, weight in self.weights.items() if term in present)


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(analyse(text))


def score(
    question: NDArray[np.float32], terms: QuestionTerms, texts: Sequence[str], encode: Encode
) -> list[float]:
    """Relevance of each text, about 0 to 1; one call of the encoder."""
    if not texts:
        return []
    meaning = encode(texts) @ question
    return [
        WORDS * terms.covered(text) + (1 - WORDS) * float(cosine)
        for text, cosine in zip(texts, meaning, strict=True)
    ]
