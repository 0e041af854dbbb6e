"""The log itself: entries that follow from each other, and that nobody changes."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction

import audit
from audit import keys, triggers
from audit.chain import line
from audit.models import AppendOnly, Entry
from audit.secret import kept_secret
from audit.verify import NOTHING, verify
from corpus.models import User

pytestmark = pytest.mark.django_db


def lines() -> list[dict[str, Any]]:
    return [line(entry) for entry in Entry.objects.order_by("number")]


def test_entries_are_numbered_without_a_gap_and_each_names_the_digest_before_it() -> None:
    for _ in range(3):
        audit.record("question.asked", None)
    first, second, third = Entry.objects.order_by("number")
    assert [entry.number for entry in (first, second, third)] == [1, 2, 3]
    assert first.previous == NOTHING
    assert (second.previous, third.previous) == (first.digest, second.digest)


def test_an_entry_says_who_did_what_to_what() -> None:
    user = User.objects.create_user("ada")
    before = dt.datetime.now(dt.UTC)
    audit.record("answer.exported", user, subject="question:7", facts={"form": "docx", "cited": [1, 2]})
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.actor_name) == ("answer.exported", user.pk, "ada")
    assert (entry.subject, entry.facts) == ("question:7", {"form": "docx", "cited": [1, 2]})
    assert before <= entry.at <= dt.datetime.now(dt.UTC)


def test_an_entry_outlives_the_person_whom_it_names() -> None:
    user = User.objects.create_user("ada")
    audit.record("question.asked", user)
    user.delete()
    assert Entry.objects.get().actor_name == "ada"
    assert verify(lines(), [keys.key()]).whole


def test_who_has_not_signed_in_is_nobody() -> None:
    audit.record("question.asked", AnonymousUser())
    assert (Entry.objects.get().actor, Entry.objects.get().actor_name) == (None, "")


def test_a_deed_that_is_undone_leaves_no_entry_and_no_gap() -> None:
    audit.record("question.asked", None)
    with transaction.atomic():
        audit.record("question.removed", None)
        transaction.set_rollback(True)
    audit.record("question.stopped", None)
    assert list(Entry.objects.order_by("number").values_list("number", "action")) == [
        (1, "question.asked"), (2, "question.stopped"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "action", ["", "asked", "Question.asked", "question asked", "a." + "b" * 60, "question.asked\n"]
)
def test_an_action_of_another_form_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match=r"noun\.verb"):
        audit.record(action, None)


@pytest.mark.parametrize("fact", [float("nan"), dt.date(2026, 1, 1), b"bytes"])
def test_facts_that_json_cannot_say_are_refused(fact: Any) -> None:
    with pytest.raises(ValueError, match=r"JSON|range"):
        audit.record("question.asked", None, facts={"fact": fact})
    assert not Entry.objects.exists()


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d", "x" * 500, "§ 17 — ü 漢", '"}\n{"'])
def test_whatever_a_subject_or_a_fact_holds_is_kept_and_verifies(text: str) -> None:
    audit.record("question.asked", User(pk=1, username=text), subject=text, facts={"said": text})
    assert verify(lines(), [keys.key()]).problems == []
    assert Entry.objects.get().facts == {"said": text}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda entry: entry.save(), id="save"),
        pytest.param(lambda entry: entry.delete(), id="delete"),
        pytest.param(lambda entry: Entry.objects.update(action="x.y"), id="update"),
        pytest.param(lambda entry: Entry.objects.all().delete(), id="delete-many"),
        pytest.param(lambda entry: Entry.objects.bulk_update([entry], ["action"]), id="bulk-update"),
    ],
)
def test_the_project_itself_cannot_change_an_entry(change: Callable[[Entry], object]) -> None:
    audit.record("question.asked", None)
    with pytest.raises(AppendOnly):
        change(Entry.objects.get())


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x.y'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_an_entry(statement: str) -> None:
    triggers.install(connection)
    audit.record("question.asked", None)
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        execute(statement)
    triggers.remove(connection)
    execute(statement)  # the guard is what refused it


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_entry_with_a_number_that_is_taken_is_refused_and_not_written_over() -> None:
    audit.record("question.asked", None)
    entry = Entry.objects.get()
    entry._state.adding, entry.action = True, "x.y"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    assert Entry.objects.get().action == "question.asked"


def test_words_are_hashed_under_the_key(settings: LazySettings) -> None:
    settings.LAWQA_AUDIT_KEY = "one"
    one = audit.hashed("Must a hive be registered?")
    assert one == audit.hashed("Must a hive be registered?")
    assert one != audit.hashed("Must a hive be registered ?")
    settings.LAWQA_AUDIT_KEY = "two"
    assert one != audit.hashed("Must a hive be registered?")


def test_the_key_is_made_once_and_readable_by_its_owner_only(data_folder: Path) -> None:
    made = keys.key()
    file = data_folder / "audit_key"
    assert file.read_bytes() == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept_secret(file).encode() == made
    assert len(made) >= 64


def test_entries_of_two_keys_verify_with_both(settings: LazySettings) -> None:
    for key in ("one", "two"):
        settings.LAWQA_AUDIT_KEY = key
        audit.record("question.asked", None)
    assert verify(lines(), [b"one", b"two"]).signed == 2
    assert (verify(lines(), [b"two"]).signed, verify(lines(), [b"two"]).unchecked) == (1, 1)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs writers that overlap: PostgreSQL (make postgres)"
)
@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    def write() -> None:
        try:
            for _ in range(5):
                with transaction.atomic():
                    audit.record("question.asked", None)
        finally:
            connection.close()

    keys.key()
    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify(lines(), [keys.key()])
    assert (report.problems, report.signed) == ([], 20)
