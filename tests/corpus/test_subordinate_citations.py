"""Regulations, clauses and paragraphs of schedules as cited, and what the shelf has of them."""

from __future__ import annotations

import datetime as dt

import pytest

from corpus.citations import find_all, find_citations
from corpus.models import Collection, Section
from corpus.resolve import resolve_all
from corpus.types import Filters, Kind, Resolution
from tests.corpus.test_resolve import add

CITED = [
    ("reg. 4 of the Hive Regulations 2019", "Hive Regulations 2019", "4", ()),
    ("Hive Regulations 2019, reg. 4(2)", "Hive Regulations 2019", "4", ("2",)),
    ("regulation 4A of the Hive Regulations 2019", "Hive Regulations 2019", "4A", ()),
    ("clause 4 of the Hive Act 2019", "Hive Act 2019", "4", ()),
    ("Hive Act 2019 cl. 4", "Hive Act 2019", "4", ()),
    ("Schedule 1 para. 3 of the Hive Act 2019", "Hive Act 2019", "Schedule 1 para. 3", ()),
    ("Hive Act 2019, Sch. 1, paragraph 3(2)", "Hive Act 2019", "Schedule 1 para. 3", ("2",)),
    ("clause 2 of Article 19 of the Constitution of India", "Constitution of India", "19", ("2",)),
    # A long name with the number behind it.
    ("Constitution of India Art. 19(1)(a)", "Constitution of India", "19", ("1", "a")),
    ("Constitution of Utopia Art. 19", "Constitution of Utopia", "19", ()),
    ("Code of Civil Procedure Section 4", "Code of Civil Procedure", "4", ()),
    ("Hive Act s. 3", "Hive Act", "3", ()),
]


@pytest.mark.parametrize(("text", "document", "section", "pin"), CITED, ids=[row[0] for row in CITED])
def test_one_place_is_cited(text: str, document: str, section: str, pin: tuple[str, ...]) -> None:
    [cite] = find_citations(f"What follows from {text}?")
    assert (cite.document, cite.section, cite.pin) == (document, section, pin)


@pytest.mark.parametrize(
    "text",
    [
        "clause 4 of the NDA", "Schedule 1 para. 3 of the lease, cl. 5 and reg. 6", "regulation 12",
        "the clause I wrote, sch 4", "a bus schedule 5 days a week",
    ],
)  # fmt: skip
def test_places_in_other_papers_are_no_law(text: str) -> None:
    assert find_all(text) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What does reg. 4 of the Hive Regulations 2019 require?", "Hive Regulations 2019 reg. 4"),
        ("Hive Regulations 2019 regulation 4(1)", "Hive Regulations 2019 reg. 4"),
        ("clause 2 of the Comb Bill Act 2020", "Comb Bill Act 2020 cl. 2"),
        ("Comb Bill Act 2020, Schedule 1 para. 3", "Comb Bill Act 2020 Schedule 1 para. 3"),
    ],
)
def test_they_resolve_to_the_section_of_that_label(text: str, label: str) -> None:
    shelf = Collection.objects.create(slug="law", name="Law")
    add(shelf, Kind.REGULATION, "Hive Regulations 2019", ["3", "4", "40"], sign="reg.")
    add(shelf, Kind.STATUTE, "Comb Bill Act 2020", ["1", "2"], sign="cl.")
    add(shelf, Kind.STATUTE, "Wax Act 2020", ["2"], sign="cl.")
    act = Section.objects.get(label="Comb Bill Act 2020 cl. 2")
    Section.objects.create(
        document=act.document, edition=act.edition, path="sch1/p_3", label="Comb Bill Act 2020 Schedule 1 para. 3",
        text="3. Wax.", position=9, sha256="",
    )  # fmt: skip
    [found] = resolve_all(text, Filters(as_of=dt.date(2026, 1, 1)))
    assert found.resolution is Resolution.RESOLVED
    assert [Section.objects.get(pk=key).label for key in found.section_ids] == [label]
