"""What stands around an answer: its conversation, how the question was read, and what may be asked next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from corpus.models import Collection, Document, Section
from lawqa.forms import EARLIEST, LATEST, MAX_TERMS
from lawqa.models import Answer, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Everything that the page shows around an answer, read in a few queries."""

    shelves: tuple[Collection, ...]
    before: tuple[Question, ...] = ()
    """The conversation that the question follows, oldest first."""
    after: tuple[Question, ...] = ()
    """Questions that follow it, oldest first."""
    terms: tuple[str, ...] = ()
    """Keywords that were searched for, the suggested ones last."""
    left_out: tuple[Section, ...] = ()
    not_found: tuple[Section, ...] = ()
    """Pinned, and yet not among the sources: not law on that day, or not on these shelves."""
    day: dt.date | None = None
    """That the question names, when another was asked for."""
    elsewhere: tuple[Collection, ...] = ()
    """Shelves with law of the places that the question names, when none of those that were searched has any."""


def read_again(question: Question, answer: Answer | None, user: Any) -> Again:
    """What a user may see and do around an answer; while it is made, the conversation and what the question names."""
    shelves = tuple(question.collections.all())
    visible = Question.objects.visible_to(user)
    before = _visible(question.before(), visible)
    facts = answer.keywords if answer else {}
    readable = Collection.objects.readable_by(user)
    day, elsewhere = _day(question, facts), _elsewhere(facts, shelves, readable)
    if not question.finished:
        return Again(shelves=shelves, before=before, day=day, elsewhere=elsewhere)
    chosen = Section.objects.filter(document__collection__in=readable).defer("text", "notes")
    return Again(
        shelves=shelves, before=before,
        after=tuple(visible.filter(follows=question).select_related("answer").order_by("asked_at", "pk")),
        terms=tuple(_terms(question, facts)),
        left_out=tuple(chosen.filter(pk__in=question.excluded)) if question.excluded else (),
        not_found=_not_found(question, answer, chosen),
        day=day, elsewhere=elsewhere,
    )  # fmt: skip


def _visible(questions: list[Question], visible: Any) -> tuple[Question, ...]:
    if not questions:
        return ()
    allowed = set(visible.filter(pk__in=[one.pk for one in questions]).values_list("pk", flat=True))
    return tuple(one for one in questions if one.pk in allowed)


def _terms(question: Question, facts: dict[str, Any]) -> list[str]:
    if question.terms is not None:
        return list(question.terms)
    found = [*facts.get("terms", ()), *facts.get("suggested", ())]
    return [term.replace(",", " ") for term in dict.fromkeys(found)][:MAX_TERMS]


def _not_found(question: Question, answer: Answer | None, chosen: Any) -> tuple[Section, ...]:
    if not question.pinned:
        return ()
    read = set(answer.sources.values_list("section_id", flat=True)) if answer else set()
    return tuple(chosen.filter(pk__in=set(question.pinned) - read))


def _day(question: Question, facts: dict[str, Any]) -> dt.date | None:
    if not facts.get("as_of"):
        return None
    day = dt.date.fromisoformat(facts["as_of"])
    return day if day != question.as_of and EARLIEST <= day <= LATEST else None


def _elsewhere(
    facts: dict[str, Any], shelves: tuple[Collection, ...], readable: Any
) -> tuple[Collection, ...]:
    places = facts.get("jurisdictions")
    if not places:
        return ()
    held = Document.objects.filter(jurisdiction__in=places, collection__in=readable)
    found = set(held.values_list("collection_id", "jurisdiction").distinct().order_by())
    searched = {code for pk, code in found if pk in {shelf.pk for shelf in shelves}}
    missing = {pk for pk, code in found if code not in searched}
    return tuple(readable.filter(pk__in=missing).order_by("name")) if missing else ()
