"""Clocks that are hours apart, and two of what there is one of: nothing is taken from who works on it, nothing is done twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from corpus import jobs, tasks
from corpus.models import Collection, IngestJob, User
from corpus.roles import Role
from lawqa.models import Answer, Event, Question
from tests.fault import law
from tests.fault.checker import check
from tests.fault.clocks import CLOCK
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader
from tests.waiting import until

State = IngestJob.State
FILES = 60 if FULL else 2
LONG = 12
"""Sections of a file, so that there is time to take it away."""
SLOW = (*QUICK, "slow-embedding", "slow-answers")
AHEAD, BEHIND, STEPS = [2.0], [-2.0], [2.0, -2.0, 0.0]
CLOCKS = [pytest.param(STEPS, id="steps")]
CLOCKS += [pytest.param(AHEAD, id="ahead"), pytest.param(BEHIND, id="behind")] if FULL else []


def set_clock(found: Installation, hours: float) -> str:
    """The file that tells a process by how much it is wrong."""
    path = found.data / "clock"
    whole = path.with_suffix(".new")
    whole.write_text(str(hours))
    whole.replace(path)
    return str(path)


def work_with_wrong_clocks(found: Installation, hours: list[float]) -> None:
    """One worker of files and one of questions have wrong clocks, which may step; all others are right."""
    wrong = {CLOCK: set_clock(found, hours[0])}
    Collection.objects.create(slug="county", name="County")
    for number in range(FILES):
        found.add(f"act {number}.txt", law.text(number, LONG))
    found.start("ingester", patches=["wrong-clock"], **wrong)
    found.start("worker", patches=["wrong-clock"], **wrong)
    for role in ("second", "beat"):
        found.start(role)
    found.serve()
    asked = Reader(found.port).ask("Who shall register every hive?", "county")
    assert asked.status == 302
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(Reader(found.port).get, f"{asked.location.rstrip('/')}/events")
        until(lambda: IngestJob.objects.filter(done__gt=0).exists(), 60, "work begins")
        for step in hours[1:]:
            time.sleep(1)
            set_clock(found, step)
        found.settle(60 + 10 * FILES)
        assert b"event: done" in page.result().body
    nothing_was_taken()
    check(found)


def nothing_was_taken() -> None:
    assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}
    assert set(IngestJob.objects.values_list("attempts", flat=True)) == {1}, "taken from a living worker"
    assert set(Question.objects.values_list("state", "attempts")) == {("done", 1)}, (
        "taken from a living worker"
    )
    assert Answer.objects.count() == Question.objects.count()
    stages = Event.objects.filter(kind="stage", data__name="writing").count()
    assert stages == Question.objects.count(), "written twice"


@pytest.mark.parametrize("hours", CLOCKS)
def test_a_worker_whose_clock_is_wrong_harms_nothing(install: Installing, hours: list[float]) -> None:
    work_with_wrong_clocks(install(patches=SLOW), hours)


@pytest.mark.skipif(
    not FULL, reason="a sweep falls into work for sure only at full size; tests of questions hold it by rows"
)
def test_without_the_database_s_clock_the_living_lose_their_work(install: Installing) -> None:
    with pytest.raises(AssertionError, match=r"taken from a living worker|all jobs end"):
        work_with_wrong_clocks(install(patches=(*SLOW, "own-clock")), BEHIND)


@pytest.mark.parametrize("hours", [AHEAD, BEHIND], ids=["ahead", "behind"])
def test_sessions_survive_pages_whose_clock_is_wrong(install: Installing, hours: list[float]) -> None:
    """Somebody signed in by right pages is signed in at wrong ones, and nobody else is."""
    found, browser = install(), Client()
    person = User.objects.create_user("anna", role=Role.READER)
    browser.force_login(person)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    firm = {"LAWQA_ALLOWED_HOSTS": "127.0.0.1,law.example", "LAWQA_PLAIN_HTTP": "1"}
    wrong = {CLOCK: set_clock(found, hours[0]), "LAWQA_SECRET_KEY": settings.SECRET_KEY}
    found.start("web", patches=["wrong-clock"], **firm, **wrong)
    until(found.answers, 30, "the pages answer")
    reader = Reader(found.port)
    assert reader.get("/questions/").status == 302, "nobody is asked to sign in"
    reader.session = session
    for _ in range(3):
        assert reader.get("/questions/").status == 200
    assert browser.session.session_key == session
    assert browser.session["_auth_user_id"] == str(person.pk)


def begin_twice(found: Installation) -> None:
    """Two beats send the sweeps, two workers sweep; of the files nobody was told."""
    for number in range(FILES + 3):
        found.add(f"act {number}.txt", law.text(number, 2), hint=False)
    for role in ("beat", "beat-2", "ingester", "second"):
        found.start(role)
    found.settle(90)
    assert set(IngestJob.objects.values_list("attempts", flat=True)) == {1}, "done twice"
    assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}
    check(found)


def test_two_beats_and_two_sweepers_do_what_one_does(install: Installing) -> None:
    begin_twice(install())


def test_without_claims_work_is_done_twice(install: Installing) -> None:
    with pytest.raises(AssertionError, match=r"done twice|all jobs end"):
        begin_twice(install(patches=(*QUICK, "slow-embedding", "careless")))


def test_sweeps_of_one_moment_bring_a_job_back_once_and_tell_once(
    install: Installing, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, told = install(), list[str]()
    monkeypatch.setattr(tasks.ingest, "delay", told.append)
    lost = [found.add(f"act {number}.txt", law.text(number), hint=False) for number in range(5)]
    for job in lost:
        assert IngestJob.objects.claim(job.pk, "dead")
    IngestJob.objects.update(lease_until="2020-01-01T00:00:00Z")

    def sweep(_: int) -> None:
        try:
            for pk in jobs.sweep():
                tasks.hint(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sweep, range(8)))
    assert sorted(told) == sorted(str(job.pk) for job in lost)
    assert set(IngestJob.objects.values_list("state", "attempts", "token")) == {(State.QUEUED, 1, 1)}
