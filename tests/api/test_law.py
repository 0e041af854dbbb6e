"""Law over the interface: only from the shelves that the key may read, and of the day that is asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from api.models import Scope
from corpus.models import Collection, Name, User
from tests.api.calls import Program, a_key, is_problem
from tests.factories import BEES, a_collection, a_document, a_section

pytestmark = pytest.mark.django_db
BEFORE = dt.date(2020, 1, 1)
CHANGED = dt.date(2024, 1, 1)


@pytest.fixture
def hidden() -> Collection:
    return a_collection("others", access=Collection.Access.MATTER)


def test_collections_are_those_that_the_key_may_read(program: Program, hidden: Collection) -> None:
    a_collection()
    listed = program.get("collections/").json()
    assert [row["slug"] for row in listed["results"]] == ["county"]
    assert set(listed["results"][0]) == {"slug", "name", "access", "publisher", "licence", "covered_through"}


def test_documents_are_found_by_words_of_their_names(program: Program, hidden: Collection) -> None:
    bees = a_document()
    a_document(
        bees.collection, key="wasps", title="Act on Wasps", short_title="Wasps Act", citation="Act 8/2020"
    )
    a_document(hidden, key="secret", title="Act on Bees and Secrets")
    found = program.get("documents/", find="bees").json()["results"]
    assert [row["id"] for row in found] == [bees.pk]
    assert found[0]["collection"] == "county"


def test_what_another_may_read_is_not_there(program: Program, hidden: Collection) -> None:
    secret = a_section(a_document(hidden))
    for address in (
        f"documents/{secret.document_id}/",
        f"documents/{secret.document_id}/sections/",
        f"sections/{secret.pk}/",
    ):
        assert is_problem(program.get(address), 404)
    assert is_problem(program.get("documents/", collection="others"), 400, "no collection")
    assert is_problem(program.get("documents/", collection="nowhere"), 400, "no collection")


def test_a_key_bound_to_one_shelf_does_not_see_its_owners_others(person: User) -> None:
    county, city = a_collection(), a_collection("city")
    inside, outside = a_section(a_document(county)), a_section(a_document(city))
    bound = Program(a_key(person, collections=[county])[1])
    assert bound.get(f"sections/{inside.pk}/").status_code == 200
    assert is_problem(bound.get(f"sections/{outside.pk}/"), 404)


def test_a_section_comes_with_its_text_its_document_and_its_days(program: Program) -> None:
    section = a_section()
    found = program.get(f"sections/{section.pk}/").json()
    assert found["text"] == BEES
    assert (found["valid_from"], found["valid_to"]) == ("2020-01-01", None)
    assert found["document"]["short_title"] == "Bees Act"
    assert found["edition"]["dated"] == "2020-01-01"


def test_the_sections_of_a_document_are_those_of_the_day(program: Program) -> None:
    old = a_section(valid_to=CHANGED)
    new = a_section(old.document, text="1. Nobody keeps bees.", valid_from=CHANGED)
    address = f"documents/{old.document_id}/sections/"
    then, now = (program.get(address, as_of=day).json()["results"] for day in (BEFORE, CHANGED))
    assert [[row["id"] for row in rows] for rows in (then, now)] == [[old.pk], [new.pk]]
    assert "text" not in now[0]


def test_a_citation_is_resolved_for_its_day(program: Program) -> None:
    old = a_section(valid_to=CHANGED)
    new = a_section(old.document, text="1. Nobody keeps bees.", valid_from=CHANGED)
    Name.objects.create(document=old.document, name=Name.normalise("Bees Act"))
    then = program.get("sections/", citation="Art. 1 Bees Act", as_of=BEFORE).json()
    now = program.get("sections/", citation="Art. 1 Bees Act").json()
    assert [(one["resolution"], [row["id"] for row in one["sections"]]) for one in (*then, *now)] == [
        ("resolved", [old.pk]), ("resolved", [new.pk]),
    ]  # fmt: skip


def test_a_citation_of_what_is_not_there_says_so(program: Program) -> None:
    document = a_section().document
    Name.objects.create(document=document, name=Name.normalise("Bees Act"))
    (found,) = program.get("sections/", citation="Art. 99 Bees Act").json()
    assert (found["resolution"], found["sections"]) == ("not_found", [])
    assert found["detail"]


def test_a_citation_reaches_no_shelf_of_others(program: Program, hidden: Collection) -> None:
    document = a_section(a_document(hidden)).document
    Name.objects.create(document=document, name=Name.normalise("Bees Act"))
    found = program.get("sections/", citation="Art. 1 Bees Act").json()
    assert all(not one["sections"] and one["resolution"] == "not_found" for one in found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param({}, "required", id="nothing"),
        pytest.param({"citation": "x" * 501}, "500", id="long"),
        pytest.param({"citation": "Art. 1\x00"}, "Null", id="nul"),
        pytest.param({"citation": "Art. 1", "as_of": "yesterday"}, "as_of", id="no-day"),
        pytest.param({"citation": "Art. 1", "as_of": "1500-01-01"}, "1700", id="too-early"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_with_a_sentence(
    program: Program, query: dict[str, str], words: str
) -> None:
    assert is_problem(program.get("sections/", **query), 400, words)


def test_lists_come_in_pages(program: Program) -> None:
    document = a_document()
    for number in range(1, 4):
        a_section(document, number)
    address = f"documents/{document.pk}/sections/"
    first = program.get(address, limit=2).json()
    second = program.get(address, limit=2, page=2).json()
    assert (first["count"], len(first["results"]), len(second["results"])) == (3, 2, 1)
    assert is_problem(program.get(address, page=9), 404)


def test_reading_needs_the_scope_for_it(person: User) -> None:
    program = Program(a_key(person, Scope.ASK)[1])
    assert is_problem(program.get("collections/"), 403, "“read”")
