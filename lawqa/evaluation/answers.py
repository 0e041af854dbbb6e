"""Whole answers: what became of each question, and whether everything shown can be checked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from corpus.models import Section
from corpus.types import Filters
from lawqa.evaluation.kinds import kind_of
from lawqa.evaluation.lines import percentile
from lawqa.inference import Models
from lawqa.pipeline import answer
from lawqa.types import Finished, Outcome, Request
from lawqa.watch import Watch

KINDS = "by_kind"


def evaluate_answers(lines: Iterable[dict[str, Any]], filters: Filters) -> dict[str, Any]:
    """Measures over all questions, by kind, and one row a question; nothing is saved.

    `verified_share` is the share of shown citations that resolve and stand word for word in the row that they name,
    looked up anew: it must be 1.0. Citation precision is the share of cited sections that a question is labelled with,
    recall the share of its labels that are cited, both as the mean over the answered questions that have labels.
    """
    rows: list[dict[str, Any]] = []
    for line in lines:
        if not rows:
            _answered(line, filters)  # loads model and index
        rows.append(_measured(line, filters))
    return {
        **measures(rows),
        "outcomes": dict(Counter(row["outcome"] for row in rows)),
        KINDS: {kind: measures(list(some)) for kind, some in _by_kind(rows).items()},
        "questions": rows,
    }


def measures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The measures of some questions together."""
    answerable = [row for row in rows if row["answerable"]]
    hopeless = [row for row in rows if not row["answerable"]]
    labelled = [row for row in answerable if row["outcome"] == Outcome.ANSWERED]
    shown = sum(row["shown_citations"] for row in rows)
    return {
        "n": len(rows),
        "unanswerable": len(hopeless),
        "unanswerable_declined": sum(row["outcome"] != Outcome.ANSWERED for row in hopeless),
        "answerable": len(answerable),
        "answerable_declined": sum(row["outcome"] != Outcome.ANSWERED for row in answerable),
        "answerable_citing_gold": sum(row["cites_gold"] for row in answerable),
        "citation_precision": _mean([row["precision"] for row in labelled]),
        "citation_recall": _mean([row["recall"] for row in labelled]),
        "shown_claims": sum(row["shown"] for row in rows),
        "withheld_claims": sum(row["withheld"] for row in rows),
        "shown_citations": shown,
        "verified_share": sum(row["verified_citations"] for row in rows) / shown if shown else 1.0,
        **_latency(rows),
    }


def check_citations(finished: Finished) -> tuple[int, int]:
    """How many citations are shown, and how many of them stand, word for word, in the row they name."""
    sources = {source.marker: source for source in finished.sources}
    shown = right = 0
    for claim in finished.shown:
        for citation, verdict in zip(claim.claim.citations, claim.verdicts, strict=True):
            shown += 1
            source = sources.get(citation.marker)
            row = Section.objects.filter(pk=source.section_id).first() if source else None
            quote = verdict.quote
            right += bool(row and quote.text and row.text[quote.start : quote.end] == quote.text)
    return shown, right


def _answered(line: dict[str, Any], filters: Filters) -> tuple[Finished, Watch]:
    watch = Watch()
    request = Request(text=line["question"], filters=filters)
    return answer(request, watch, Models(note=watch.note)), watch


def _measured(line: dict[str, Any], filters: Filters) -> dict[str, Any]:
    started = time.perf_counter()
    finished, watch = _answered(line, filters)
    elapsed = 1000 * (time.perf_counter() - started)
    shown, verified = check_citations(finished)
    cited = _cited(finished)
    gold = list(line["gold"])
    hits = len(set(cited) & set(gold))
    return {
        "id": line.get("id", ""),
        "kind": kind_of(line, finished.query.named).value,
        "outcome": finished.outcome.value,
        "writer": finished.draft.writer,
        "answerable": bool(gold),
        "cites_gold": hits > 0,
        "cited": cited,
        "precision": hits / len(cited) if cited else None,
        "recall": hits / len(gold) if gold else None,
        "shown": len(finished.shown),
        "withheld": len(finished.withheld),
        "shown_citations": shown,
        "verified_citations": verified,
        "first_claim_ms": watch.first_claim_ms,
        "ms": round(elapsed, 1),
        "troubled": sorted(watch.troubled),
    }


def _cited(finished: Finished) -> list[str]:
    """Labels of the sections that the shown claims cite, in the order of retrieval."""
    if finished.outcome is not Outcome.ANSWERED:
        return []
    aside = {source.marker for source in finished.set_aside}
    return list(dict.fromkeys(source.label for source in finished.sources if source.marker not in aside))


def _by_kind(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["kind"]):
        found.setdefault(row["kind"], []).append(row)
    return found


def _latency(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    times = [row["ms"] for row in rows]
    first = [float(row["first_claim_ms"]) for row in rows if row["first_claim_ms"] is not None]
    return {
        "first_claim_p50_ms": percentile(first, 0.5),
        "first_claim_p95_ms": percentile(first, 0.95),
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None
