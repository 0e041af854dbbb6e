"""Which answers the law has moved away from since they were given. Nothing is kept of it: it follows from the rows.

An answer rests on the texts that its shown sentences cite, for the day that was asked for. It is affected when the shelf
has another text for that day now (an edition came, was corrected or was taken back), or none; and, where today's law
was meant, when that law has changed since. A change that was known when the answer was given, and one behind a past day
that was asked for, do not concern it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from corpus.models import Section
from corpus.reading import Change
from corpus.wordings import Place, edition_days, history_of, same_place
from lawqa.effects import Effect, Held, Rested, effect_of, words_digest
from lawqa.models import MAX_TURNS, AnswerCitation, AnswerSource, Question, QuestionQuerySet, SealedRecord
from lawqa.types import Outcome

CHUNK = 200
"""Answers looked at together."""
NOWHERE: Place = (0, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A question whose answer the law has moved away from."""

    question: Question
    effects: tuple[Effect, ...]

    @property
    def unseen(self) -> tuple[Effect, ...]:
        seen = set(self.question.changes_seen)
        return tuple(effect for effect in self.effects if effect.key not in seen)


def affected(questions: QuestionQuerySet) -> Iterator[Affected]:
    """Those among the questions whose answers are affected, the latest first."""
    keys = list(moved(questions).order_by("-asked_at", "pk").values_list("pk", flat=True))
    for first in range(0, len(keys), CHUNK):
        chunk = keys[first : first + CHUNK]
        rows = Question.objects.in_bulk(chunk)
        found = effects_of([rows[key] for key in chunk if key in rows])
        yield from (Affected(question=rows[key], effects=found[key]) for key in chunk if key in found)


def effects_on(question: Question) -> tuple[Effect, ...]:
    """What moved under one answer."""
    candidates = moved(Question.objects.filter(pk=question.pk))
    return effects_of([question]).get(question.pk, ()) if candidates.exists() else ()


def text_of_now(source: AnswerSource) -> Section | None:
    """The section that stands where a source's own row stood, for the day that was asked for."""
    place = _places([source], {}).get(source.pk, NOWHERE)
    as_of = Question.objects.values_list("as_of", flat=True).get(answer=source.answer_id)
    return _on(as_of, same_place([place]).get(place, ()), ())[0]


