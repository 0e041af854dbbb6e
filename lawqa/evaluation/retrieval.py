"""hit@k and MRR of the sections that retrieval ranks, against the sections that answer a question."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.models import Passage
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.evaluation.lines import percentile
from lawqa.inference import Models, Role
from lawqa.keywords import extract_keywords, rules, with_reply
from lawqa.retrieval import rank
from lawqa.retrieval.wording import WEIGHINGS
from lawqa.types import Keywords, Query, Request

DEPTH = 30
CUTOFFS = (1, 5, 10)
FROM_FILE = "file"
NO_SERVER = (
    "No server has the keywords role: say where one is, as LAWQA_KEYWORDS_URL and LAWQA_KEYWORDS_MODEL."
)


@dataclass(slots=True, kw_only=True)
class Extraction:
    """Where keywords come from, and what came of it."""

    filters: Filters
    by_model: bool = False
    """Ask the server of the keywords role; else rules, or the `terms` of a line as if a model had said them."""
    of_rules: bool = False
    """Count the rules' terms as if they were suggested."""
    asked: int = 0
    suggested: int = 0
    kept: int = 0
    failed: int = 0
    times: list[float] = field(default_factory=list)

    def of(self, line: dict[str, Any]) -> Keywords:
        """The keywords of a line's question."""
        text, found = line["question"], rules.extract(line["question"])
        if self.by_model:
            found = self._by_model(text)
        elif "terms" in line:
            found, suggested = with_reply(found, {"terms": line["terms"]}, text, self.filters, FROM_FILE)
            self._count(found, suggested)
        elif self.of_rules:
            found = replace(found, suggested=found.terms)
        return found

    def facts(self) -> dict[str, Any]:
        """What is reported of it; empty when rules alone were asked."""
        if not self.asked:
            return {}
        counts = {"asked": self.asked, "suggested": self.suggested, "kept": self.kept, "failed": self.failed}
        times = {"p50_ms": percentile(self.times, 0.5), "p95_ms": percentile(self.times, 0.95)}
        return {"keywords": {**counts, **(times if self.times else {})}}

    def _by_model(self, text: str) -> Keywords:
        models, started = Models(), time.perf_counter()
        found = extract_keywords(Request(text=text, filters=self.filters), text, models)
        self.times.append(1000 * (time.perf_counter() - started))
        self.failed += any(call.failure for call in models.calls)
        self._count(found, sum(_terms_in(call.reply) for call in models.calls))
        return found

    def _count(self, found: Keywords, suggested: int) -> None:
        self.asked += 1
        self.suggested += suggested
        self.kept += len(found.suggested)


def _terms_in(reply: str) -> int:
    """How many terms a model's reply names; 0 for a reply that is no object."""
    try:
        terms = json.loads(reply)["terms"]
    except (ValueError, KeyError, TypeError):
        return 0
    return len(terms) if isinstance(terms, list) else 0


def evaluate_retrieval(
    lines: Iterable[dict[str, Any]], filters: Filters, *, keywords: str = "", by_model: bool = False
) -> dict[str, Any]:
    """n, hit@1, hit@5, hit@10, mrr@10, p50_ms and p95_ms over the lines that name a gold label.

    `keywords`: how they count, a name of WEIGHINGS; empty: as in answers. Times are of the search, without extraction.
    Raises ValueError where a model is to be asked and none is configured.
    """
    if by_model and not Models().serves(Role.KEYWORDS):
        raise ValueError(NO_SERVER)
    extraction = Extraction(filters=filters, by_model=by_model, of_rules=bool(keywords))
    ranks: list[int | None] = []
    times: list[float] = []
    for line in lines:
        if not line["gold"]:
            continue
        found = extraction.of(line)
        if not times:
            ranked_labels(line["question"], filters)  # the first search loads the model and the index
        started = time.perf_counter()
        labels = ranked_labels(line["question"], filters, found, keywords)
        times.append(1000 * (time.perf_counter() - started))
        ranks.append(first_rank(labels, line["gold"]))
    return {
        "n": len(ranks),
        **_scores(ranks),
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        **extraction.facts(),
    }


def ranked_labels(
    question: str, filters: Filters, keywords: Keywords | None = None, weighing: str = ""
) -> list[str]:
    """Labels of the live, permitted sections that retrieval ranks, best first."""
    found = keywords or rules.extract(question)
    query = Query(text=question, keywords=found, named=resolve_all(question, filters), filters=filters)
    ids = [
        one.passage_id for one in rank(query, limit=DEPTH, weighing=WEIGHINGS[weighing] if weighing else None)
    ]
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
