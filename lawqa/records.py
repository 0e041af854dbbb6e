"""Writes down what happens to a question: events while it runs, the answer for ever."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from corpus.embedding import current_encoder
from corpus.models import Collection, Document, Passage, Section
from corpus.types import Filters, Named
from lawqa import auditing
from lawqa.contents import searched_generation
from lawqa.effects import words_digest
from lawqa.inference import Call
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, Event, ModelCall, Question
from lawqa.sealing import seal
from lawqa.types import (
    DraftCitation,
    Finished,
    Keywords,
    Outcome,
    Query,
    Restated,
    Source,
    Verdict,
    VerifiedClaim,
)
from lawqa.watch import Watch

STOP_LOOK_SECONDS = 0.3
"""How often a running question looks whether its reader pressed Stop."""
ALIVE_SECONDS = 15.0
"""How often it shows that it lives while a model thinks: without a sign its worker counts as dead."""


class Recorder(Watch):
    """Every step becomes a row, so that a reload, another browser or a restart sees the same."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.answer: Answer
        self._sources: dict[str, AnswerSource] = {}
        self._claims: dict[str, Claim] = {}
        self._told: dict[str, dict[str, Any]] = {}
        self._looked = 0.0
        self._spoke = time.monotonic()
        self._stopped = False

    def stopped(self) -> bool:
        if not self._stopped and time.monotonic() - self._looked > STOP_LOOK_SECONDS:
            self._looked = time.monotonic()
            asked = Question.objects.filter(pk=self.question.pk, stop_requested_at__isnull=False)
            self._stopped = asked.exists()
            if self._looked - self._spoke > ALIVE_SECONDS:
                self._event("alive")
        return self._stopped

    def restated(self, restated: Restated) -> None:
        if restated.origin:
            self.question.restated, self.question.restated_by = restated.text, restated.origin
            self.question.save(update_fields=["restated", "restated_by"])
            self._event("restated", text=restated.text)

    def stage_done(self, name: str) -> None:
        self._told[name] = self._said(name)
        self._event("stage", name=name, state="done", ms=self.timings[name], **self._told[name])

    def _said(self, name: str) -> dict[str, Any]:
        return {"summary": " ".join(self.notes[name]), "trouble": name in self.troubled}

    def found(self, query: Query, sources: Sequence[Source]) -> None:
        with transaction.atomic():
            Answer.objects.filter(question=self.question).delete()  # of an attempt that did not end
            self.answer = Answer.objects.create(
                question=self.question,
                outcome=Outcome.UNAVAILABLE,
                keywords=keyword_facts(query.keywords),
                named=[named_facts(named) for named in query.named],
                coverage=coverage(query.filters),
                generation=searched_generation(),
            )
            digests = dict(
                Section.objects.filter(pk__in=[s.section_id for s in sources]).values_list("pk", "sha256")
            )
            rows = [
                _source_row(self.answer, source, digests.get(source.section_id, "")) for source in sources
            ]
            AnswerSource.objects.bulk_create(rows)
        self._sources = {row.marker: row for row in rows}
        self._event("sources", count=len(rows))

    def verified(self, claim: VerifiedClaim) -> None:
        draft = claim.claim
        with transaction.atomic():
            row = Claim.objects.create(
                answer=self.answer, text=draft.text, shown=claim.shown, key=draft.key, writer=draft.writer,
                rewrites=self._claims.get(draft.rewrites),
            )  # fmt: skip
            pairs = zip(draft.citations, claim.verdicts, strict=True)
            AnswerCitation.objects.bulk_create(self._citation(row, *pair) for pair in pairs)
            self._event("claim" if claim.shown else "withheld", claim=row.pk)
        if draft.key:
            self._claims[draft.key] = row

    def finish(self, finished: Finished, calls: Sequence[Call] = ()) -> None:
        """The answer is whole: from here on it does not change."""
        if self._told.get("writing") != self._said("writing"):
            self.stage_done("writing")  # with what was said of it while its claims were taken
        with transaction.atomic():
            used = {c.marker for claim in finished.shown for c in claim.claim.citations}
            self.answer.sources.filter(marker__in=used).update(used=True)
            for suggestion in finished.draft.suggestions:
                advice = {"used": suggestion.used, "reason": suggestion.reason}
                self.answer.sources.filter(marker=suggestion.marker).update(advice=advice)
            ModelCall.objects.bulk_create(_call_row(self.answer, call) for call in calls)
            self._close_answer(finished)
            seal(self.answer)
            self._event("done", outcome=finished.outcome)
            self.question.state = Question.State.DONE
            self.question.save(update_fields=["state"])
            auditing.answered(self.question, self.answer)

    def _close_answer(self, finished: Finished) -> None:
        answer, draft = self.answer, finished.draft
        answer.outcome, answer.reason, answer.writer = finished.outcome, draft.reason, draft.writer
        answer.incomplete, answer.stopped = draft.incomplete or finished.stopped, finished.stopped
        answer.timings, answer.first_claim_ms = self.timings, self.first_claim_ms
        answer.stages = {
            name: {"notes": said, "trouble": name in self.troubled}
            for name, said in self.notes.items()
            if said
        }
        answer.save()

    def _citation(self, claim: Claim, citation: DraftCitation, verdict: Verdict) -> AnswerCitation:
        source = self._sources.get(citation.marker)
        quote = verdict.quote
        return AnswerCitation(
            claim=claim, source=source, label=source.label if source else citation.label or citation.marker,
            quote=quote.text or citation.quote, start=quote.start, end=quote.end, facts=facts(verdict),
        )  # fmt: skip

    def _event(self, kind: str, **data: Any) -> None:
        self._spoke = time.monotonic()
        Event.objects.create(question=self.question, kind=kind, data=data)


