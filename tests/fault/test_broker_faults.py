"""Redis dies, forgets or does not answer: files are received, questions answered, and workers come back by themselves."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from corpus.models import Collection, IngestJob
from lawqa.models import Question
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader
from tests.servers import Redis
from tests.waiting import until

State = IngestJob.State
QUEUED = 500 if FULL else 15
DOWN_SECONDS = 300 if FULL else 0
Fault = Callable[[Redis], None]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Redis(tmp_path / "redis") as server:
        yield server


def restart_with_log(redis: Redis) -> None:
    redis.kill()
    time.sleep(1)
    redis.start()


def restart_without_log(redis: Redis) -> None:
    redis.appendonly = False
    restart_with_log(redis)


def forget_everything(redis: Redis) -> None:
    redis.command("FLUSHALL")


def stand_still(redis: Redis) -> None:
    redis.send(signal.SIGSTOP)
    time.sleep(4)
    redis.send(signal.SIGCONT)


FAULTS = [
    pytest.param(restart_with_log, id="killed-and-restarted-with-its-log"),
    pytest.param(restart_without_log, id="killed-and-restarted-without-its-log"),
    pytest.param(forget_everything, id="told-to-forget-everything"),
    pytest.param(stand_still, id="silent-for-a-while"),
]


def suffer(found: Installation, redis: Redis, fault: Fault, seconds: float) -> None:
    """Many jobs are queued, Redis fails, and the same workers do them all."""
    found.start("beat")
    worker = found.start("ingester")
    for number in range(QUEUED):
        found.add(f"act {number}.txt", law.text(number, 2))
    until(lambda: IngestJob.objects.filter(state=State.READY).exists(), 60, "work begins")
    fault(redis)
    took = found.settle(seconds)
    print(f"{QUEUED} jobs drained {took:.0f} s after the fault")
    check(found)
    assert worker.poll() is None, "the worker came back by itself"
    assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_job_is_lost_and_workers_go_on(install: Installing, redis: Redis, fault: Fault) -> None:
    suffer(install(broker=redis.address), redis, fault, 120 if not FULL else 900)


def test_without_the_sweeper_what_redis_forgets_is_lost(install: Installing, redis: Redis) -> None:
    found = install(broker=redis.address, patches=(*QUICK, "slow-embedding", "no-sweeper"))
    with pytest.raises(AssertionError, match="all jobs end"):
        suffer(found, redis, forget_everything, 8)


def ask(text: str) -> Question:
    return Question.objects.create(text=text, as_of=timezone.localdate())


def answered(*questions: Question) -> bool:
    done = Question.objects.filter(pk__in=[question.pk for question in questions], state="done")
    return done.count() == len(questions)


def go_without_redis(found: Installation, redis: Redis, seconds: float) -> None:
    """Questions that are asked and files that are added while Redis is down."""
    found.start("beat")
    worker, ingester = found.start("worker"), found.start("ingester")
    first = found.add("before.txt", law.text(1))
    found.settle(60)
    assert IngestJob.objects.get(pk=first.pk).state == State.READY
    redis.kill()
    asked = [ask("Who shall register every hive?"), ask(f"What is {uuid.uuid4()}?")]
    waiting = found.add("while down.txt", law.text(2), hint=False)
    until(lambda: answered(*asked), seconds, "questions are answered without a broker")
    time.sleep(max(0, DOWN_SECONDS - seconds))
    assert IngestJob.objects.get(pk=waiting.pk).state == State.QUEUED
    redis.start()
    print(f"drained {found.settle(120):.0f} s after Redis came back")
    assert worker.poll() is None
    assert ingester.poll() is None
    check(found)


def test_while_redis_is_down_questions_are_answered_and_files_wait(install: Installing, redis: Redis) -> None:
    go_without_redis(install(broker=redis.address), redis, 15)


def test_without_looking_at_the_rows_questions_wait_for_redis(install: Installing, redis: Redis) -> None:
    found = install(broker=redis.address, patches=(*QUICK, "no-watch"))
    with pytest.raises(AssertionError, match="questions are answered"):
        go_without_redis(found, redis, 9)


def refuse(redis: Redis) -> None:
    redis.kill()


def fall_silent(redis: Redis) -> None:
    redis.send(signal.SIGSTOP)


def use_the_pages(found: Installation, first: int = 0) -> None:
    """Files and questions are received as fast as ever, but for the one that finds out."""
    reader = Reader(found.port)
    for number in range(first, first + 4):
        content = law.text(number)
        added = reader.upload(f"act {number}.txt", content)
        assert added.status == 201
        found.acknowledge(f"act {number}.txt", content, "our-law")
        asked = reader.ask(f"Who shall register hive {number}?", "county")
        assert asked.status == 302
        shown = [reader.get(path) for path in ("/library/jobs/", asked.location)]
        assert [reply.status for reply in shown] == [200, 200]
        assert max(reply.seconds for reply in (added, asked, *shown)) < 3.5, "no page waits for the broker"


@pytest.mark.parametrize("fault", [refuse, fall_silent])
def test_no_page_waits_for_a_broker_that_is_down(install: Installing, redis: Redis, fault: Fault) -> None:
    found = install(broker=redis.address)
    Collection.objects.create(slug="county", name="County")
    found.serve()
    use_the_pages(found)
    fault(redis)
    use_the_pages(found, 4)
    assert IngestJob.objects.filter(state=State.QUEUED).count() == 8


def test_without_limits_of_time_pages_wait(install: Installing, redis: Redis) -> None:
    found = install(broker=redis.address, patches=(*QUICK, "patient"))
    Collection.objects.create(slug="county", name="County")
    found.serve()
    fall_silent(redis)
    threading.Timer(5, redis.send, [signal.SIGCONT]).start()
    with pytest.raises(AssertionError, match="no page waits"):
        use_the_pages(found)
