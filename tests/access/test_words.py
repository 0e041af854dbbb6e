"""A matter's words are found by its members and weigh nothing for anybody else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import embedding
from corpus.index import generations, matters, source
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Collection, Document, Encoder, Generation, Passage
from corpus.types import Filters, Hit
from tests.isolation.asking import Asker, Foreign
from tests.isolation.firm import DIMENSION, FIRST_DAY, WORDS, Firm, Vectors, add_matters, canary, open_law

pytestmark = pytest.mark.django_db
QUESTIONS = [" ".join(WORDS[at : at + 3]) for at in range(0, len(WORDS), 3)]


@pytest.fixture
def firm(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    encoder = Encoder.objects.create(name="by chance", revision="1", dimension=DIMENSION)
    monkeypatch.setattr(embedding, "current_encoder", lambda: encoder)
    (data_folder / "index").mkdir()
    yield open_law(encoder, sections=60)
    shelf_of.cache_clear()


def law_alone(firm: Firm) -> Filters:
    return Filters(as_of=FIRST_DAY, collections=frozenset(shelf.pk for shelf in firm.law))


def ranked(firm: Firm) -> list[list[Hit]]:
    """What a stranger is given for the questions, scores and all, and what is known of the words."""
    shelf, filters = Shelf(firm.encoder), law_alone(firm)
    found = [shelf.search_lexical(question_terms(text), filters, 20) for text in QUESTIONS]
    counted, total = shelf.frequencies(list(WORDS))
    return [*found, [Hit(at, counted[word]) for at, word in enumerate(WORDS)], [Hit(0, total)]]


def grow(firm: Firm) -> None:
    add_matters(firm, matters=5, sentences=30)


def grow_and_build(firm: Firm) -> None:
    grow(firm)
    generations.build(firm.encoder)


@pytest.mark.parametrize("built", [True, False], ids=["law-in-an-index", "law-beside-an-index"])
@pytest.mark.parametrize("more", [grow, grow_and_build], ids=["matters-beside", "matters-built-in"])
def test_the_ranking_of_open_law_does_not_change_when_matters_are_added(
    firm: Firm, built: bool, more: Callable[[Firm], None]
) -> None:
    if built or more is grow_and_build:
        generations.build(firm.encoder)
    before = ranked(firm)
    more(firm)
    assert ranked(firm) == before


def test_without_the_protection_it_would_change(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    generations.build(firm.encoder)
    before = ranked(firm)
    monkeypatch.setattr(source, "matters", frozenset)
    grow_and_build(firm)
    assert ranked(firm) != before


@pytest.mark.parametrize("built", [True, False], ids=["built-in", "beside"])
def test_a_member_finds_the_words_of_his_matter_and_nobody_else_does(firm: Firm, built: bool) -> None:
    add_matters(firm, matters=3, sentences=4)
    if built:
        generations.build(firm.encoder)
    shelf, word = Shelf(firm.encoder), canary(0, 2)
    of_members = Filters(as_of=FIRST_DAY, collections=frozenset({firm.matters[0].pk}))
    of_others = Filters(as_of=FIRST_DAY, collections=frozenset({firm.matters[1].pk}))
    (hit,) = shelf.search_lexical({word: 1.0}, of_members, 10)
    assert word in Passage.objects.select_related("section").get(pk=hit.passage_id).text
    assert (
        shelf.search_lexical({word: 1.0}, of_others, 10)
        == shelf.search_lexical({word: 1.0}, law_alone(firm), 10)
        == []
    )
    assert shelf.frequencies([word])[0] == {word: 0}


def test_a_search_sees_what_has_come_into_a_matter_and_what_has_gone(firm: Firm) -> None:
    add_matters(firm, matters=1, sentences=2)
    shelf, mine = Shelf(firm.encoder), Filters(as_of=FIRST_DAY, collections=frozenset({firm.matters[0].pk}))
    assert shelf.search_lexical({canary(0, 1): 1.0}, mine, 10)
    add_matters(firm, matters=1, sentences=3, seed=1)
    later = Filters(as_of=FIRST_DAY, collections=frozenset({firm.matters[1].pk}))
    assert shelf.search_lexical({canary(0, 2): 1.0}, later, 10)
    Document.objects.filter(collection=firm.matters[0]).delete()
    assert shelf.search_lexical({canary(0, 1): 1.0}, mine, 10) == []


@pytest.mark.parametrize("built", [True, False], ids=["built-in", "beside"])
def test_a_shelf_that_ceases_to_be_a_matter_is_found_as_before(firm: Firm, built: bool) -> None:
    add_matters(firm, matters=1, sentences=2)
    if built:
        generations.build(firm.encoder)
    shelf, everybody = (
        Shelf(firm.encoder),
        Filters(as_of=FIRST_DAY, collections=frozenset({firm.matters[0].pk})),
    )
    before = shelf.search_lexical({canary(0, 1): 1.0}, everybody, 10)
    assert before
    Collection.objects.filter(pk=firm.matters[0].pk).update(access=Collection.Access.PUBLIC)
    for searched in (shelf, Shelf(firm.encoder) if built else shelf):
        assert searched.search_lexical({canary(0, 1): 1.0}, everybody, 10) == before
    generations.build(firm.encoder)
    assert Shelf(firm.encoder).search_lexical({canary(0, 1): 1.0}, everybody, 10)


def test_memory_holds_no_more_matters_than_there_is_room_for(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matters, "MOST_PASSAGES", 8)
    add_matters(firm, matters=4, sentences=4)
    shelf = Shelf(firm.encoder)
    for matter in firm.matters:
        mine = Filters(as_of=FIRST_DAY, collections=frozenset({matter.pk}))
        assert shelf.search_lexical({"zq": 1.0}, mine, 10) == []
    held = shelf._view.matters._held
    assert list(held) == [matter.pk for matter in firm.matters[2:]]


def test_who_reads_no_matter_causes_none_to_be_read(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    add_matters(firm, matters=2, sentences=2)
    shelf = Shelf(firm.encoder)
    shelf.search_lexical({"hive": 1.0}, law_alone(firm), 10)
    assert not shelf._view.matters._held


@pytest.fixture
def asked(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Asker]:
    """Questions of 50 matters; `python -m tests.isolation --queries 100000` asks as many as one likes."""
    add_matters(firm, matters=50, sentences=3)

    def ask(count: int) -> Asker:
        asker = Asker(firm)
        asker.ask_all(count)
        return asker

    return ask


def test_nobody_finds_a_canary_of_another_matter(asked: Callable[[int], Asker], firm: Firm) -> None:
    assert min(asked(60).found.values()) > 0
    generations.build(firm.encoder)
    shelf_of.cache_clear()
    assert set(asked(60).found) == {"dense", "lexical", "fused", "sources"}
    assert Generation.objects.count() == 1


def test_a_matter_that_everybody_may_read_is_found_out(
    asked: Callable[[int], Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.models.shelves.CollectionQuerySet.readable_by", lambda rows, user: rows)
    with pytest.raises(Foreign, match="reads the shelves"):
        asked(1)


def test_a_search_without_its_filter_is_found_out(
    asked: Callable[[int], Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.index.facets.Facets.allowed", lambda facets, filters: None)
    with pytest.raises(Foreign, match="found the passages"):
        asked(8)


def test_a_filter_behind_the_ranking_is_found_out(
    asked: Callable[[int], Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = Shelf.search_dense

    def filtered_late(shelf: Shelf, vector: Vectors, filters: Filters, limit: int) -> list[Hit]:
        hits = searched(shelf, vector, dataclasses.replace(filters, collections=None), limit)
        rows = Passage.objects.filter(section__document__collection__in=filters.collections or ())
        allowed = set(rows.values_list("pk", flat=True))
        return [hit for hit in hits if hit.passage_id in allowed]

    monkeypatch.setattr(Shelf, "search_dense", filtered_late)
    with pytest.raises(Foreign, match=r"dense: .* found \d+ passages of"):
        asked(8)


def test_names_of_a_matter_do_not_crowd_out_those_of_the_law(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus import catalogue
    from corpus.resolve import resolve_all

    add_matters(firm, matters=3, sentences=1)
    monkeypatch.setattr(catalogue, "MOST_NAMES", 1)
    hidden = Document.objects.filter(collection__in=firm.matters).order_by("pk")
    open_one = Document.objects.filter(collection__in=firm.law).order_by("-pk")[0]
    Document.objects.filter(pk__in=[row.pk for row in hidden]).update(short_title="Lamps Act")
    for document in (*hidden, open_one):
        document.names.create(name="lamps act")
    Document.objects.filter(pk=open_one.pk).update(collection=Collection.objects.create(slug="z", name="Z"))
    filters = Filters(
        as_of=FIRST_DAY, collections=frozenset(Collection.objects.open_to_all().values_list("pk", flat=True))
    )
    named = [one for one in resolve_all("What does the Lamps Act say?", filters) if one.document_ids]
    assert [one.document_ids for one in named] == [(open_one.pk,)]
