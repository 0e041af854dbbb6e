"""A lost hint loses nothing, and a dead worker is noticed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db.models import Value
from django.utils import timezone
from kombu.exceptions import OperationalError

from corpus import hints
from lawqa import models, tasks
from lawqa.models import Event, Question, questions
from tests import factories

pytestmark = pytest.mark.django_db


def question(**facts: Any) -> Question:
    made = factories.a_question(factories.a_collection(f"shelf-{uuid.uuid4().hex[:8]}"))
    Question.objects.filter(pk=made.pk).update(**facts)
    return Question.objects.get(pk=made.pk)


def ago(seconds: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(seconds=seconds)


def state(asked: Question) -> str:
    return Question.objects.get(pk=asked.pk).state


@pytest.mark.parametrize(("hinted", "due"), [
    pytest.param(None, True, id="never-told"),
    pytest.param(1, False, id="told-just-now"),
    pytest.param(4, True, id="the-hint-seems-lost"),
])  # fmt: skip
def test_a_waiting_question_is_hinted_again_after_three_seconds(hinted: float | None, due: bool) -> None:
    asked = question(hinted_at=ago(hinted) if hinted else None)
    assert Question.objects.take_hint(asked.pk) is due
    assert Question.objects.take_hint(asked.pk) is False


@pytest.mark.parametrize("gone", ["running", "done", "failed"])
def test_only_a_waiting_question_is_hinted(gone: str) -> None:
    assert Question.objects.take_hint(question(state=gone).pk) is False


def test_a_question_is_claimed_once() -> None:
    asked = question()
    assert Question.objects.claim(asked.pk) is True
    assert Question.objects.claim(asked.pk) is False
    assert Question.objects.get(pk=asked.pk).attempts == 1


@pytest.mark.parametrize(("started", "event", "reopened"), [
    pytest.param(10, None, False, id="started-just-now"),
    pytest.param(61, None, True, id="started-long-ago-without-a-sign"),
    pytest.param(300, 10, False, id="a-fresh-event"),
    pytest.param(300, 61, True, id="the-last-event-is-old"),
    pytest.param(10, 300, False, id="taken-up-just-now-after-an-attempt-that-ended-long-ago"),
])  # fmt: skip
def test_a_running_question_without_a_sign_for_a_minute_waits_again(
    started: float, event: float | None, reopened: bool
) -> None:
    asked = question(state="running", started_at=ago(started), attempts=1, hinted_at=ago(1))
    if event:
        factories.events(asked, "stage")
        Event.objects.update(created_at=ago(event))
    assert Question.objects.reopen_stalled(asked.pk) is reopened
    assert state(asked) == ("waiting" if reopened else "running")
    assert Question.objects.take_hint(asked.pk) is reopened


def answer_with_clocks_apart(monkeypatch: pytest.MonkeyPatch, worker: float, page: float) -> bool:
    """Whether a page takes a question from a worker that has just shown an event; clocks in hours ahead."""
    right, asked = timezone.now, question()
    monkeypatch.setattr(timezone, "now", lambda: right() + dt.timedelta(hours=worker))
    assert Question.objects.claim(asked.pk)
    factories.events(asked, "stage")
    monkeypatch.setattr(timezone, "now", lambda: right() + dt.timedelta(hours=page))
    return Question.objects.reopen_stalled(asked.pk)


APART = pytest.mark.parametrize(("worker", "page"), [(-2, 0), (0, 2), (-2, 2)])


@APART
def test_nothing_is_taken_from_a_living_worker_whose_clock_is_another(
    monkeypatch: pytest.MonkeyPatch, worker: float, page: float
) -> None:
    assert answer_with_clocks_apart(monkeypatch, worker, page) is False


@APART
def test_by_their_own_clocks_it_would_be(monkeypatch: pytest.MonkeyPatch, worker: float, page: float) -> None:
    monkeypatch.setattr(questions, "Now", lambda: Value(timezone.now()))
    assert answer_with_clocks_apart(monkeypatch, worker, page) is True


def test_a_question_that_stopped_the_worker_three_times_is_given_up_in_words() -> None:
    asked = question(state="running", started_at=ago(100), attempts=models.MAX_ATTEMPTS)
    assert Question.objects.reopen_stalled(asked.pk) is False
    assert state(asked) == "failed"
    assert "given up" in asked.events.get().data["message"]


def test_a_finished_question_cannot_fail() -> None:
    asked = question(state="done")
    Question.objects.fail(asked.pk, "too late")
    assert state(asked) == "done"
    assert not Event.objects.exists()


def test_a_hint_is_an_id_and_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(tasks.answer, "delay", told.append)
    asked = question()
    assert tasks.hint(asked.pk) is True
    assert tasks.hint(asked.pk) is False
    assert told == [str(asked.pk)]


def test_a_broker_that_is_down_fails_no_page_and_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def refuse(argument: str) -> None:
        tried.append(argument)
        raise OperationalError("connection refused")

    monkeypatch.setattr(hints, "_paused_until", 0.0)
    monkeypatch.setattr(tasks.answer, "delay", refuse)
    assert tasks.hint(question().pk) is True
    assert tasks.hint(question().pk) is True
    assert len(tried) == 1


@pytest.mark.parametrize(("asked", "state", "expected"), [
    pytest.param(5, "waiting", True, id="no-message-came"),
    pytest.param(3, "waiting", False, id="a-message-may-be-on-its-way"),
    pytest.param(5, "running", False, id="in-work"),
    pytest.param(5, "done", False, id="answered"),
])  # fmt: skip
def test_questions_of_which_no_message_came_are_found(asked: float, state: str, expected: bool) -> None:
    question(asked_at=ago(asked), state=state)
    assert Question.objects.overlooked().exists() is expected


def test_what_was_overlooked_is_answered_once_and_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[uuid.UUID] = []
    newer, older = question(asked_at=ago(5)), question(asked_at=ago(9))
    monkeypatch.setattr("lawqa.pipeline.answer_question", lambda found: answered.append(found.pk))
    tasks.answer_overlooked()
    tasks.answer_overlooked()
    assert answered == [older.pk, newer.pk]


def test_an_overlooked_question_that_cannot_be_answered_fails_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(found: Question) -> None:
        raise ValueError

    asked = question(asked_at=ago(5))
    monkeypatch.setattr("lawqa.pipeline.answer_question", fail)
    tasks.answer_overlooked()
    assert state(asked) == "failed"
    assert Event.objects.get(question=asked).data == {"message": tasks.FAILED}


def test_a_hint_about_nothing_is_none() -> None:
    assert tasks.hint(uuid.uuid4()) is False
