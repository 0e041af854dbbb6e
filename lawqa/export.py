"""A finished answer as plain data: what `ask --json` prints, what programs read, with or without its sealed record."""

from __future__ import annotations

from typing import Any

from corpus.reading import Change, History
from corpus.wordings import histories
from lawqa.affected import effects_on
from lawqa.contents import follows
from lawqa.effects import as_data
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, ModelCall, SealedRecord


def export(answer: Answer) -> dict[str, Any]:
    """Everything about an answer; offsets are characters of the section's text."""
    question = answer.question
    claims = list(answer.claims.prefetch_related("citations__source"))
    keys = {claim.pk: claim.key for claim in claims}
    again = {claim.rewrites_id for claim in claims}
    sources = list(answer.sources.all())
    known = histories(source.section_id for source in sources if source.used and source.section_id)
    return {
        "id": str(answer.question_id),
        "question": question.text,
        "restated": question.restated,
        "restated_by": question.restated_by,
        "follows": follows(question),
        "asked_at": question.asked_at.isoformat(timespec="milliseconds"),
        "as_of": question.as_of.isoformat(),
        "outcome": answer.outcome,
        "reason": answer.reason,
        "incomplete": answer.incomplete,
        "stopped": answer.stopped,
        "keywords": answer.keywords,
        "named": answer.named,
        "claims": [_claim(claim, keys) for claim in claims if claim.shown],
        "withheld": [_claim(claim, keys) for claim in claims if not claim.shown and claim.pk not in again],
        "written_again": [_claim(claim, keys) for claim in claims if not claim.shown and claim.pk in again],
        "sources": [
            {**_source(source), "history": _history(known.get(source.section_id or 0, History()))}
            for source in sources
            if source.used
        ],
        "set_aside": [_source(source) for source in sources if not source.used],
        "coverage": answer.coverage,
        "writer": answer.writer,
        "models": [_call(call) for call in answer.calls.defer("messages", "reply")],
        "stages": answer.stages,
        "timings": answer.timings,
        "generation": answer.generation,
        "changed_since": [as_data(effect) for effect in effects_on(question)],
    }


def export_with_record(answer: Answer) -> dict[str, Any]:
    """The same with the sealed record, or null for an answer that has none.

    `text` is the record's canonical JSON as a string, so that its sha256 can be taken of exactly these characters
    (as UTF-8); lawqa.sealing.verify_record checks the signature.
    """
    sealed = SealedRecord.objects.filter(answer=answer).first()
    record = {"text": sealed.text, "sha256": sealed.sha256, "signature": sealed.signature} if sealed else None
    return {**export(answer), "record": record}


def _claim(claim: Claim, keys: dict[int, str]) -> dict[str, Any]:
    return {
        "key": claim.key,
        "rewrites": keys.get(claim.rewrites_id or 0, ""),
        "writer": claim.writer,
        "text": claim.text,
        "citations": [_citation(citation) for citation in claim.citations.all()],
    }


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
        "heading_path": source.heading_path,
        "score": round(source.score, 5),
        "similarity": None if source.similarity is None else round(source.similarity, 5),
        "start": source.start,
        "end": source.end,
        "text": source.text,
        "section_sha256": source.section_sha256,
        "named": source.named,
        "pinned": source.pinned,
        "flags": source.flags,
        "advice": source.advice,
        "valid_from": source.valid_from.isoformat() if source.valid_from else None,
        "valid_to": source.valid_to.isoformat() if source.valid_to else None,
    }


def _history(history: History) -> dict[str, Any]:
    """How the rule came to read so and how it gave way, as the shelf knows it now; null: not that it knows."""
    return {"came": _change(history.came), "went": _change(history.went)}


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "turn": change.turn.value, "on": change.on.isoformat(), "said": change.said, "before": change.before,
        "last_seen": change.last_seen.isoformat() if change.last_seen else None, "after": change.after,
    }  # fmt: skip


def _call(call: ModelCall) -> dict[str, Any]:
    return {
        "role": call.role,
        "model": call.model,
        "prompt": call.prompt,
        "parameters": call.parameters,
        "failure": call.failure,
        "prompt_tokens": call.prompt_tokens,
        "completion_tokens": call.completion_tokens,
        "ms": call.ms,
    }
