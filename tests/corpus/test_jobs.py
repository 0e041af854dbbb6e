"""Jobs under leases: one worker at a time, the database's clock, and what people do to them meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, connections
from django.db.models.functions import Now
from django.utils import timezone

from corpus import files, intake, jobs
from corpus.extraction.errors import Damaged, TimedOut
from corpus.files import NoSpace
from corpus.models import Batch, Collection, Edition, IngestJob, Page, Section, StoredFile
from corpus.models.jobs import HINT_AFTER, LEASE, MAX_ATTEMPTS
from tests import factories

State = IngestJob.State
pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
EAST = dt.timezone(dt.timedelta(hours=9, minutes=30))


def a_file(content: bytes = b"Section 1. Bees.") -> StoredFile:
    return files.store([content], "act.txt")


def a_batch(slug: str = "county") -> Batch:
    return Batch.objects.create(collection=Collection.objects.get_or_create(slug=slug)[0])


def a_job(state: str = State.QUEUED, **facts: Any) -> IngestJob:
    job, _ = jobs.add(a_batch(), a_file(uuid.uuid4().bytes.hex().encode()), "act.txt")
    IngestJob.objects.filter(pk=job.pk).update(state=state, **facts)
    return again(job)


def again(job: IngestJob) -> IngestJob:
    return IngestJob.objects.get(pk=job.pk)


def clock() -> dt.datetime:
    """What the database says."""
    a_batch("clock")
    found: dt.datetime = Collection.objects.annotate(now=Now()).values_list("now", flat=True)[0]
    return found


def claimed(job: IngestJob, worker: str = "one") -> jobs.Lease:
    token = IngestJob.objects.claim(job.pk, worker)
    assert token is not None
    return jobs.Lease(again(job), token)


# -- the clock


@pytest.mark.parametrize("wrong", [dt.timedelta(hours=2), dt.timedelta(hours=-2)])
def test_a_lease_runs_on_the_database_s_clock(monkeypatch: pytest.MonkeyPatch, wrong: dt.timedelta) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + wrong)
    job = a_job()
    claimed(job)
    until = again(job).lease_until
    assert until is not None
    assert LEASE - 5 * SECOND < until - clock() <= LEASE
    assert not IngestJob.objects.lost().exists()


@pytest.mark.parametrize(("ago", "microsecond", "lost"), [
    pytest.param(dt.timedelta(hours=1), None, True, id="an-hour"),
    pytest.param(dt.timedelta(milliseconds=20), None, True, id="twenty-milliseconds"),
    pytest.param(2 * SECOND, 0, True, id="a-whole-second"),
    pytest.param(2 * SECOND, 1, True, id="a-microsecond-more"),
    pytest.param(2 * SECOND, 999_999, True, id="a-microsecond-less"),
    pytest.param(-3 * SECOND, None, False, id="seconds-left"),
    pytest.param(-3 * SECOND, 0, False, id="a-whole-second-left"),
    pytest.param(-3 * SECOND, 999_999, False, id="six-digits-left"),
    pytest.param(-dt.timedelta(hours=1), None, False, id="an-hour-left"),
])  # fmt: skip
@pytest.mark.parametrize("zone", [dt.UTC, EAST], ids=["utc", "east"])
def test_a_lease_is_lost_when_it_has_run_out(
    ago: dt.timedelta, microsecond: int | None, lost: bool, zone: dt.tzinfo
) -> None:
    until = (clock() - ago).astimezone(zone)
    until = until if microsecond is None else until.replace(microsecond=microsecond)
    a_job(State.RUNNING, lease_until=until)
    assert IngestJob.objects.lost().exists() is lost


@pytest.mark.parametrize("state", [state for state in State if state != State.RUNNING])
def test_only_a_running_job_can_be_lost(state: str) -> None:
    a_job(state, lease_until=Now() - LEASE)
    assert not IngestJob.objects.lost().exists()


@pytest.mark.parametrize(("hinted", "due"), [
    pytest.param(None, True, id="never-told"),
    pytest.param(Now() - HINT_AFTER - SECOND, True, id="the-hint-seems-lost"),
    pytest.param(Now() - HINT_AFTER + 3 * SECOND, False, id="told-just-now"),
])  # fmt: skip
def test_a_worker_is_told_of_a_job_again_after_a_while_and_once(hinted: Any, due: bool) -> None:
    job = a_job(hinted_at=hinted)
    assert (job.pk in jobs.sweep()) is due
    assert IngestJob.objects.take_hint(job.pk) is due
    assert IngestJob.objects.take_hint(job.pk) is False


@pytest.mark.parametrize("state", [state for state in State if state != State.QUEUED])
def test_workers_are_told_only_of_jobs_that_wait(state: str) -> None:
    job = a_job(state)
    assert IngestJob.objects.take_hint(job.pk) is False
    assert IngestJob.objects.claim(job.pk, "one") is None


# -- leases and fencing


def test_a_job_is_claimed_once_and_counted_before_the_work() -> None:
    job = a_job()
    assert IngestJob.objects.claim(job.pk, "one") == 1
    assert IngestJob.objects.claim(job.pk, "two") is None
    assert (again(job).attempts, again(job).worker) == (1, "one")


def test_a_sign_of_life_extends_the_lease() -> None:
    job = a_job()
    lease = claimed(job)
    IngestJob.objects.update(lease_until=Now() + SECOND)
    lease("extraction", 3, 10)
    lease._beat -= 60
    lease.alive()
    until = again(job).lease_until
    assert until is not None
    assert until - clock() > LEASE - 5 * SECOND
    assert (again(job).done, again(job).total) == (3, 10)


def test_who_holds_an_old_token_writes_nothing() -> None:
    job = a_job()
    old = claimed(job)
    IngestJob.objects.update(lease_until=Now() - SECOND)
    assert jobs.sweep() == [job.pk]
    new = claimed(job, "two")
    before = again(job)
    with pytest.raises(jobs.LeaseLost):
        old("structure", 1, 2)
    with pytest.raises(jobs.LeaseLost):
        old.hold()
    with pytest.raises(jobs.LeaseLost):
        old.end(State.READY, message="mine")
    held = again(job)
    assert (held.state, held.stage, held.message) == (before.state, before.stage, "")
    new.end(State.READY, message="done")
    assert (again(job).state, again(job).message) == (State.READY, "done")


def test_a_flow_whose_job_was_cancelled_stops_at_the_next_sign_and_leaves_it_cancelled() -> None:
    job, reached = a_job(), []

    def flow(held: IngestJob, lease: jobs.Lease) -> None:
        lease("extraction", 1, 9)
        assert jobs.cancel(held)
        reached.append("cancelled")
        lease("structure", 0, None)
        reached.append("went on")

    jobs.work(job.pk, "one", flow)
    assert reached == ["cancelled"]
    assert again(job).state == State.CANCELLED


def test_a_worker_that_died_is_followed_by_another_and_after_three_the_file_is_set_aside() -> None:
    job = a_job()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        claimed(job)
        assert again(job).attempts == attempt
        IngestJob.objects.update(lease_until=Now() - SECOND)
        assert jobs.sweep() == ([job.pk] if attempt < MAX_ATTEMPTS else [])
    set_aside = again(job)
    assert (set_aside.state, set_aside.code) == (State.QUARANTINED, "worker-died")
    assert "3 times" in set_aside.message
    assert set_aside.finished_at


@pytest.mark.parametrize(("error", "state", "code"), [
    pytest.param(Damaged("It is damaged."), State.FAILED, "damaged", id="waiting-mends-nothing"),
    pytest.param(TimedOut("It took long."), State.FAILED, "timeout", id="another-try-would-hold-the-others-up"),
    pytest.param(NoSpace("No room."), State.QUEUED, "no-space", id="room-may-come-back"),
    pytest.param(ZeroDivisionError(), State.QUEUED, "unexpected", id="the-unexpected"),
])  # fmt: skip
def test_what_an_error_means_for_the_job(error: Exception, state: str, code: str) -> None:
    job = a_job()

    def fail(held: IngestJob, lease: jobs.Lease) -> None:
        raise error

    jobs.work(job.pk, "one", fail)
    assert (again(job).state, again(job).code) == (state, code)
    assert again(job).message
    for _ in range(MAX_ATTEMPTS):
        jobs.work(job.pk, "one", fail)
    assert again(job).state == (State.FAILED if state == State.FAILED else State.QUARANTINED)
    assert again(job).attempts == (1 if state == State.FAILED else MAX_ATTEMPTS)


# -- what people do


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("change", "allowed", "after"), [
    (jobs.cancel, {"queued", "running", "review"}, "cancelled"),
    (jobs.remove, {"ready", "failed", "quarantined", "cancelled"}, "removed"),
    (jobs.retry, {"failed", "quarantined", "cancelled", "removed"}, "queued"),
    (jobs.forget, {"cancelled", "removed"}, None),
])  # fmt: skip
def test_what_may_be_done_to_a_job(
    state: str, change: Callable[[IngestJob], bool], allowed: set[str], after: str | None
) -> None:
    job = a_job(state)
    assert change(job) is (state in allowed)
    expected = after if state in allowed else state
    assert IngestJob.objects.filter(pk=job.pk).values_list("state", flat=True).first() == expected


def test_a_second_try_by_somebody_with_an_old_page_takes_nothing_away() -> None:
    job = a_job(State.FAILED)
    seen_before = again(job)
    assert jobs.retry(job)
    claimed(job)
    Page.objects.create(file=job.file, number=1, lines=b"", words=b"")
    assert not jobs.retry(seen_before)
    assert Page.objects.filter(file=job.file).count() == 1


def test_pages_are_read_from_the_first_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    file, asked = a_file(), []
    for number in (1, 2, 5, 6):
        Page.objects.create(file=file, number=number, lines=b"", words=b"")
    StoredFile.objects.filter(pk=file.pk).update(page_count=9)
    file.refresh_from_db()

    def extract(*_: object, first: int, **__: object) -> list[Any]:
        asked.append(first)
        return []

    intake.read_pages(file, extract, claimed(a_job()))
    assert asked == [3]


def test_what_was_removed_cannot_be_put_back_beside_the_same_bytes() -> None:
    first, _ = jobs.add(a_batch(), a_file(), "act.txt")
    IngestJob.objects.update(state=State.READY)
    assert jobs.remove(first)
    second, new = jobs.add(a_batch(), a_file(), "act again.txt")
    assert new
    assert not jobs.retry(first)
    assert (again(first).state, again(second).state) == (State.REMOVED, State.QUEUED)


def test_what_a_removed_file_brought_is_off_the_shelf_when_it_returns() -> None:
    job = a_job(State.READY)
    document = factories.a_document(job.collection)
    edition = Edition.objects.get(document=document)
    factories.a_section(document)
    IngestJob.objects.filter(pk=job.pk).update(document=document, edition=edition)
    assert jobs.remove(again(job))
    assert not Section.objects.exists()
    assert again(job).document_id is None


def test_what_was_removed_long_ago_is_forgotten_with_its_bytes(settings: LazySettings) -> None:
    old, young = a_job(State.READY), a_job(State.READY)
    assert jobs.remove(old)
    assert jobs.remove(young)
    days = dt.timedelta(days=settings.LAWQA_KEEP_REMOVED_DAYS)
    IngestJob.objects.filter(pk=old.pk).update(finished_at=timezone.now() - days - SECOND)
    IngestJob.objects.filter(pk=young.pk).update(finished_at=timezone.now() - days + 60 * SECOND)
    jobs.sweep()
    assert list(IngestJob.objects.all()) == [young]
    assert list(StoredFile.objects.all()) == [young.file]


# -- at the same time; SQLite has one writer at a time, and tests.fault does this to its file


def at_once(times: int, act: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads got; they begin together."""
    barrier = threading.Barrier(times)

    def begin(number: int) -> Any:
        try:
            barrier.wait(20)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


