"""An answer's record played again on today's shelf: what differs in the law, in what is found, in what verification says.

No model is asked: keywords come from the record, claims too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.embedding import EncoderMissing, current_encoder
from corpus.models import Collection, Encoder, Section
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa import contents
from lawqa.differences import (
    Difference,
    Matter,
    Place,
    Wording,
    compare_dates,
    compare_facts,
    compare_law,
    compare_retrieved,
    place_of,
)
from lawqa.models import Answer, Question, SealedRecord
from lawqa.records import facts
from lawqa.retrieval import retrieve
from lawqa.sealing import damage
from lawqa.types import DraftCitation, DraftClaim, Keywords, Query, QuoteMatch, Source
from lawqa.verification import checker

UNFINISHED = "The question is not answered yet; play it again when it is."
UNSEALED = "The answer has no sealed record, so there is nothing to compare with."
UNREADABLE = "The record cannot be read as one of {}; restore it from a backup."
Record = Mapping[str, Any]


class CannotReplay(Exception):
    """There is nothing to play again, or nothing to play it with. Says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of it."""

    question: str
    """The question's id."""
    text: str
    as_of: dt.date
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()
    """What is otherwise than it was, without touching the answer."""

    @property
    def same(self) -> bool:
        return not self.differences


def replay(question: Question) -> Replay:
    """Play the sealed record of an answer again. Raises CannotReplay."""
    sealed = _sealed(question)
    record = _read(sealed)
    as_of = dt.date.fromisoformat(record["filters"]["as_of"])
    law = _texts(record, as_of)
    differences = (
        *_damages(sealed, record),
        *_law(record, law, as_of),
        *compare_retrieved(record["sources"], _found(record)),
        *_verification(record, law, as_of),
    )
    return Replay(
        question=str(question.pk), text=record["question"]["text"], as_of=as_of, differences=differences,
        notes=tuple(_notes(record, law, as_of)),
    )  # fmt: skip


