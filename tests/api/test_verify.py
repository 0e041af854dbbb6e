"""Any text verified over the interface."""

from __future__ import annotations

from typing import Any

import pytest

from api.models import Scope
from corpus.models import Collection, User
from tests import library
from tests.api.calls import Program, a_key, is_problem

pytestmark = pytest.mark.django_db
BRIEF = (
    "Article 1(1) of the Bees Act: “may register every hive with the county”. See Article 9 of the Bees Act."
)


@pytest.fixture(autouse=True)
def law() -> None:
    library.record(library.section(1, library.BEES, "Registration"))


def test_every_fact_comes_back_by_itself(program: Program) -> None:
    found = program.post("verify/", {"text": BRIEF, "as_of": "2026-03-01"}).json()
    assert [one["existence"] for one in found["citations"]] == ["in_force", "missing"]
    (quotation,) = found["quotations"]
    assert (quotation["wording"], quotation["cited"]) == ("departs", "Bees Act Art. 1")
    changed = [(piece["kind"], piece["text"].strip()) for piece in quotation["differences"]]
    assert ("removed", "shall") in changed
    assert ("added", "may") in changed
    assert BRIEF[quotation["start"] : quotation["end"]] == "may register every hive with the county"
    assert found["counts"]["bad"] == 2


def test_only_the_keys_shelves_are_looked_at(person: User) -> None:
    other = Collection.objects.create(slug="other", name="Other")
    bound = Program(a_key(person, Scope.ASK, collections=[other])[1])
    found = bound.post("verify/", {"text": BRIEF}).json()
    assert {one["existence"] for one in found["citations"]} == {"not_held"}
    assert found["quotations"][0]["section"] is None
    assert is_problem(bound.post("verify/", {"text": BRIEF, "collections": ["county"]}), 400, "no collection")


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": "x" * 200_001}, {"text": "x", "as_of": "1066-10-14"}, {"text": ["x"]}],
    ids=["nothing", "empty", "long", "early", "list"],
)
def test_what_cannot_be_verified_is_refused(program: Program, body: dict[str, Any]) -> None:
    assert is_problem(program.post("verify/", body), 400)


def test_verifying_needs_the_scope_for_asking(person: User) -> None:
    assert is_problem(Program(a_key(person, Scope.READ)[1]).post("verify/", {"text": BRIEF}), 403, "“ask”")
