"""What happens to questions and answers, as it stands in the audit log: of their words a keyed hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

import audit

if TYPE_CHECKING:
    from audit import Json
    from lawqa.models import Answer, Question


def asked(question: Question) -> None:
    """Whose question, of which day and which shelves; in the transaction that saves it."""
    shelves = sorted(question.collections.values_list("pk", flat=True))
    facts: dict[str, Json] = {
        "text_hash": audit.hashed(question.text),
        "as_of": str(question.as_of),
        "collections": shelves,
    }
    audit.record("question.asked", question.asked_by, subject=_subject(question), facts=facts)


def stop(question: Question, by: Any) -> bool:
    """Stop a question (lawqa.models.QuestionQuerySet.stop)."""
    with transaction.atomic():
        done = type(question).objects.stop(question.pk)
        if done:
            audit.record("question.stopped", by, subject=_subject(question))
    return done


def answered(question: Question, answer: Answer) -> None:
    """What the answer rests on, by keys, and the sha256 of its sealed record; in the transaction that seals it."""
    cited = answer.sources.filter(used=True, section__isnull=False).order_by("section_id")
    calls = answer.calls.order_by("model").values_list("model", flat=True)
    sealed = getattr(answer, "sealed", None)
    facts: dict[str, Json] = {
        "outcome": str(answer.outcome), "writer": answer.writer, "stopped": answer.stopped,
        "shown": answer.claims.filter(shown=True).count(), "withheld": answer.claims.filter(shown=False).count(),
        "sections": list(cited.values_list("section_id", flat=True).distinct()),
        "models": list(calls.distinct()), "generation": answer.generation,
        "record_sha256": sealed.sha256 if sealed else "",
    }  # fmt: skip
    audit.record("answer.given", question.asked_by, subject=_subject(question), facts=facts)


def failed(question: Question) -> None:
    audit.record("answer.failed", question.asked_by, subject=_subject(question))


def exported(question: Question, by: Any, form: str) -> None:
    """An answer was taken away as `docx`, `print`, `json` or `record`."""
    audit.record("answer.exported", by, subject=_subject(question), facts={"form": form})


def remove(question: Question, by: Any) -> None:
    """Remove a question with its answer and record, for good; that it was there and who removed it stays."""
    subject = _subject(question)
    with transaction.atomic():
        question.delete()
        audit.record("question.removed", by, subject=subject)


def _subject(question: Question) -> str:
    return f"question:{question.pk}"
