"""Whole answers: what became of each question, and whether everything shown can be checked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from corpus.models import Section
from corpus.types import Filters
from lawqa.evaluation.lines import percentile
from lawqa.inference import Models
from lawqa.pipeline import answer
from lawqa.types import Finished, Outcome, Request
from lawqa.watch import Watch


def evaluate_answers(lines: Iterable[dict[str, Any]], filters: Filters) -> dict[str, Any]:
    """Outcomes a question; share of shown citations that resolve and quote-match, which must be 1.0."""
    outcomes: list[dict[str, Any]] = []
    times: list[float] = []
    checked = right = 0
    for line in lines:
        if not times:
            answer(
                Request(text=line["question"], filters=filters), Watch(), Models()
            )  # loads model and index
        started = time.perf_counter()
        finished = answer(Request(text=line["question"], filters=filters), Watch(), Models())
        times.append(1000 * (time.perf_counter() - started))
        shown, good = check_citations(finished)
        checked, right = checked + shown, right + good
        outcomes.append(_outcome(line, finished))
    return {
        "n": len(outcomes),
        "outcomes": dict(Counter(line["outcome"] for line in outcomes)),
        **_declines(outcomes),
        "shown_citations": checked,
        "verified_share": right / checked if checked else 1.0,
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "questions": outcomes,
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


def _outcome(line: dict[str, Any], finished: Finished) -> dict[str, Any]:
    cited = dict.fromkeys(
        source.label
        for source in finished.sources
        if source not in finished.set_aside and finished.outcome is Outcome.ANSWERED
    )
    return {
        "id": line.get("id", ""),
        "outcome": finished.outcome.value,
        "answerable": bool(line["gold"]),
        "cites_gold": bool(set(cited) & set(line["gold"])),
        "cited": list(cited),
    }


def _declines(outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    answerable = [line for line in outcomes if line["answerable"]]
    hopeless = [line for line in outcomes if not line["answerable"]]
    return {
        "unanswerable": len(hopeless),
        "unanswerable_declined": sum(line["outcome"] != Outcome.ANSWERED for line in hopeless),
        "answerable": len(answerable),
        "answerable_declined": sum(line["outcome"] != Outcome.ANSWERED for line in answerable),
        "answerable_citing_gold": sum(line["cites_gold"] for line in answerable),
    }
