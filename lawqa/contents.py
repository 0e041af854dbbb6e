"""What goes into the sealed record of an answer: its rows, and the law that they point at, as plain data."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings

from corpus import embedding, trained
from corpus.models import Encoder, Generation, Section
from lawqa.canonical import canonical, well_formed
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, ModelCall, Question

FORMAT = "lawqa-record-1"
"""Raised when a reader of records has to know the difference."""
DECIMALS = 6
"""Of scores: more of them say nothing."""
NOWHERE: dict[str, Any] = {"section": None, "collection": "", "document": "", "path": "", "edition": None}
"""The place of a section that is not on the shelf."""


def contents(answer: Answer) -> dict[str, Any]:
    """Everything that an answer rests on. Offsets are characters of a section's text; hashes are of its UTF-8."""
    question = answer.question
    return {
        "format": FORMAT,
        "lawqa": version(),
        "question": _question(question),
        "filters": _filters(question),
        "choices": _choices(question),
        "keywords": answer.keywords,
        "named": answer.named,
        "index": {
            "kind": settings.LAWQA_INDEX, "generation": answer.generation, "encoder": _encoder(answer),
        },
        "coverage": answer.coverage,
        "sources": sources(answer),
        "calls": [_call(call) for call in answer.calls.all()],
        "claims": claims(answer),
        "answer": {
            "outcome": answer.outcome, "reason": answer.reason, "writer": answer.writer,
            "incomplete": answer.incomplete, "stopped": answer.stopped,
        },
        "stages": answer.stages,
        "milliseconds": answer.timings,
    }  # fmt: skip


def plain(value: Any) -> Any:
    """The same as JSON can say it: text without surrogates that stand alone."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {well_formed(str(name)): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def digest(text: str) -> str:
    """sha256 of a text's UTF-8."""
    return hashlib.sha256(well_formed(text).encode()).hexdigest()


