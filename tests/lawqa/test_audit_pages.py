"""The audit log as admins see it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from django.test import Client

import audit
from audit.models import Entry
from audit.verify import CLOSING, verify
from corpus.models import User
from corpus.roles import Role
from lawqa import audit_pages

pytestmark = pytest.mark.django_db
ADDRESS = "/audit/"


def a_person(name: str, role: Role) -> User:
    return User.objects.create_user(name, f"{name}@firm.example", role=role)


@pytest.fixture
def several_people(settings: LazySettings) -> None:
    """Hosts are named, so that everybody signs in."""
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False


@pytest.fixture
def admin(client: Client, several_people: None) -> User:
    user = a_person("ada", Role.ADMIN)
    client.force_login(user)
    return user


def page(response: Any) -> str:
    return str(response.content.decode())


def shown(client: Client, query: str = "") -> list[int]:
    """The numbers of the entries on the page."""
    return [int(number) for number in re.findall(r'class="place">(\d+)<', page(client.get(ADDRESS + query)))]


@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR, Role.LIBRARIAN])
def test_it_is_for_admins(client: Client, several_people: None, role: Role) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(a_person("eve", role))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS).status_code == 403
    assert client.post("/audit/export").status_code == 403


def test_entries_are_shown_in_words_the_latest_first(client: Client, admin: User) -> None:
    audit.record(
        "answer.exported", admin, subject="question:7", facts={"form": "docx", "cited": [1, 2], "of": None}
    )
    text = page(client.get(ADDRESS))
    for words in ("Answer exported", "question:7", "ada", "docx", "1, 2", "none", "Signed in"):
        assert words in text, words
    assert shown(client) == [2, 1]
    assert Entry.objects.all()[0].digest in text


def test_what_an_entry_holds_is_never_html(client: Client, admin: User) -> None:
    said = "<script>alert(1)</script>"
    audit.record("x.y", User(pk=9, username=said), subject=said, facts={"<b>": said})
    text = page(client.get(ADDRESS))
    assert "<script>alert" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text


@pytest.fixture
def some(admin: User) -> None:
    """Behind ada's sign-in (1): two of bo's (2, 3) and one of nobody's (4)."""
    bo = a_person("bo", Role.READER)
    audit.record("question.asked", bo, subject="question:1")
    audit.record("answer.exported", bo, subject="question:1")
    audit.record("document.failed", None, subject="job:1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [4, 3, 2, 1]),
        ("?action=question.asked", [2]),
        ("?action=question.", [2]),
        ("?action=nothing.known", []),
        ("?actor=b", [3, 2]),
        ("?actor=BO&action=answer.", [3]),
        ("?subject=question:1", [3, 2]),
        ("?subject=question", []),
        ("?since=2020-01-01&until=2100-01-01", [4, 3, 2, 1]),
        ("?since=2099-01-01", []),
        ("?until=2020-01-01", []),
        ("?before=3", [2, 1]),
    ],
)
def test_they_can_be_looked_through(client: Client, some: None, query: str, found: list[int]) -> None:
    assert shown(client, query) == found


@pytest.mark.parametrize(
    "query", ["?since=yesterday", "?until=0001-01-01", "?before=x", "?actor=%00", "?before=" + "9" * 40]
)
def test_what_cannot_be_meant_is_said_and_shows_none(client: Client, some: None, query: str) -> None:
    response = client.get(ADDRESS + query)
    assert (response.status_code, shown(client, query)) == (400, [])
    assert 'class="error"' in page(response)


def test_a_long_log_goes_on_behind_its_last_entry(client: Client, admin: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit_pages, "ENTRIES_A_PAGE", 2)
    for _ in range(3):
        audit.record("question.asked", admin)
    assert shown(client) == [4, 3]
    assert "?before=3" in page(client.get(ADDRESS))
    assert shown(client, "?before=3") == [2, 1]
    assert 'rel="next"' not in page(client.get(ADDRESS + "?before=3"))


def test_it_is_checked_on_request(client: Client, some: None) -> None:
    assert "nothing was altered" in page(client.post(ADDRESS, follow=True))
    assert Entry.objects.all()[0].action == "audit.verified"
    super(type(Entry.objects.all()), Entry.objects.filter(number=2)).update(actor_name="eve")
    text = page(client.post(ADDRESS, follow=True))
    assert "Entry 2 was altered" in text
    assert "nothing was altered" not in text


def test_it_is_taken_away_whole_and_that_is_recorded(client: Client, some: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit_pages, "CHUNK", 2)
    response: Any = client.post("/audit/export")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "no-store"

    async def whole() -> str:
        return "".join([part.decode() async for part in response.streaming_content])

    rows = [json.loads(line) for line in async_to_sync(whole)().splitlines()]
    assert set(rows[-1]) == CLOSING
    assert [row["number"] for row in rows[:-1]] == [1, 2, 3, 4, 5]
    assert rows[4]["action"] == "audit.exported"
    assert verify(rows[:-1], [audit.keys.key()]).signed == 5
