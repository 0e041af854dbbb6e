"""How long a question is: what is best for a few everyday words is not for a sentence of a brief."""

from __future__ import annotations


def share_of_length(terms: int, short: int, long: int) -> float:
    """0 for a question of up to `short` index terms, 1 from `long` on, evenly between them."""
    return min(max((terms - short) / (long - short), 0.0), 1.0)
