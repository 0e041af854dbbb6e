"""Runs of a question's words that stand in a passage as they are: `recognised investment exchange`, not its three words apart.

The sequential dependence of Metzler and Croft (SIGIR 2005), among the candidates of one question: a run weighs the more the
fewer of them have it, and counts as a term does in BM25. A long question quotes its law and its runs tell which; a short one
says in everyday words what the law says in its own, and is read without them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from corpus.index.lexical import K1, MAX_TERMS, B, content_terms
from lawqa.retrieval.lengths import share_of_length

RUNS = (2, 3)
"""Words of a run; stop words are no words here."""
SHORT, LONG = 6, 16
"""Index terms of a question; between them the runs gain weight evenly."""
WEIGHT = 0.5
"""Of a long question's runs, beside the fused score."""


def scores(question: str, passages: Sequence[str]) -> list[float]:
    """What each passage gains, in their order: 0 where it has no run of the question, or that is short."""
    asked = content_terms(question)[:MAX_TERMS]
    terms = len(set(asked))
    weight = WEIGHT * share_of_length(terms, SHORT, LONG) / max(terms, 1)
    gained = [0.0] * len(passages)
    if not weight:
        return gained
    texts = [content_terms(passage) for passage in passages]
    mean = sum(map(len, texts)) / max(len(texts), 1)
    norms = [K1 * (1 - B + B * len(text) / max(mean, 1.0)) for text in texts]
    for length in RUNS:
        held = [Counter(_runs(text, length)) for text in texts]
        for run in set(_runs(asked, length)):
            having = sum(run in own for own in held)
            rarity = weight * math.log1p((len(texts) - having + 0.5) / (having + 0.5))
            for place, (own, norm) in enumerate(zip(held, norms, strict=True)):
                gained[place] += rarity * own[run] * (K1 + 1) / (own[run] + norm)
    return gained


def _runs(terms: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return list(zip(*(terms[first:] for first in range(length)), strict=False))
