"""Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

RANK_CONSTANT = 60  # the paper's value; larger flattens the lead of rank 1


def fuse(
    rankings: Iterable[Sequence[int]], *, limit: int, weights: Sequence[float] | None = None
) -> list[tuple[int, float]]:
    """Merge rankings of ids, best first, by rank alone: (id, score), best first."""
    scores: defaultdict[int, float] = defaultdict(float)
    for place, ranking in enumerate(rankings):
        weight = weights[place] if weights else 1.0
        for rank, found in enumerate(ranking, start=1):
            scores[found] += weight / (RANK_CONSTANT + rank)
    # Ties go to the lower id, so that the same question gives the same answer.
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