def query_of(record: Record) -> Query:
    """What was searched for, on today's shelf."""
    slugs = [shelf["slug"] for shelf in record["filters"]["collections"]]
    held = Collection.objects.filter(slug__in=slugs).values_list("pk", flat=True)
    filters = Filters(as_of=dt.date.fromisoformat(record["filters"]["as_of"]), collections=frozenset(held))
    text = record["question"]["restated"] or record["question"]["text"]
    choices = record["choices"]
    return Query(
        text=text, keywords=_keywords(record["keywords"]), named=resolve_all(text, filters), filters=filters,
        pinned=tuple(_keys(choices["pinned"])), excluded=frozenset(_keys(choices["excluded"])),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Text:
    """A section of the record as the shelf has it now."""

    held: bool
    row: Section | None
    """Its text on the day that was asked for."""

    @property
    def wording(self) -> Wording | None:
        if self.row is None:
            return None
        return Wording(
            sha256=contents.digest(self.row.text), valid_from=self.row.valid_from, valid_to=self.row.valid_to,
            entered_into_force=self.row.entered_into_force,
        )  # fmt: skip


def _sealed(question: Question) -> SealedRecord:
    if not question.finished:
        raise CannotReplay(UNFINISHED)
    sealed = SealedRecord.objects.filter(answer__question=question).select_related("answer").first()
    if sealed is None:
        raise CannotReplay(UNSEALED)
    return sealed


def _read(sealed: SealedRecord) -> Record:
    """The record's contents. Raises CannotReplay."""
    try:
        record = json.loads(sealed.text)
    except ValueError:
        record = None
    if not isinstance(record, dict) or record.get("format") != contents.FORMAT:
        raise CannotReplay(UNREADABLE.format(contents.FORMAT))
    return record


def _damages(sealed: SealedRecord, record: Record) -> list[Difference]:
    said = damage(sealed)
    if contents.plain(contents.claims(sealed.answer)) != record["claims"]:
        said.append("The sentences of the answer, as it is shown, are not those of the record.")
    return [Difference(matter=Matter.RECORD, subject="", said=words) for words in said]


def _texts(record: Record, as_of: dt.date) -> dict[Place, _Text]:
    """The recorded sections on today's shelf."""
    return {place_of(source): _text(source, as_of) for source in record["sources"]}


def _text(source: Mapping[str, Any], as_of: dt.date) -> _Text:
    collection, document, path = place_of(source)
    rows = Section.objects.filter(
        document__collection__slug=collection, document__key=document, path=path
    ).select_related("document")
    row = rows.enacted(as_of).order_by("valid_from", "pk").last()
    return _Text(row is not None or rows.exists(), row)


def _law(record: Record, law: Mapping[Place, _Text], as_of: dt.date) -> list[Difference]:
    """Sections that are not as they were, those first that the answer rests on."""
    found = []
    for source in sorted(record["sources"], key=lambda source: not source["used"]):
        text = law[place_of(source)]
        said = compare_law(source, text.wording, held=text.held, as_of=as_of)
        if said:
            found.append(Difference(matter=Matter.LAW, subject=source["label"], said=said))
    return found


def _found(record: Record) -> list[dict[str, Any]]:
    """What the search finds now, in the record's form."""
    try:
        sources = retrieve(query_of(record))
    except EncoderMissing as error:
        raise CannotReplay(str(error)) from error
    held = contents.places(source.section_id for source in sources)
    return [
        {
            **held[source.section_id], "label": source.label, "start": source.start, "end": source.end,
            "score": source.score, "similarity": source.similarity,
        }
        for source in sources
    ]  # fmt: skip


def _verification(record: Record, law: Mapping[Place, _Text], as_of: dt.date) -> list[Difference]:
    """Each citation of each shown claim, checked against today's text."""
    sources = {source["marker"]: law[place_of(source)].row for source in record["sources"]}
    found = []
    for claim in record["claims"]:
        for citation in claim["citations"] if claim["shown"] else ():
            row = sources.get(citation["marker"])
            said = _check(claim, citation, row, as_of)
            subject = f"{citation['label']}: {claim['text']}"
            found += [Difference(matter=Matter.VERIFICATION, subject=subject, said=words) for words in said]
    return found


def _check(claim: Record, citation: Record, row: Section | None, as_of: dt.date) -> list[str]:
    """What verification says now and did not. A writer that quoted nothing is read so again, before it is faulted."""
    said = _facts(claim, citation, citation["quote"], row, as_of)
    if said and citation["facts"]["quote"] == QuoteMatch.NORMALISED:
        said = said if _facts(claim, citation, "", row, as_of) else []
    if row is not None and not said and row.text[citation["start"] : citation["end"]] != citation["quote"]:
        said = ["The quoted words stand at another place now."]
    return said


def _facts(claim: Record, citation: Record, quote: str, row: Section | None, as_of: dt.date) -> list[str]:
    marker = citation["marker"]
    cited = DraftCitation(marker=marker, quote=quote, label=citation["label"])
    draft = DraftClaim(text=claim["text"], citations=(cited,), key=claim["key"], writer=claim["writer"])
    given = [_source(marker, row)] if row is not None else []
    (verdict,) = checker(given, as_of=as_of)(draft).verdicts
    return compare_facts(citation["facts"], facts(verdict), as_of=as_of)


def _source(marker: str, row: Section) -> Source:
    return Source(
        marker=marker, section_id=row.pk, passage_id=0, document_id=row.document_id, label=row.label,
        heading=row.heading, heading_path=row.heading_path, document_title=row.document.title,
        jurisdiction=row.document.jurisdiction, kind=row.document.kind, section_text=row.text, start=0,
        end=len(row.text), score=0.0, valid_from=row.valid_from, valid_to=row.valid_to,
        entered_into_force=row.entered_into_force,
    )  # fmt: skip


def _notes(record: Record, law: Mapping[Place, _Text], as_of: dt.date) -> Iterable[str]:
    """What changed around the answer without changing it."""
    for source in record["sources"]:
        wording = law[place_of(source)].wording
        if wording is not None and (said := compare_dates(source, wording, as_of=as_of)):
            yield f"{source['label']}: {said}"
    if contents.searched_generation() != record["index"]["generation"]:
        yield "The index was built anew since."
    encoder, now = record["index"]["encoder"], current_encoder()
    if encoder and (encoder["name"], encoder["revision"]) != (now.name, now.revision):
        yield f"The encoder was {encoder['name']}@{encoder['revision'][:12]} and is {now} now."
    yield from _trained(encoder or {}, now)
    if record["lawqa"] != contents.version():
        yield f"It was answered by version {record['lawqa']}; this is {contents.version()}."
    yield from _shelves(record)


def _trained(encoder: Mapping[str, Any], now: Encoder) -> Iterable[str]:
    """What earlier records do not name is not compared."""
    if "for_questions" in encoder and encoder["for_questions"] != contents.question_adapter(now):
        yield "Questions are encoded by other weights since."
    if "expander" in encoder and encoder["expander"] != contents.expander(now):
        yield "Terms are added to questions by other weights since."
    if "reranker" in encoder and encoder["reranker"] != contents.reranker(now):
        yield "What is found is reranked by other weights since."


def _shelves(record: Record) -> Iterable[str]:
    held = {shelf.slug: shelf for shelf in Collection.objects.all()}
    for shelf in record["filters"]["collections"]:
        now = held.get(shelf["slug"])
        if now is None:
            yield f"The shelf {shelf['name']} is gone."
        elif now.covered_through and now.covered_through.isoformat() != shelf["covered_through"]:
            yield f"The shelf {shelf['name']} states the law through {now.covered_through} now."


def _keywords(kept: Mapping[str, Any]) -> Keywords:
    return Keywords(
        terms=tuple(kept["terms"]), suggested=tuple(kept["suggested"]), added=tuple(kept.get("added", ())),
        citations=tuple(kept["citations"]),
        jurisdictions=tuple(kept["jurisdictions"]), sub_questions=tuple(kept["sub_questions"]),
        as_of=dt.date.fromisoformat(kept["as_of"]) if kept["as_of"] else None, origin=kept["origin"],
    )  # fmt: skip


def _keys(chosen: Iterable[Mapping[str, Any]]) -> list[int]:
    return [section["section"] for section in chosen]


def answers_since(day: dt.date | None) -> Iterable[Question]:
    """Finished questions with an answer, asked on that day or later, oldest first."""
    answered = Answer.objects.filter(question__state=Question.State.DONE)
    questions = Question.objects.filter(answer__in=answered).order_by("asked_at", "pk")
    return questions.filter(asked_at__date__gte=day) if day else questions