postgres_only = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs writers that overlap: PostgreSQL (make postgres)"
)


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_fifty_uploads_of_the_same_bytes_are_one_job() -> None:
    batch, file = a_batch(), a_file()
    made = at_once(40, lambda number: jobs.add(batch, file, f"act {number}.txt"))
    assert sum(new for _, new in made) == 1
    assert len({job.pk for job, _ in made}) == 1


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_many_workers_claim_a_job_once() -> None:
    job = a_job()
    tokens = at_once(20, lambda number: IngestJob.objects.claim(job.pk, f"worker {number}"))
    assert sorted(token for token in tokens if token) == [1]
    assert again(job).attempts == 1


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_many_sweepers_bring_a_lost_job_back_once_and_one_tells_a_worker() -> None:
    job = a_job(State.RUNNING, lease_until=Now() - SECOND, attempts=1, token=1)
    told = at_once(8, lambda number: [pk for pk in jobs.sweep() if IngestJob.objects.take_hint(pk)])
    assert [pk for told_by_one in told for pk in told_by_one] == [job.pk]
    assert (again(job).state, again(job).attempts) == (State.QUEUED, 1)


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_cancelled_and_ended_at_once_is_one_of_the_two() -> None:
    for _ in range(10):
        job = a_job()
        lease = claimed(job)

        def act(number: int, job: IngestJob = job, lease: jobs.Lease = lease) -> bool:
            if number:
                return jobs.cancel(job)
            try:
                lease.end(State.READY, message="done")
            except jobs.LeaseLost:
                return False
            return True

        assert sorted(at_once(2, act)) == [False, True]
        assert again(job).state in (State.READY, State.CANCELLED)
