"""A file that kills, eats or sleeps: it is set aside in words, the worker and the other files go on."""

from __future__ import annotations

import pytest

from corpus import jobs
from corpus.models import IngestJob
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.poison import CRASH, EAT, SLEEP

State = IngestJob.State
SLEEPER = SLEEP + law.text(9)[len(b"THE NU") :]


def read_with_others(found: Installation, poison: bytes, seconds: float) -> IngestJob:
    """The poisoned file among good ones; the worker that read them all is the one that was started."""
    found.start("beat")
    worker = found.start("ingester")
    poisoned = found.add("poison.txt" if poison == SLEEPER else "poison.pdf", poison)
    others = [found.add(f"act {number}.txt", law.text(number, 3)) for number in range(5)]
    found.settle(seconds)
    assert worker.poll() is None
    for job in others:
        job.refresh_from_db()
        assert (job.state, job.attempts) == (State.READY, 1)
    check(found)
    poisoned.refresh_from_db()
    return poisoned


@pytest.mark.parametrize("poison", [pytest.param(CRASH, id="crashes"), pytest.param(EAT, id="eats-memory")])
def test_a_file_that_kills_its_reader_is_set_aside_after_three_attempts(
    install: Installing, poison: bytes
) -> None:
    job = read_with_others(install(patches=(*QUICK, "poison")), poison, 60)
    assert (job.state, job.attempts, job.code) == (State.QUARANTINED, 3, "reader-died")
    assert job.message


def test_without_the_count_of_attempts_it_is_tried_for_ever(install: Installing) -> None:
    found = install(patches=(*QUICK, "poison", "no-count"))
    with pytest.raises(AssertionError, match="all jobs end"):
        read_with_others(found, CRASH, 10)


def test_a_file_that_takes_too_long_ends_as_timeout_and_can_be_tried_again(install: Installing) -> None:
    found = install(patches=(*QUICK, "poison", "impatient"))
    job = read_with_others(found, SLEEPER, 60)
    assert (job.state, job.code) == (State.FAILED, "timeout")
    assert job.message
    found.kill("ingester")
    assert jobs.retry(job)
    found.patches = QUICK  # a reader that does not fall asleep
    found.start("ingester")
    found.settle(30)
    job.refresh_from_db()
    assert (job.state, job.code, job.attempts) == (State.READY, "", 1)
    check(found)


def test_without_the_limit_of_time_it_holds_the_worker(install: Installing) -> None:
    found = install(patches=(*QUICK, "poison", "boundless"))
    with pytest.raises(AssertionError, match="all jobs end"):
        read_with_others(found, SLEEPER, 8)
