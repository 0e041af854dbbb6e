"""Writes down what happens to a question: events while it runs, the answer for ever."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from corpus.models import Collection, Document, Generation, Section
from corpus.types import Filters, Named
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, Event, Question
from lawqa.types import DraftCitation, Finished, Outcome, Query, Source, Verdict, VerifiedClaim
from lawqa.watch import Watch


class Recorder(Watch):
    """Every step becomes a row, so that a reload, another browser or a restart sees the same."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.answer: Answer
        self._sources: dict[str, AnswerSource] = {}

    def stage_done(self, name: str) -> None:
        self._event("stage", name=name, state="done", ms=self.timings[name])

    def found(self, query: Query, sources: Sequence[Source]) -> None:
        with transaction.atomic():
            Answer.objects.filter(question=self.question).delete()  # of an attempt that did not end
            self.answer = Answer.objects.create(
                question=self.question,
                outcome=Outcome.UNAVAILABLE,
                keywords={"terms": list(query.keywords.terms), "origin": query.keywords.origin},
                named=[named_facts(named) for named in query.named],
                coverage=coverage(query.filters),
                generation=Generation.objects.values_list("pk", flat=True)
                .filter(state=Generation.State.SERVING)
                .first(),
            )
            rows = [_source_row(self.answer, source) for source in sources]
            AnswerSource.objects.bulk_create(rows)
        self._sources = {row.marker: row for row in rows}
        self._event("sources", count=len(rows))

    def verified(self, claim: VerifiedClaim) -> None:
        with transaction.atomic():
            row = Claim.objects.create(answer=self.answer, text=claim.claim.text, shown=claim.shown)
            pairs = zip(claim.claim.citations, claim.verdicts, strict=True)
            AnswerCitation.objects.bulk_create(self._citation(row, *pair) for pair in pairs)
            self._event("claim" if claim.shown else "withheld", claim=row.pk)

    def finish(self, finished: Finished) -> None:
        """The answer is whole: from here on it does not change."""
        with transaction.atomic():
            used = {c.marker for claim in finished.shown for c in claim.claim.citations}
            self.answer.sources.filter(marker__in=used).update(used=True)
            self.answer.outcome = finished.outcome
            self.answer.reason = finished.draft.reason
            self.answer.writer = finished.draft.writer
            self.answer.timings = self.timings
            self.answer.save()
            self._event("done", outcome=finished.outcome)
            self.question.state = Question.State.DONE
            self.question.save(update_fields=["state"])

    def _citation(self, claim: Claim, citation: DraftCitation, verdict: Verdict) -> AnswerCitation:
        source = self._sources.get(citation.marker)
        quote = verdict.quote
        return AnswerCitation(
            claim=claim, source=source, label=source.label if source else citation.label or citation.marker,
            quote=quote.text or citation.quote, start=quote.start, end=quote.end, facts=facts(verdict),
        )  # fmt: skip

    def _event(self, kind: str, **data: Any) -> None:
        Event.objects.create(question=self.question, kind=kind, data=data)


def facts(verdict: Verdict) -> dict[str, Any]:
    """A verdict as kept in the answer and given to programs."""
    return {
        "resolves": verdict.resolves,
        "label_matches": verdict.label_matches,
        "quote": verdict.quote.match.value,
        "figures_match": verdict.figures_match,
        "in_force_on": verdict.in_force_on.value,
        "supports": verdict.supports,
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
    """What the shelves hold and through which day."""
    shelves = Collection.objects.order_by("slug")
    if filters.collections is not None:
        shelves = shelves.filter(pk__in=filters.collections)
    jurisdictions = Document.objects.order_by("jurisdiction").values_list("collection_id", "jurisdiction")
    held: dict[int, list[str]] = {}
    for collection_id, code in jurisdictions.distinct():
        held.setdefault(collection_id, []).append(code)
    return [
        {
            "collection": shelf.slug, "name": shelf.name, "jurisdictions": held.get(shelf.pk, []),
            "covered_through": shelf.covered_through.isoformat() if shelf.covered_through else None,
        }
        for shelf in shelves
    ]  # fmt: skip


def _source_row(answer: Answer, source: Source) -> AnswerSource:
    return AnswerSource(
        answer=answer, marker=source.marker, section_id=source.section_id, label=source.label,
        heading=source.heading, heading_path=source.heading_path, start=source.start, end=source.end,
        text=source.text, score=source.score, valid_from=source.valid_from, valid_to=source.valid_to,
        entered_into_force=source.entered_into_force,
    )  # fmt: skip
