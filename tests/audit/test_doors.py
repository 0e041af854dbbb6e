"""What happens at each door stands in the log: once, in the transaction of the deed, without anybody's words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse

import audit
from audit.models import Entry
from corpus import files, jobs
from corpus.extraction.errors import NotSupported
from corpus.models import Collection, IngestJob, User
from corpus.packs.base import PackError
from corpus.roles import Role
from corpus.types import LoadReport
from lawqa import auditing
from lawqa.models import Question
from lawqa.records import Recorder
from lawqa.types import Draft, Finished, Keywords, Outcome, Query, Restated
from tests import factories
from tests.adding import ACT, a_batch, a_job, send, shelf, upload

pytestmark = pytest.mark.django_db
State = IngestJob.State


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("corpus.adding.hint", "corpus.adding_jobs.hint", "lawqa.asking.hint"):
        monkeypatch.setattr(module, lambda pk: None)


@pytest.fixture
def admin(client: Client) -> User:
    """Signed in, with every right; what was recorded of that is not looked at."""
    user = User.objects.create_user("ada", "ada@firm.example", role=Role.ADMIN)
    client.force_login(user)
    return user


def last() -> Entry:
    entry = Entry.objects.first()
    assert entry is not None
    return entry


def recorded() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("action", flat=True))


# Questions and answers


def test_a_question_is_recorded_by_whom_with_a_hash_and_without_its_words(
    client: Client, admin: User
) -> None:
    county = factories.a_collection()
    given = {"text": "Must Zanzibar Ltd register a hive?", "collections": ["county"], "as_of": "2026-03-01"}
    client.post("/", given)
    question, entry = Question.objects.get(), last()
    assert (entry.action, entry.actor, entry.subject) == (
        "question.asked",
        admin.pk,
        f"question:{question.pk}",
    )
    assert entry.facts == {
        "text_hash": audit.hashed(question.text), "as_of": "2026-03-01", "collections": [county.pk]
    }  # fmt: skip
    assert "Zanzibar" not in str(Entry.objects.values())


def test_a_question_that_is_not_saved_is_not_recorded(client: Client, admin: User, monkeypatch: Any) -> None:
    factories.a_collection()
    before = recorded()

    def broken(question: Question) -> None:
        audit.record("question.asked", None)
        raise ConnectionError

    monkeypatch.setattr(auditing, "asked", broken)
    with pytest.raises(ConnectionError):
        client.post("/", {"text": "Who?", "collections": ["county"], "as_of": "2026-03-01"})
    assert (Question.objects.count(), recorded()) == (0, before)


def finished(question: Question) -> Recorder:
    query = Query(
        text=question.text, keywords=Keywords(terms=()), named=(), filters=question.request().filters
    )
    recorder = Recorder(question)
    recorder.found(query, [])
    with recorder.stage("writing"):
        pass
    draft = Draft(outcome=Outcome.NO_MATCH, reason="Nothing.", writer="quoting")
    recorder.finish(
        Finished(restated=Restated(text=question.text), query=query, sources=(), draft=draft, claims=())
    )
    return recorder


def test_an_answer_is_recorded_with_what_it_rests_on() -> None:
    question = factories.a_question(state=Question.State.RUNNING)
    recorder = finished(question)
    entry = last()
    assert (entry.action, entry.subject) == ("answer.given", f"question:{question.pk}")
    assert entry.facts["record_sha256"] == recorder.answer.sealed.sha256
    assert (entry.facts["outcome"], entry.facts["shown"], entry.facts["sections"]) == ("no_match", 0, [])


def test_an_answer_that_was_stopped_or_failed_is_recorded(client: Client, admin: User) -> None:
    waiting = factories.a_question(asked_by=admin)
    client.post(reverse("stop", args=[waiting.pk]))
    assert recorded()[-2:] == ["answer.given", "question.stopped"]
    client.post(reverse("stop", args=[waiting.pk]))
    assert recorded()[-2:] == ["answer.given", "question.stopped"], "once"
    running = factories.a_question(state=Question.State.RUNNING, asked_by=admin)
    Question.objects.fail(running.pk, "It broke.")
    assert (last().action, last().subject) == ("answer.failed", f"question:{running.pk}")


@pytest.mark.parametrize(
    ("door", "form"),
    [
        ("answer_docx", "docx"),
        ("answer_print", "print"),
        ("answer_json", "json"),
        ("answer_record", "record"),
    ],
)
def test_an_export_is_recorded_with_its_form(client: Client, admin: User, door: str, form: str) -> None:
    question = factories.a_written_question()
    Question.objects.update(asked_by=admin)
    assert client.get(reverse(door, args=[question.pk])).status_code == 200
    assert (last().action, last().actor, last().facts) == ("answer.exported", admin.pk, {"form": form})


def test_an_export_that_is_refused_is_none(client: Client, admin: User) -> None:
    question = factories.a_question(asked_by=admin)
    before = recorded()
    assert client.get(reverse("answer_docx", args=[question.pk])).status_code == 409
    assert recorded() == before


def test_a_question_that_is_removed_leaves_its_entry(client: Client, admin: User) -> None:
    question = factories.an_answered_question(asked_by=admin)
    client.post(reverse("remove_question", args=[question.pk]))
    assert not Question.objects.exists()
    assert (last().action, last().actor, last().subject) == (
        "question.removed", admin.pk, f"question:{question.pk}",
    )  # fmt: skip


# Files and shelves


def test_a_file_is_recorded_once_without_its_name(client: Client, admin: User) -> None:
    shelf()
    assert send(client, upload("Zanzibar Ltd.txt")).status_code == 201
    job, entry = IngestJob.objects.get(), last()
    assert (entry.action, entry.actor, entry.subject) == ("document.added", admin.pk, f"job:{job.pk}")
    assert entry.facts == {"collection": job.collection_id}
    count = Entry.objects.count()
    assert send(client, upload("again.txt")).status_code == 200
    assert Entry.objects.count() == count, "the same bytes were there"
    assert "Zanzibar" not in str(Entry.objects.values())


@pytest.mark.parametrize(
    ("door", "state", "action"),
    [
        ("cancel", State.QUEUED, "document.cancelled"),
        ("retry", State.FAILED, "document.retried"),
        ("remove", State.READY, "document.withdrawn"),
        ("forget", State.REMOVED, "document.forgotten"),
    ],
)
def test_what_is_done_to_a_file_is_recorded_once(
    client: Client, admin: User, door: str, state: str, action: str
) -> None:
    job = a_job(state=state)
    for _ in range(2):
        client.post(reverse(f"corpus:{door}", args=[job.pk]))
    found = Entry.objects.filter(action=action)
    assert [(entry.actor, entry.subject) for entry in found] == [(admin.pk, f"job:{job.pk}")]


def test_a_withdrawal_that_fails_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    job = a_job(state=State.READY)

    def broken(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(ConnectionError):
        jobs.remove(job)
    job.refresh_from_db()
    assert job.state == State.READY, "and what cannot be recorded is not done"


def refuse(job: IngestJob, lease: jobs.Lease) -> None:
    raise NotSupported("It is a picture.")


def break_off(job: IngestJob, lease: jobs.Lease) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("flow", "times", "codes"),
    [(refuse, 1, ["not-supported"]), (break_off, 2, []), (break_off, 3, ["unexpected"])],
)
def test_a_file_that_failed_for_good_is_recorded(
    flow: Callable[..., None], times: int, codes: list[str]
) -> None:
    job = a_job()
    for _ in range(times):
        jobs.work(job.pk, "worker", flow)
    failed = Entry.objects.filter(action="document.failed", subject=f"job:{job.pk}")
    assert [entry.facts["code"] for entry in failed] == codes


def test_opening_an_original_is_recorded_once_however_many_pieces_are_fetched(
    client: Client, admin: User
) -> None:
    job = a_job(state=State.READY)
    address = reverse("corpus:job_file", args=[job.pk])
    for header in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=10-19"}, {"Range": "bytes=999999-"}):
        client.get(address, headers=header)
    opened = Entry.objects.filter(action="document.opened", subject=f"job:{job.pk}")
    assert opened.count() == 2, "the whole, and the first piece"


@pytest.mark.parametrize(
    ("report", "facts"),
    [
        (LoadReport(opened=2, closed=1), [{"whole": True, "opened": 2, "closed": 1}]),
        (LoadReport(unchanged=5), []),
        (PackError("It ends in the middle."), [{"whole": False}]),
    ],
)
def test_law_that_was_loaded_is_recorded(
    monkeypatch: pytest.MonkeyPatch, report: Any, facts: list[Any]
) -> None:
    county = factories.a_collection("in-constitution")

    def load(*_: Any, **__: Any) -> LoadReport:
        if isinstance(report, PackError):
            raise report
        return report  # type: ignore[no-any-return]  # of the table above

    monkeypatch.setattr("corpus.pipeline.load_law", load)
    with contextlib.suppress(CommandError):
        call_command("load_law", "in-constitution")
    loaded = Entry.objects.filter(action="law.loaded", subject=f"collection:{county.pk}")
    assert [entry.facts for entry in loaded] == facts


def test_a_shelf_that_is_made_by_adding_a_file_is_recorded_once(client: Client, admin: User) -> None:
    for name in ("one.txt", "two.txt"):
        assert send(client, upload(name, name.encode() * 9)).status_code == 201
    made = Entry.objects.filter(action="collection.created")
    assert [(entry.actor, entry.facts) for entry in made] == [(admin.pk, {"access": "firm"})]


# People


def test_signing_in_and_out_is_recorded(client: Client) -> None:
    user = User.objects.create_user("ada", "ada@firm.example", role=Role.READER)
    client.force_login(user)
    client.logout()
    assert recorded() == ["session.begin", "session.end"]
    assert last().subject == f"user:{user.pk}"


def test_a_refused_sign_in_is_recorded_without_the_name_or_the_password() -> None:
    User.objects.create_user("ada", "ada@firm.example", "correct horse battery")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    assert authenticate(request, username="Ada", password="battery staple") is None
    entry = last()
    assert (entry.action, entry.actor) == ("session.refused", None)
    assert entry.facts == {"name_hash": audit.hashed("ada"), "address": "192.0.2.7"}


def test_the_administration_records_which_fields_were_changed(client: Client) -> None:
    user = User.objects.create_superuser("root", "root@firm.example")
    client.force_login(user)
    county = factories.a_collection()
    data = {"slug": "county", "name": "Zanzibar", "access": "firm", "covered_through": "2026-03-01"}
    client.post(reverse("admin:corpus_collection_change", args=[county.pk]), data)
    entry = Entry.objects.filter(action="admin.changed").get()
    assert (entry.actor, entry.subject) == (user.pk, f"collection:{county.pk}")
    assert {"Name", "Access"} <= set(entry.facts["fields"])
    assert "Zanzibar" not in entry.facts_json
    client.post(reverse("admin:corpus_collection_delete", args=[county.pk]), {"post": "yes"})
    assert (last().action, Collection.objects.exists()) == ("admin.deleted", False)


def test_the_bytes_of_a_file_are_kept_whatever_is_recorded() -> None:
    """The store is no door: the job is."""
    before = recorded()
    files.store([ACT.encode()], "bytes.html")
    a_batch()
    assert recorded() == before
