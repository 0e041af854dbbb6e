"""Signs of life: one row a process, on the database's clock, and of a real worker with the id that it was sent."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading

import pytest

from corpus import tasks
from lawqa.operations import heartbeats, tracing
from lawqa.operations.models import FORGOTTEN_AFTER, Worker
from tests.fault.conftest import Installing, install  # noqa: F401  the fixture
from tests.waiting import until


@pytest.mark.django_db
def test_a_process_has_one_row_however_often_it_gives_a_sign() -> None:
    for resident in (1, 2):
        Worker.objects.sign("questions@host", 7, queues=",questions,", resident=resident)
    Worker.objects.sign("questions@host", 8, queues=",questions,")
    worker = Worker.objects.get(pid=7)
    assert Worker.objects.count() == 2
    assert (worker.resident, worker.takes) == (2, ["questions"])
    assert worker.seen_at >= worker.started_at


@pytest.mark.django_db
def test_queues_are_told_apart_by_their_whole_names() -> None:
    Worker.objects.sign("a", 1, queues=",questions-of-others,")
    assert not Worker.objects.taking("questions").exists()


@pytest.mark.django_db
def test_processes_that_ended_long_ago_are_forgotten_when_another_starts() -> None:
    Worker.objects.sign("old", 1, queues=",questions,")
    longer = FORGOTTEN_AFTER + dt.timedelta(seconds=1)
    Worker.objects.update(seen_at=Worker.objects.get().seen_at - longer)
    Worker.objects.sign("new", 1, queues=",questions,")
    assert [worker.node for worker in Worker.objects.all()] == ["new"]


@pytest.mark.django_db
def test_silence_is_measured_by_the_clock_of_the_database() -> None:
    Worker.objects.sign("a", 1, queues=",questions,")
    Worker.objects.update(seen_at=Worker.objects.get().seen_at - dt.timedelta(seconds=100))
    (worker,) = Worker.objects.with_silence()
    assert 99 < worker.silence.total_seconds() < 130
    assert not Worker.objects.alive().exists()


@pytest.mark.django_db(transaction=True)
def test_the_first_sign_comes_at_once_and_says_how_much_memory_is_taken() -> None:
    stopped = threading.Event()
    stopped.set()
    heartbeats.beat_until(stopped, "questions@host", {"sweeps", "questions"})
    worker = Worker.objects.get()
    assert (worker.pid, worker.takes) == (os.getpid(), ["questions", "sweeps"])
    assert worker.resident > 10**6


@pytest.mark.slow
def test_a_real_worker_gives_signs_and_logs_under_the_id_of_who_sent_the_message(
    install: Installing,  # noqa: F811  the fixture
) -> None:
    made = install()
    made.start("ingester", LAWQA_LOG="json")
    until(lambda: Worker.objects.alive().taking("ingestion").exists(), 120, "the worker gives a sign")
    tracing.begin("sent-from-a-page")
    with made.connection() as connection:
        tasks.sweep.apply_async(connection=connection, queue="ingestion")
    tracing.forget()
    log = made.data / "ingester.log"
    until(lambda: "sent-from-a-page" in log.read_text(), 60, "the worker logs the id")
    said = [json.loads(line) for line in log.read_text().splitlines() if "sent-from-a-page" in line]
    assert {line["task"] for line in said} == {"corpus.sweep"}
