"""The worker's door: a question's id comes in, the flow runs, a failure becomes a sentence.

The row is the job and the message only a hint to look at it, so that a lost or doubled message harms nothing.
"""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Any

from celery import Task
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone

from corpus.hints import tell
from corpus.index.errors import Unavailable
from corpus.models import Collection
from corpus.types import Filters
from lawqa.celery import app
from lawqa.models import Question

log = logging.getLogger(__name__)
FAILED = (
    "Something went wrong while this question was answered. It was logged; ask again, or tell the operator."
)
LOOK_SECONDS = 2.0
_one_at_a_time = threading.Lock()
"""In a process: the watching thread and the one that takes messages."""


class Answering(Task):  # type: ignore[misc]  # celery ships no types
    """A task whose failure the reader is told."""

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        del task_id, kwargs, einfo  # celery logs the traceback itself
        Question.objects.fail(uuid.UUID(args[0]), str(exc) if isinstance(exc, Unavailable) else FAILED)


@app.task(base=Answering, name="lawqa.answer")  # type: ignore[untyped-decorator]  # celery ships no types
def answer(question_id: str) -> None:
    """Answer a waiting question; one that somebody else has, or that is gone, is left alone."""
    from lawqa.pipeline import answer_question  # loads the models: in the worker, never in the pages

    pk = uuid.UUID(question_id)
    with _one_at_a_time:
        if Question.objects.claim(pk):
            answer_question(Question.objects.get(pk=pk))


@app.task(name="lawqa.warm")  # type: ignore[untyped-decorator]  # celery ships no types
def warm() -> None:
    """Load the encoder and open the index before anybody asks: a question is answered and forgotten.

    The model servers are not asked: the first reader would wait behind it.
    """
    from lawqa.inference import Models
    from lawqa.pipeline import answer
    from lawqa.types import Request
    from lawqa.watch import Watch

    law = frozenset(Collection.objects.open_to_all().values_list("pk", flat=True))
    answer(
        Request(
            text="Who must be told, and when?", filters=Filters(as_of=timezone.localdate(), collections=law)
        ),
        Watch(),
        Models(servers={}),
    )


def hint(pk: uuid.UUID) -> bool:
    """Tell the worker of a question that waits, or whose worker died, unless it was told just now.

    While the broker is down nobody can be told: the worker looks for itself (`watch`).
    """
    Question.objects.reopen_stalled(pk)
    due = Question.objects.take_hint(pk)
    if due:
        tell(answer.delay, str(pk))
    return due


def watch(stopped: threading.Event) -> None:
    """In each answering process: look for questions of which no message came, and answer them, until `stopped`."""
    while not stopped.wait(LOOK_SECONDS):
        try:
            answer_overlooked()
        except (DatabaseError, InterfaceError) as error:
            log.warning("The database cannot be reached: %s", error)
        finally:
            close_old_connections()


def answer_overlooked() -> None:
    """Answer what has waited for longer than a message takes."""
    while (pk := Question.objects.overlooked().values_list("pk", flat=True).first()) is not None:
        answer.apply(args=(str(pk),))
