"""Searches go to a worker and come back; what they may see is decided before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import searching
from api.models import Scope, Search
from corpus.index.errors import Unavailable
from corpus.models import Collection, User
from tests.api.calls import Program, a_key, is_problem
from tests.factories import a_collection

FOUND = {
    "section": 1, "document": 1, "label": "Bees Act Art. 1", "heading_path": "Bees Act", "text": "1. A keeper …", "start": 0,
    "end": 13, "score": 0.5, "named": False, "valid_from": "2020-01-01", "valid_to": None,
}  # fmt: skip
Worker = Callable[[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Worker | None], list[dict[str, Any]]]:
    """A worker that looks at once (None: there is none); returns what it was asked for."""
    wanted: list[dict[str, Any]] = []

    def hire(worker: Worker | None) -> list[dict[str, Any]]:
        def look(_: object, pk: str) -> None:
            wanted.append(Search.objects.get(pk=pk).wanted)
            if worker:
                monkeypatch.setattr(searching, "found_in", worker)
                searching.look(Search.objects.get(pk=pk).pk)

        monkeypatch.setattr("corpus.hints.tell", look)
        return wanted

    return hire


@pytest.mark.django_db
def test_what_a_worker_found_comes_back_and_nothing_is_kept(program: Program, work: Any) -> None:
    shelf = a_collection()
    wanted = work(lambda _: [FOUND])
    response = program.post("search/", {"text": "hives", "as_of": "2026-03-01", "limit": 3})
    assert response.json() == [FOUND]
    assert wanted == [
        {"text": "hives", "as_of": "2026-03-01", "limit": 3, "collections": [shelf.pk], "jurisdictions": []}
    ]
    assert not Search.objects.exists()


@pytest.mark.django_db
def test_a_search_sees_the_keys_shelves_only(person: User, work: Any) -> None:
    county = a_collection()
    a_collection("city")
    a_collection("others", access=Collection.Access.MATTER)
    wanted = work(lambda _: [])
    bound = Program(a_key(person, collections=[county])[1])
    assert bound.post("search/", {"text": "hives"}).json() == []
    assert wanted[0]["collections"] == [county.pk]
    assert is_problem(bound.post("search/", {"text": "hives", "collections": ["city"]}), 400, "no collection")


@pytest.mark.django_db
def test_without_a_worker_the_caller_is_told_so(
    program: Program, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_collection()
    monkeypatch.setattr(searching, "WAIT_SECONDS", 0.2)
    work(None)
    assert is_problem(program.post("search/", {"text": "hives"}), 503, "No worker")
    assert not Search.objects.exists()


@pytest.mark.django_db
def test_a_worker_that_cannot_search_says_why(program: Program, work: Any) -> None:
    a_collection()

    def fails(_: dict[str, Any]) -> list[dict[str, Any]]:
        raise Unavailable("The index is being built. Try again in a minute.")

    work(fails)
    assert is_problem(program.post("search/", {"text": "hives"}), 503, "being built")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "x", "limit": 0}, {"text": "x", "limit": 51}, {"text": "x" * 4_001}]
)
def test_what_cannot_be_searched_is_refused(program: Program, body: dict[str, Any]) -> None:
    assert is_problem(program.post("search/", body), 400)


@pytest.mark.django_db
def test_searching_needs_the_scope_for_reading(person: User) -> None:
    assert is_problem(Program(a_key(person, Scope.ASK)[1]).post("search/", {"text": "x"}), 403, "“read”")


def test_a_worker_finds_sections_of_the_collections_and_the_day(loaded: Path) -> None:
    shelf = Collection.objects.get(slug="county")
    wanted = {
        "text": "When must a hive be registered?",
        "as_of": "2026-03-01",
        "collections": [shelf.pk],
        "limit": 2,
    }
    found = searching.found_in({**wanted, "jurisdictions": []})
    assert found[0]["label"] == "Bees Act Art. 1"
    assert len(found) <= 2
    assert searching.found_in({**wanted, "jurisdictions": [], "collections": []}) == []
    before = dt.date(2019, 1, 1).isoformat()
    assert searching.found_in({**wanted, "jurisdictions": [], "as_of": before}) == []
