"""A lost hint loses nothing, and a dead worker is noticed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from lawqa import models, tasks
from lawqa.models import Event, Question
from tests import factories

pytestmark = pytest.mark.django_db


def question(**facts: Any) -> Question:
    made = factories.a_question(factories.a_collection())
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


def test_a_hint_is_an_id_in_the_queue_folder(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    folder = settings.LAWQA_DATA / "queue"
    options = {"data_folder_in": str(folder), "control_folder": str(folder / "control")}
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = options
    told: list[str] = []
    monkeypatch.setattr(tasks.answer, "delay", told.append)
    asked = question()
    assert tasks.hint(asked.pk) is True
    assert tasks.hint(asked.pk) is False
    assert told == [str(asked.pk)]
    assert (folder / "control").is_dir()


def test_a_hint_about_nothing_is_none() -> None:
    assert tasks.hint(uuid.uuid4()) is False
