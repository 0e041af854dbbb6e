"""A worker is killed at any moment: its jobs are taken up by another and done once."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Sequence

import pytest

from corpus import jobs
from corpus.models import IngestJob
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.failpoints import NAMES, TAKEN
from tests.fault.installation import QUICK, Installation
from tests.servers import Redis
from tests.waiting import until

State = IngestJob.State
KILLS = 200 if FULL else 4


def revive(found: Installation, names: Sequence[str], workers: Sequence[str]) -> bool:
    """What a supervisor does: a worker that died is started again."""
    for worker in workers:
        if not found.alive(worker):
            found.start(worker, failpoints=names)
    return found.settled()


def die_at(
    found: Installation, names: Sequence[str], seconds: float, *, workers: Sequence[str] = ("ingester",)
) -> None:
    for number, name in enumerate(names):
        found.add(f"{name}.txt", law.text(number, 12))
    found.start("beat")
    until(lambda: revive(found, names, workers), seconds, "all jobs end", every=0.2)
    check(found)
    assert [name for name in names if not found.died(name)] == []
    assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}


def test_a_worker_killed_at_any_stage_loses_nothing_and_does_nothing_twice(install: Installing) -> None:
    die_at(install(), NAMES, 120)
    assert set(IngestJob.objects.values_list("attempts", flat=True)) == {2}


def test_a_worker_killed_between_message_and_claim_is_followed_by_the_sweeper(install: Installing) -> None:
    die_at(install(), [TAKEN], 90)


def test_the_same_with_the_real_encoder_and_leases_as_long_as_they_are(install: Installing) -> None:
    die_at(install(patches=("quick-sweeps",)), [TAKEN], 120)


def test_two_workers_on_postgresql_killed_at_several_stages_lose_nothing(
    install: Installing, postgres: str
) -> None:
    found = install(database=postgres)
    for number in range(10, 20):
        found.add(f"act {number}.txt", law.text(number, 6))
    die_at(found, ["pages-kept", "edition-begun", "half-embedded"], 120, workers=["ingester", "second"])


def test_a_message_deleted_from_redis_is_sent_again_by_the_sweeper(install: Installing) -> None:
    found = install()
    with Redis(found.data / "redis") as redis:
        found.broker = redis.address
        found.add("held.txt", law.text(1))
        redis.command("DEL", "ingestion", "unacked", "unacked_index")
        die_at(found, [TAKEN], 90)


def test_without_the_sweeper_a_killed_worker_s_job_is_lost(install: Installing) -> None:
    found = install(patches=(*QUICK, "no-sweeper"))
    with pytest.raises(AssertionError, match="all jobs end"):
        die_at(found, [TAKEN, "pages-kept"], 11)
    assert found.died(TAKEN)


def test_workers_killed_at_random_lose_nothing(install: Installing, seed: int) -> None:
    chance, found = random.Random(seed), install(patches=(*QUICK, "slow-embedding"))
    found.start("beat")
    for number in range(KILLS):
        found.add(f"act {number}.pdf", law.pdf(number, 6, pages=2))
        if not found.alive("ingester"):
            found.start("ingester")
        time.sleep(chance.uniform(1.0, 5.0))
        found.kill("ingester")
    found.start("ingester")
    found.settle(120 + 2 * KILLS)
    for job in IngestJob.objects.filter(state=State.QUARANTINED):  # three kills can meet the same job
        assert jobs.retry(job)
    found.settle(120 + KILLS)
    check(found)
    assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}


def freeze_and_cancel(found: Installation) -> IngestJob:
    """A worker stands still in the middle of a job, which is cancelled meanwhile, and goes on."""
    worker = found.start("ingester")
    job = found.add("act.txt", law.text(1, 30))
    working = IngestJob.objects.filter(stage=IngestJob.Stage.EMBEDDING, done__gt=0)
    until(working.exists, 30, "it embeds")
    os.killpg(worker.pid, signal.SIGSTOP)
    job.refresh_from_db()
    assert jobs.cancel(job)
    os.killpg(worker.pid, signal.SIGCONT)
    found.add("another act.txt", law.text(2))
    until(
        lambda: IngestJob.objects.filter(state=State.READY, name="another act.txt").exists(), 30, "it goes on"
    )
    job.refresh_from_db()
    assert (job.state, job.document) == (State.CANCELLED, None), "the cancelled job was written to"
    check(found)
    return job


def test_a_worker_whose_job_was_taken_away_while_it_stood_still_writes_nothing(install: Installing) -> None:
    freeze_and_cancel(install(patches=(*QUICK, "slow-embedding")))


def test_without_the_fence_it_writes_over_what_a_person_decided(install: Installing) -> None:
    with pytest.raises(AssertionError, match="was written to"):
        freeze_and_cancel(install(patches=(*QUICK, "slow-embedding", "no-fence")))