@cache
def version() -> str:
    """The project's, as pyproject.toml has it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def sources(answer: Answer) -> list[dict[str, Any]]:
    """What was put before the writer, in the order of the ranking."""
    rows = list(answer.sources.all())
    held = places(row.section_id for row in rows)
    return [{**_source(row), **held.get(row.section_id or 0, NOWHERE)} for row in rows]


def places(keys: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """Where sections stand on the shelf, by database key; also in names that outlive the rows."""
    rows = Section.objects.select_related("document__collection", "edition__file").defer("text", "notes")
    return {pk: _place(row) for pk, row in rows.in_bulk({key for key in keys if key}).items()}


def claims(answer: Answer) -> list[dict[str, Any]]:
    """All of them, in the order in which they were verified; `rewrites` is the key of the claim replaced."""
    rows = list(answer.claims.prefetch_related("citations__source"))
    keys = {row.pk: row.key for row in rows}
    return [_claim(row, keys) for row in rows]


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": str(question.pk), "text": question.text, "restated": question.restated,
        "restated_by": question.restated_by, "follows": follows(question),
        "asked_at": question.asked_at.isoformat(timespec="milliseconds"),
    }  # fmt: skip


def follows(question: Question) -> list[str]:
    """The ids of the conversation before it, the nearest first."""
    found: list[str] = []
    before = question.follows
    while before is not None and str(before.pk) not in found and before.pk != question.pk:
        found.append(str(before.pk))
        before = before.follows
    return found


def _filters(question: Question) -> dict[str, Any]:
    shelves = question.collections.order_by("slug")
    return {
        "as_of": question.as_of.isoformat(),
        "collections": [
            {"slug": shelf.slug, "name": shelf.name, "covered_through": _day(shelf.covered_through)}
            for shelf in shelves
        ],
    }


def _choices(question: Question) -> dict[str, Any]:
    held = places((*question.pinned, *question.excluded))
    return {
        "terms": question.terms,
        "pinned": [{**held.get(pk, NOWHERE), "section": pk} for pk in question.pinned],
        "excluded": [{**held.get(pk, NOWHERE), "section": pk} for pk in question.excluded],
    }


def searched_generation() -> int | None:
    """Of this machine's files; None where a server's index is searched, or nothing is indexed yet."""
    from corpus.index.backend import is_milvus  # who only reads records loads no index
    from corpus.index.shelf import shelf_of

    if is_milvus():
        return shelf_of(embedding.current_encoder()).generation
    serving = Generation.objects.serving()
    return serving.pk if serving else None


def question_adapter(encoder: Encoder) -> dict[str, Any] | None:
    """What is folded into the encoder for questions, by its sha256 and the facts in its file."""
    return _named(trained.for_questions(encoder))


def expander(encoder: Encoder) -> dict[str, Any] | None:
    """What adds terms to questions, named in the same way."""
    return _named(trained.for_expansion(encoder))


def reranker(encoder: Encoder) -> dict[str, Any] | None:
    """What candidates are reranked with, named in the same way."""
    return _named(trained.for_reranking(encoder))


def _named(found: trained.Trained | None) -> dict[str, Any] | None:
    return {"sha256": found.sha256, "facts": found.facts} if found else None


def _encoder(answer: Answer) -> dict[str, Any] | None:
    """Of the index that was searched; where none served yet, the one that the settings name."""
    generation = Generation.objects.filter(pk=answer.generation or 0).select_related("encoder").first()
    try:
        encoder: Encoder = generation.encoder if generation else embedding.current_encoder()
    except embedding.EncoderMissing:
        return None
    return {
        "name": encoder.name, "revision": encoder.revision, "for_questions": question_adapter(encoder),
        "expander": expander(encoder), "reranker": reranker(encoder),
    }  # fmt: skip


def _place(section: Section) -> dict[str, Any]:
    edition = section.edition
    return {
        "section": section.pk, "collection": section.document.collection.slug, "document": section.document.key,
        "path": section.path,
        "edition": {
            "dated": edition.dated.isoformat(), "label": edition.label, "sha256": edition.sha256,
            "file_sha256": edition.file.sha256 if edition.file else None,
        },
    }  # fmt: skip


def _source(row: AnswerSource) -> dict[str, Any]:
    return {
        "marker": row.marker, "label": row.label, "start": row.start, "end": row.end,
        "section_sha256": row.section_sha256, "passage_sha256": digest(row.text),
        "score": round(row.score, DECIMALS),
        "similarity": None if row.similarity is None else round(row.similarity, DECIMALS),
        "used": row.used, "named": row.named, "pinned": row.pinned, "flags": row.flags, "advice": row.advice,
        "valid_from": _day(row.valid_from), "valid_to": _day(row.valid_to),
        "entered_into_force": _day(row.entered_into_force),
    }  # fmt: skip


def _call(call: ModelCall) -> dict[str, Any]:
    return {
        "role": call.role, "model": call.model, "prompt": call.prompt,
        "messages_sha256": digest(canonical(plain(call.messages))), "parameters": call.parameters,
        "reply_sha256": digest(call.reply), "failure": call.failure, "prompt_tokens": call.prompt_tokens,
        "completion_tokens": call.completion_tokens, "cached_tokens": call.cached_tokens,
        "first_token_ms": call.first_token_ms, "ms": call.ms,
    }  # fmt: skip


def _claim(claim: Claim, keys: dict[int, str]) -> dict[str, Any]:
    return {
        "key": claim.key, "rewrites": keys.get(claim.rewrites_id or 0, ""), "writer": claim.writer,
        "shown": claim.shown, "text": claim.text,
        "citations": [_citation(citation) for citation in claim.citations.all()],
    }  # fmt: skip


def _citation(citation: AnswerCitation) -> dict[str, Any]:
    return {
        "marker": citation.source.marker if citation.source else "", "label": citation.label,
        "quote": citation.quote, "start": citation.start, "end": citation.end, "facts": citation.facts,
    }  # fmt: skip


def _day(day: object) -> str | None:
    return str(day) if day else None
