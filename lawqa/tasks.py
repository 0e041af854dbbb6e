"""The worker's door: a question's id comes in, the flow runs, a failure becomes a sentence.

The row is the job and the message only a hint to look at it, so that a lost or doubled message harms nothing.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from celery import Task
from django.conf import settings
from django.utils import timezone

from corpus.types import Filters
from lawqa.celery import app
from lawqa.models import Question

FAILED = (
    "Something went wrong while this question was answered. It was logged; ask again, or tell the operator."
)


class Answering(Task):  # type: ignore[misc]  # celery ships no types
    """A task whose failure the reader is told."""

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        del exc, task_id, kwargs, einfo  # celery logs the traceback itself
        Question.objects.fail(uuid.UUID(args[0]), FAILED)


@app.task(base=Answering, name="lawqa.answer")  # type: ignore[untyped-decorator]  # celery ships no types
def answer(question_id: str) -> None:
    """Answer a waiting question; one that somebody else has, or that is gone, is left alone."""
    from lawqa.pipeline import answer_question  # loads the models: in the worker, never in the pages

    pk = uuid.UUID(question_id)
    if Question.objects.claim(pk):
        answer_question(Question.objects.get(pk=pk))


@app.task(name="lawqa.warm")  # type: ignore[untyped-decorator]  # celery ships no types
def warm() -> None:
    """Load the models and open the index before anybody asks: a question is answered and forgotten."""
    from lawqa.pipeline import answer
    from lawqa.types import Request
    from lawqa.watch import Watch

    answer(Request(text="Who must be told, and when?", filters=Filters(as_of=timezone.localdate())), Watch())


def hint(pk: uuid.UUID) -> bool:
    """Tell the worker of a question that waits, or whose worker died, unless it was told just now."""
    Question.objects.reopen_stalled(pk)
    due = Question.objects.take_hint(pk)
    if due:
        make_queue()
        answer.delay(str(pk))
    return due


def make_queue() -> None:
    """The folders that carry the messages."""
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if folder := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(name):
            Path(str(folder)).mkdir(parents=True, exist_ok=True)
