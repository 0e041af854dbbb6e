"""A finished answer as plain data: what `ask --json` prints and programs read."""

from __future__ import annotations

from typing import Any

from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim


def export(answer: Answer) -> dict[str, Any]:
    """Everything about an answer; offsets are characters of the section's text."""
    claims = list(answer.claims.prefetch_related("citations__source"))
    sources = list(answer.sources.all())
    return {
        "id": str(answer.question_id),
        "question": answer.question.text,
        "as_of": answer.question.as_of.isoformat(),
        "outcome": answer.outcome,
        "reason": answer.reason,
        "keywords": answer.keywords,
        "named": answer.named,
        "claims": [_claim(claim) for claim in claims if claim.shown],
        "withheld": [_claim(claim) for claim in claims if not claim.shown],
        "sources": [_source(source) for source in sources if source.used],
        "set_aside": [_source(source) for source in sources if not source.used],
        "coverage": answer.coverage,
        "writer": answer.writer,
        "timings": answer.timings,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {"text": claim.text, "citations": [_citation(citation) for citation in claim.citations.all()]}


def _citation(citation: AnswerCitation) -> dict[str, Any]:
    return {
        "marker": citation.source.marker if citation.source else "",
        "label": citation.label,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "facts": citation.facts,
    }


def _source(source: AnswerSource) -> dict[str, Any]:
    return {
        "marker": source.marker,
        "label": source.label,
        "heading": source.heading,
        "score": round(source.score, 5),
        "start": source.start,
        "end": source.end,
        "text": source.text,
        "valid_from": source.valid_from.isoformat() if source.valid_from else None,
        "valid_to": source.valid_to.isoformat() if source.valid_to else None,
    }
