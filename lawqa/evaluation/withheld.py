"""What becomes of the claims of a model that writes badly: shown, written again, withheld, and by which check.

Everything that is shown is verified once more here, against the rows of the database rather than what the pipeline
had at hand.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.models import Section
from corpus.types import Filters
from lawqa.evaluation.lines import percentile
from lawqa.inference import Models
from lawqa.pipeline import answer
from lawqa.types import DraftCitation, Finished, Force, QuoteMatch, Request, Verdict, VerifiedClaim
from lawqa.verification import check_claim, find_quote
from lawqa.watch import Watch

QUOTING = "quoting"
"""The writer of verbatim law (`DraftClaim.writer`)."""
FORMS = (
    "What does the {act} say about {heading}?",
    "{heading}: what does the {act} require?",
    "What are the rules on {heading} in the {act}?",
)


def generated_questions(count: int, seed: int) -> list[str]:
    """Questions made of the headings of sections that are on the shelf, drawn by a seed."""
    chosen = random.Random(seed)  # noqa: S311  a draw, no secret
    headed = Section.objects.exclude(heading="").order_by("pk").select_related("document")
    keys = list(headed.values_list("pk", flat=True))
    rows = headed.in_bulk(chosen.sample(keys, min(count, len(keys))))
    return [_question(rows[key], chosen) for key in sorted(rows)]


def _question(section: Section, chosen: random.Random) -> str:
    act = section.document.short_title or section.document.title
    heading = section.heading.strip(" .")
    return chosen.choice(FORMS).format(act=act, heading=heading[:1].lower() + heading[1:])


def try_questions(questions: Iterable[str], filters: Filters) -> Iterator[dict[str, Any]]:
    """One row a question: outcome, the fate of each claim, what was verified again, times in milliseconds.

    Nothing is saved.
    """
    for question in questions:
        watch = Watch()
        models = Models(stopped=watch.stopped, note=watch.note)
        started = time.perf_counter()
        finished = answer(Request(text=question, filters=filters), watch, models)
        yield {
            "question": question,
            "outcome": finished.outcome.value,
            **_fates(finished, asked=bool(models.calls)),
            "why_withheld": dict(Counter(_reason(claim) for claim in finished.withheld)),
            **verify_again(finished, filters),
            "notes": watch.notes["writing"],
            "claims": [_told(claim) for claim in finished.claims if claim.claim.writer != QUOTING],
            "calls": len(models.calls),
            "first_claim_ms": watch.first_claim_ms,
            "ms": round(1000 * (time.perf_counter() - started)),
        }


def _told(claim: VerifiedClaim) -> dict[str, Any]:
    """A claim of the model as it is kept in a row, to be looked at."""
    return {
        "text": claim.claim.text,
        "quotes": [citation.quote for citation in claim.claim.citations],
        "shown": claim.shown,
        "rewrites": claim.claim.rewrites,
        "problems": [problem.detail for verdict in claim.verdicts for problem in verdict.problems],
    }


def _fates(finished: Finished, *, asked: bool) -> dict[str, Any]:
    written = [claim for claim in finished.claims if claim.claim.writer != QUOTING]
    shown = [claim for claim in written if claim.shown]
    return {
        "written": sum(not claim.claim.rewrites for claim in written),
        "shown": sum(not claim.claim.rewrites for claim in shown),
        "rewritten": sum(bool(claim.claim.rewrites) for claim in written),
        "rewritten_and_shown": sum(bool(claim.claim.rewrites) for claim in shown),
        "withheld": len(finished.withheld),
        "fell_back": asked and bool(finished.shown) and not shown,
        "verbatim_shown": sum(claim.claim.writer == QUOTING for claim in finished.shown),
    }


def _reason(claim: VerifiedClaim) -> str:
    """The first check that failed."""
    for verdict in claim.verdicts:
        if not verdict.passed:
            return _failed(verdict)
    return "no citation"


def _failed(verdict: Verdict) -> str:
    if verdict.problems:
        return verdict.problems[0].check
    if verdict.in_force_on is Force.NOT_IN_FORCE:
        return "in force"
    return "judge" if verdict.supports is False else "label"


def verify_again(finished: Finished, filters: Filters) -> dict[str, int]:
    """Citations of shown claims; those whose quote stands in the row; those that pass every check against the row."""
    sources = {source.marker: source.section_id for source in finished.sources}
    found: Counter[str] = Counter(citations=0, verbatim=0, passed=0)
    for claim in finished.shown:
        for citation, verdict in zip(claim.claim.citations, claim.verdicts, strict=True):
            row = (
                Section.objects.select_related("document").filter(pk=sources.get(citation.marker, 0)).first()
            )
            found["citations"] += 1
            found["verbatim"] += row is not None and _stands(citation, verdict, row.text)
            found["passed"] += row is not None and _passes(claim, citation, row, filters)
    return dict(found)


def _stands(citation: DraftCitation, verdict: Verdict, text: str) -> bool:
    """The words that the reader sees as quoted are the row's, and what the writer quoted is found in it."""
    quote = verdict.quote
    cited = not citation.quote or find_quote(citation.quote, text).match is not QuoteMatch.NOT_FOUND
    return cited and bool(quote.text) and text[quote.start : quote.end] == quote.text


def _passes(claim: VerifiedClaim, citation: DraftCitation, row: Section, filters: Filters) -> bool:
    check = check_claim(claim.claim.text, citation.quote, row.text, label=row.label, title=row.document.title)
    return check.passed and (row.valid_to is None or row.valid_to > filters.as_of)


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """All questions together; `shown_failing_share` and the share not verbatim must be 0."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update({name: value for name, value in row.items() if isinstance(value, int) and name != "ms"})
    citations = total["citations"]
    first = [row["first_claim_ms"] for row in rows if row["first_claim_ms"] is not None]
    return {
        "questions": len(rows),
        "outcomes": dict(Counter(row["outcome"] for row in rows)),
        "claims_written": total["written"],
        "claims_shown": total["shown"],
        "claims_rewritten": total["rewritten"],
        "claims_rewritten_and_shown": total["rewritten_and_shown"],
        "claims_withheld": total["withheld"],
        "why_withheld": dict(sum((Counter(row["why_withheld"]) for row in rows), Counter()).most_common()),
        "questions_that_fell_back_to_quoting": total["fell_back"],
        "verbatim_claims_shown": total["verbatim_shown"],
        "shown_citations_verified_again": citations,
        "shown_quotes_verbatim_share": total["verbatim"] / citations if citations else 1.0,
        "shown_failing_share": 1 - total["passed"] / citations if citations else 0.0,
        "model_calls": total["calls"],
        "notes": dict(Counter(note for row in rows for note in row["notes"]).most_common(12)),
        "first_claim_ms": {"p50": percentile(first, 0.5), "p95": percentile(first, 0.95)},
        "ms": {"p50": percentile([row["ms"] for row in rows], 0.5)},
    }
