"""hit@k and MRR of the sections that retrieval ranks, against the sections that answer a question."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from corpus.models import Passage
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.evaluation.lines import percentile
from lawqa.keywords import rules
from lawqa.retrieval import rank
from lawqa.types import Query

DEPTH = 30
CUTOFFS = (1, 5, 10)


def evaluate_retrieval(lines: Iterable[dict[str, Any]], filters: Filters) -> dict[str, Any]:
    """n, hit@1, hit@5, hit@10, mrr@10, p50_ms and p95_ms over the lines that name a gold label."""
    ranks: list[int | None] = []
    times: list[float] = []
    for line in lines:
        if not line["gold"]:
            continue
        if not times:
            ranked_labels(line["question"], filters)  # the first search loads the model and the index
        started = time.perf_counter()
        labels = ranked_labels(line["question"], filters)
        times.append(1000 * (time.perf_counter() - started))
        ranks.append(first_rank(labels, line["gold"]))
    return {
        "n": len(ranks),
        **_scores(ranks),
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
    }


def ranked_labels(question: str, filters: Filters) -> list[str]:
    """Labels of the live, permitted sections that retrieval ranks, best first."""
    named = resolve_all(question, filters)
    query = Query(text=question, keywords=rules.extract(question), named=named, filters=filters)
    ids = [found.passage_id for found in rank(query, limit=DEPTH)]
    rows = Passage.objects.shown_for(filters, ids)
    return [rows[pk].section.label for pk in ids if pk in rows]


def first_rank(labels: Sequence[str], gold: Sequence[str]) -> int | None:
    """The rank, from 1, of the first label that is gold."""
    wanted = set(gold)
    return next((rank for rank, label in enumerate(labels, start=1) if label in wanted), None)


def _scores(ranks: Sequence[int | None]) -> dict[str, float]:
    total = max(len(ranks), 1)
    scores = {f"hit@{k}": sum(rank is not None and rank <= k for rank in ranks) / total for k in CUTOFFS}
    scores["mrr@10"] = sum(1 / rank for rank in ranks if rank is not None and rank <= 10) / total
    return {name: round(score, 4) for name, score in scores.items()}