def keyword_facts(keywords: Keywords) -> dict[str, Any]:
    """Keywords as kept in the answer and given to programs."""
    return {
        "terms": list(keywords.terms), "suggested": list(keywords.suggested), "added": list(keywords.added),
        "citations": list(keywords.citations),
        "jurisdictions": list(keywords.jurisdictions), "sub_questions": list(keywords.sub_questions),
        "as_of": keywords.as_of.isoformat() if keywords.as_of else None, "origin": keywords.origin,
    }  # fmt: skip


def facts(verdict: Verdict) -> dict[str, Any]:
    """A verdict as kept in the answer and given to programs."""
    return {
        "resolves": verdict.resolves,
        "label_matches": verdict.label_matches,
        "quote": verdict.quote.match.value,
        "figures_match": verdict.figures_match,
        "in_force_on": verdict.in_force_on.value,
        "supports": verdict.supports,
        "opinion": dataclasses.asdict(verdict.opinion) if verdict.opinion else None,
        "problems": [dataclasses.asdict(problem) for problem in verdict.problems],
    }


def named_facts(named: Named) -> dict[str, Any]:
    """A citation of the question and what the shelf says of it."""
    label = Section.objects.filter(pk__in=named.section_ids).values_list("label", flat=True).first()
    return {
        "text": named.citation.text, "resolution": named.resolution.value, "detail": named.detail,
        "label": label or "", "section_ids": list(named.section_ids),
    }  # fmt: skip


def coverage(filters: Filters) -> list[dict[str, Any]]:
    """What the shelves hold, through which day, and whether some of it waits to be embedded, so that no search finds it."""
    shelves = Collection.objects.order_by("slug")
    if filters.collections is not None:
        shelves = shelves.filter(pk__in=filters.collections)
    jurisdictions = Document.objects.order_by("jurisdiction").values_list("collection_id", "jurisdiction")
    held: dict[int, list[str]] = {}
    for collection_id, code in jurisdictions.distinct():
        held.setdefault(collection_id, []).append(code)
    waiting = Passage.objects.waiting_for(current_encoder()).order_by()
    partly = set(waiting.values_list("section__document__collection", flat=True).distinct())
    return [
        {
            "collection": shelf.slug, "name": shelf.name, "jurisdictions": held.get(shelf.pk, []),
            "covered_through": shelf.covered_through.isoformat() if shelf.covered_through else None,
            "waiting": shelf.pk in partly,
        }
        for shelf in shelves
    ]  # fmt: skip


def _source_row(answer: Answer, source: Source, wording: str) -> AnswerSource:
    return AnswerSource(
        answer=answer, marker=source.marker, section_id=source.section_id, label=source.label,
        heading=source.heading, heading_path=source.heading_path, start=source.start, end=source.end,
        text=source.text, score=source.score, valid_from=source.valid_from, valid_to=source.valid_to,
        entered_into_force=source.entered_into_force, similarity=source.similarity, named=source.named,
        pinned=source.pinned, flags=list(source.flags),
        section_sha256=hashlib.sha256(source.section_text.encode()).hexdigest(),
        words_sha256=words_digest(source.section_text), wording_sha256=wording,
    )  # fmt: skip


def _call_row(answer: Answer, call: Call) -> ModelCall:
    schema = json.dumps(call.prompt.schema, sort_keys=True, ensure_ascii=False)
    return ModelCall(
        answer=answer, role=call.role, model=call.model, prompt=call.prompt.version,
        messages=call.prompt.messages, reply=call.reply.replace("\0", "\ufffd"), failure=call.failure[:300],
        parameters={
            "temperature": call.prompt.temperature, "max_tokens": call.prompt.max_tokens,
            "schema_sha256": hashlib.sha256(schema.encode()).hexdigest(),
        },
        prompt_tokens=call.prompt_tokens, completion_tokens=call.completion_tokens,
        cached_tokens=call.cached_tokens, first_token_ms=call.first_token_ms, ms=call.ms,
    )  # fmt: skip
