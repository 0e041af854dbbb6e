"""Fuses what the retrievers found: a convex combination of their scores.

Scores are scaled to 0…1 within each list before they are weighed and added (Bruch, Gai and Ingber, "An
Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023). Reciprocal rank fusion was measured beside
it and lost; ARCHITECTURE.md has the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lawqa.retrieval.lengths import share_of_length

SHORT, LONG = 10, 20
"""Index terms of a question; between them the weights change evenly."""
DENSE_OF_SHORT, DENSE_OF_LONG = 0.55, 0.4
"""Weight of the dense retriever; the lexical one has what is left of 1."""


def weights_for(terms: int) -> tuple[float, float]:
    """Of the dense and of the lexical retriever, for a question of so many index terms.

    A short question is best met in meaning; a long one, a sentence of a brief, holds more words of the law itself.
    ARCHITECTURE.md has what other weights give.
    """
    dense = DENSE_OF_SHORT + share_of_length(terms, SHORT, LONG) * (DENSE_OF_LONG - DENSE_OF_SHORT)
    return dense, 1 - dense


def fuse(lists: Sequence[Mapping[int, float]], weights: Sequence[float]) -> list[tuple[int, float]]:
    """Merge several lists of id → score: (id, fused score), best first. What a list lacks counts 0 there."""
    fused: defaultdict[int, float] = defaultdict(float)
    for scores, weight in zip(lists, weights, strict=True):
        for found, score in _scaled(scores).items():
            fused[found] += weight * score
    # Ties go to the lower id, so that the same question gives the same answer.
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    """Scores between 0, for the list's last, and 1, for its best."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    span = high - low
    return {found: (score - low) / span if span else 1.0 for found, score in scores.items()}
