"""Retrieval on a small shelf: filters first, cited sections and named instruments first, only live rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from corpus.models import Collection, Section
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.keywords import rules
from lawqa.retrieval import LIMIT, rank, retrieve
from lawqa.retrieval.fusion import fuse, weights_for
from lawqa.types import Query, Source
from tests.library import forget_all

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 1, 1)


def query(text: str, **limits: Any) -> Query:
    filters = Filters(**{"as_of": DAY, **limits})
    named = resolve_all(text, filters)
    return Query(text=text, keywords=rules.extract(text), named=named, filters=filters)


def found(text: str, **limits: Any) -> list[Source]:
    return retrieve(query(text, **limits))


def labels(text: str, **limits: Any) -> list[str]:
    return [source.label for source in found(text, **limits)]


def shelf(slug: str) -> frozenset[int]:
    return frozenset({Collection.objects.get(slug=slug).pk})


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("How long do I have to register a hive?", "Bees Act Art. 1"),
        ("What must the label on a jar of honey say?", "Bees Act Art. 2"),
        ("Who takes away a nest of wasps?", "Bees Act Art. 3"),
        ("How long may a boat stay in the harbour?", "Boats Act § 1"),
    ],
)
@pytest.mark.usefixtures("loaded")
def test_the_section_that_answers_comes_first(text: str, first: str) -> None:
    assert labels(text)[0] == first


@pytest.mark.usefixtures("loaded")
def test_every_section_comes_once_under_a_marker_of_its_own() -> None:
    sources = found("hive")
    assert [source.marker for source in sources] == [f"S{n}" for n in range(1, len(sources) + 1)]
    assert len({source.section_id for source in sources}) == len(sources) == 5 <= LIMIT


@pytest.mark.usefixtures("loaded")
def test_a_source_is_its_row() -> None:
    source = found("How long may a boat stay in the harbour?")[0]
    row = Section.objects.get(pk=source.section_id)
    assert (source.label, source.heading, source.section_text) == (row.label, "Mooring", row.text)
    assert source.text == row.text[source.start : source.end]
    assert (source.jurisdiction, source.kind, source.document_title) == ("yy", "statute", "Act on Boats")
    assert source.heading_path == "Boats Act > § 1 Mooring"
    assert source.valid_from == dt.date(2022, 1, 1)
    assert source.similarity is not None
    assert not source.named


@pytest.mark.usefixtures("loaded")
def test_filters_decide_before_ranking() -> None:
    text = "How long do I have to register a hive?"
    assert {label[:9] for label in labels(text, collections=shelf("harbour"))} == {"Boats Act"}
    assert {label[:8] for label in labels(text, collections=shelf("county"))} == {"Bees Act"}
    assert {label[:9] for label in labels(text, jurisdictions=frozenset({"yy"}))} == {"Boats Act"}
    assert {label[:8] for label in labels(text, as_of=dt.date(2021, 12, 31))} == {"Bees Act"}
    assert labels(text, as_of=dt.date(2019, 12, 31)) == []
    assert labels(text, collections=frozenset()) == []


@pytest.mark.usefixtures("loaded")
def test_filters_hold_for_what_is_cited_too() -> None:
    text = "What does Article 3 of the Bees Act say?"
    assert labels(text)[0] == "Bees Act Art. 3"
    assert {label[:9] for label in labels(text, collections=shelf("harbour"))} == {"Boats Act"}


@pytest.mark.usefixtures("loaded")
def test_a_cited_section_comes_first_whatever_the_words_say() -> None:
    first, *others = found(
        "Does Article 3 of the Bees Act say how long a hive may go without being registered?"
    )
    assert (first.label, first.named) == ("Bees Act Art. 3", True)
    assert not any(source.named for source in others)


@pytest.mark.usefixtures("loaded")
def test_cited_sections_come_in_the_order_of_citation() -> None:
    sources = found("Compare § 2 of the Boats Act with Article 1 of the Bees Act.")
    assert [source.label for source in sources[:2]] == ["Boats Act § 2", "Bees Act Art. 1"]
    assert [source.named for source in sources[:3]] == [True, True, False]


@pytest.mark.usefixtures("loaded")
def test_a_named_instrument_comes_before_the_others() -> None:
    text = "How long do I have to register a hive?"
    assert labels(text)[0] == "Bees Act Art. 1"
    named = labels(f"Under the Boats Act, {text}")
    assert [label[:9] for label in named[:2]] == ["Boats Act", "Boats Act"]
    assert {label[:8] for label in named[2:]} == {"Bees Act"}


@pytest.mark.usefixtures("loaded")
def test_what_the_index_has_and_the_rows_no_longer_allow_is_not_shown() -> None:
    text = "Who takes away a nest of wasps?"
    Section.objects.filter(path="art_3").update(valid_to=dt.date(2023, 1, 1))
    assert "Bees Act Art. 3" not in labels(text)
    Section.objects.filter(path="art_2").delete()
    assert labels(text, collections=shelf("county")) == ["Bees Act Art. 1"]


@pytest.mark.usefixtures("loaded")
def test_the_limit_counts_shown_sections() -> None:
    Section.objects.filter(path="art_1").update(valid_to=dt.date(2023, 1, 1))
    assert len(retrieve(query("Where must a hive be registered?"), limit=2)) == 2


@pytest.mark.usefixtures("loaded")
def test_the_same_question_gives_the_same_order() -> None:
    text = "bees honey wasps boats"
    assert rank(query(text), limit=30) == rank(query(text), limit=30)


@pytest.mark.usefixtures("loaded")
def test_only_words_that_are_searched_for_count_for_the_length_of_a_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights: list[tuple[float, ...]] = []

    def fused(lists: Sequence[Mapping[int, float]], own: Sequence[float]) -> list[tuple[int, float]]:
        weights.append(tuple(own))
        return fuse(lists, own)

    monkeypatch.setattr("lawqa.retrieval.fuse", fused)
    long = "Hive, honey, jar, label, wasp, nest, boat, harbour, mooring, county, school, colony, fee, keeper, swarm"
    for text in (
        "How long may I wait?",
        "Is it for me and for you and for all of them to be there or not?",
        long,
    ):
        found(text)
    assert weights == [weights_for(0), weights_for(0), weights_for(15)]


@pytest.mark.usefixtures("loaded")
def test_words_that_the_shelf_does_not_know_find_by_meaning_alone() -> None:
    assert labels("Quousque tandem abutere?")


@pytest.mark.usefixtures("loaded")
def test_an_empty_shelf_finds_nothing() -> None:
    forget_all()
    assert found("How long do I have to register a hive?") == []