def moved(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Answered questions that cite a row which is not as it was recorded: those that are worth a look."""
    ended_as_known = Q(section__valid_to=F("valid_to")) | Q(section__valid_to=None, valid_to=None)
    as_it_was = ended_as_known & Q(section__sha256=F("wording_sha256"))
    cited = AnswerSource.objects.filter(citations__claim__shown=True)
    other = cited.exclude(pk__in=cited.filter(as_it_was)).filter(answer__question=OuterRef("pk"))
    return questions.filter(Exists(other), state=Question.State.DONE, answer__outcome=Outcome.ANSWERED)


def effects_of(questions: Sequence[Question]) -> dict[uuid.UUID, tuple[Effect, ...]]:
    """Question → what moved under its answer, each source once; unaffected ones are left out.

    In a fixed number of queries, however many questions there are.
    """
    asked = {question.pk: question for question in questions}
    cited = _cited(questions)
    rows = Section.objects.in_bulk({source.section_id for source, _ in cited if source.section_id})
    places = _places([source for source, _ in cited], rows)
    wordings = same_place(places.values())
    days = edition_days(document for document, _ in wordings)
    held: dict[int, tuple[Section | None, Change | None]] = {}
    for source, _ in cited:
        place = places.get(source.pk, NOWHERE)
        held[source.pk] = _on(
            asked[source.answer.question_id].as_of, wordings.get(place, ()), days.get(place[0], ())
        )
    texts = _texts(held.values())
    current = meant_today(questions)
    found: defaultdict[uuid.UUID, list[Effect]] = defaultdict(list)
    for source, quotes in cited:
        question = asked[source.answer.question_id]
        effect = effect_of(
            _rested(source, quotes, rows.get(source.section_id or 0)), _held(*held[source.pk], texts),
            on_shelf=places.get(source.pk) in wordings, as_of=question.as_of, current=question.pk in current,
        )  # fmt: skip
        if effect is not None:
            found[question.pk].append(effect)
    return {key: tuple(effects) for key, effects in found.items()}


def meant_today(questions: Sequence[Question]) -> set[uuid.UUID]:
    """Those that asked for the law of the day of asking; a follow-up keeps the day on which its conversation began."""
    first = {question.pk: question for question in questions}
    for _ in range(MAX_TURNS):
        followed = {one.follows_id for one in first.values() if one.follows_id and not _of_today(one, one)}
        before = Question.objects.in_bulk(followed) if followed else {}
        if not before:
            break
        first = {
            pk: one if _of_today(one, one) else before.get(one.follows_id, one) for pk, one in first.items()
        }
    return {question.pk for question in questions if _of_today(question, first[question.pk])}


def _of_today(question: Question, asked: Question) -> bool:
    return question.as_of >= timezone.localdate(asked.asked_at)


def see(question: Question, keys: Iterable[str]) -> int:
    """Mark what a reader has seen of what moved under an answer; how much of it was new.

    Only what is true now is kept, so that a later change shows again.
    """
    with transaction.atomic():
        row = Question.objects.select_for_update().get(pk=question.pk)
        true = [effect.key for effect in effects_of([row]).get(row.pk, ())]
        seen = {*row.changes_seen, *keys}
        kept = [key for key in true if key in seen]
        new = len(set(kept) - set(row.changes_seen))
        Question.objects.filter(pk=row.pk).update(changes_seen=kept)
    return new


def _cited(questions: Sequence[Question]) -> list[tuple[AnswerSource, tuple[str, ...]]]:
    """The sources that shown sentences of the answers cite, each with the words quoted of it."""
    shown = AnswerCitation.objects.filter(claim__shown=True, source__answer__question__in=questions)
    quotes: defaultdict[int, list[str]] = defaultdict(list)
    sources: dict[int, AnswerSource] = {}
    for citation in shown.select_related("source__answer").order_by("pk"):
        if citation.source is not None:
            sources[citation.source.pk] = citation.source
            quotes[citation.source.pk].append(citation.quote)
    return [(source, tuple(quotes[pk])) for pk, source in sources.items()]


def _places(sources: Sequence[AnswerSource], rows: Mapping[int, Section]) -> dict[int, Place]:
    """Source → where its section stands. Of a row that is gone the sealed record knows it."""
    standing = ((source, rows.get(source.section_id or 0)) for source in sources)
    found = {source.pk: (row.document_id, row.path) for source, row in standing if row}
    lost = [source for source in sources if source.pk not in found]
    named = _sealed_places(lost)
    if named:
        held = Section.objects.filter(path__in={path for _, _, path in named.values()})
        columns = ("document__collection__slug", "document__key", "path", "document_id")
        documents = {tuple(row[:3]): row[3] for row in held.values_list(*columns)}
        found |= {pk: (documents[place], place[2]) for pk, place in named.items() if place in documents}
    return found


def _sealed_places(sources: Sequence[AnswerSource]) -> dict[int, tuple[str, str, str]]:
    """Source → shelf, document and path of its section, as they were sealed."""
    records = SealedRecord.objects.filter(answer__in={source.answer_id for source in sources})
    sealed = {row.answer_id: json.loads(row.text) for row in records.only("answer_id", "text")}
    found = {}
    for source in sources:
        for kept in sealed.get(source.answer_id, {}).get("sources", ()):
            if kept["marker"] == source.marker and kept["path"]:
                found[source.pk] = (kept["collection"], kept["document"], kept["path"])
    return found


def _on(
    as_of: dt.date, wordings: Sequence[Section], days: Sequence[dt.date]
) -> tuple[Section | None, Change | None]:
    """The row that is law on a day, and how it gives way to the next."""
    begun = [row for row in wordings if (row.entered_into_force or row.valid_from or dt.date.min) <= as_of]
    row = next((row for row in reversed(begun) if row.valid_to is None or row.valid_to > as_of), None)
    return row, history_of(row.pk, wordings, days).went if row else None


def _texts(held: Iterable[tuple[Section | None, Change | None]]) -> dict[int, str]:
    keys: set[int] = set()
    for row, went in held:
        keys |= {row.pk} if row else set()
        keys |= {went.after} if went and went.after else set()
    return dict(Section.objects.filter(pk__in=keys).values_list("pk", "text"))


def _held(row: Section | None, went: Change | None, texts: Mapping[int, str]) -> Held | None:
    if row is None or row.pk not in texts:
        return None
    after = texts.get(went.after or 0, "") if went else ""
    return Held(section=row.pk, text=texts[row.pk], valid_to=row.valid_to, went=went, next_text=after)


def _rested(source: AnswerSource, quotes: tuple[str, ...], row: Section | None) -> Rested:
    """What the answer rested on; the words of an older record are known while its row is as it was."""
    words = source.words_sha256
    if not words and row and hashlib.sha256(row.text.encode()).hexdigest() == source.section_sha256:
        words = words_digest(row.text)
    return Rested(
        source=source.pk, label=source.label, section=row.pk if row else None, text_sha256=source.section_sha256,
        words_sha256=words, passage=source.text, quotes=quotes, valid_to=source.valid_to,
    )  # fmt: skip
