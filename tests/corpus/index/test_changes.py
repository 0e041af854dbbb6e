"""A search sees what was committed before it started: passages that came in any order, went, or changed their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from corpus.index import generations, source
from corpus.index.facets import Facets
from corpus.index.shelf import Shelf
from corpus.index.versions import Versions
from corpus.models import Document, Encoder, Passage, Section
from tests.corpus.index.rows_by_hand import FAR, NEAR, TODAY, a_document, embed_rows, encoder, found, question

pytestmark = pytest.mark.django_db
HIVES = "Every hive must be registered."


def test_a_passage_embedded_after_the_build_is_found_though_a_higher_id_is_in_it() -> None:
    early = a_document("early", HIVES, embed=False)
    a_document("late", "Honey may be sold.", cosine=FAR)
    generation = generations.build(encoder())
    assert Passage.objects.get(section__document=early).pk < generation.high_water
    shelf = Shelf(encoder())
    assert found(shelf, "hive") == (["late/0"], [])
    embed_rows(Passage.objects.filter(section__document=early))
    assert found(shelf, "hive") == (["early/0", "late/0"], ["early/0"])
    assert found(Shelf(encoder()), "hive") == (["early/0", "late/0"], ["early/0"])


def test_a_document_that_is_half_embedded_when_the_index_is_built_is_found_whole_later() -> None:
    document = a_document("half", HIVES, "A hive is inspected.", "A hive is sold.", embed=False)
    passages = Passage.objects.filter(section__document=document).order_by("-pk")
    embed_rows(passages[:1])
    generations.build(encoder())
    shelf = Shelf(encoder())
    assert found(shelf, "hive")[1] == ["half/2"]
    embed_rows(passages[1:2])
    assert sorted(found(shelf, "hive")[1]) == ["half/1", "half/2"]
    embed_rows(passages[2:3])
    assert sorted(found(shelf, "hive")[1]) == ["half/0", "half/1", "half/2"]


def test_what_is_committed_while_the_index_is_built_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = a_document("waiting", HIVES, embed=False)
    a_document("built", "Honey may be sold.", cosine=FAR)
    read = source.chunks

    def chunks_then_a_commit(of: Encoder) -> Iterator[source.Chunk]:
        yield from read(of)
        embed_rows(Passage.objects.filter(section__document=waiting))
        Document.objects.get(key="built").delete()

    monkeypatch.setattr(source, "chunks", chunks_then_a_commit)
    generations.build(encoder())
    assert found(Shelf(encoder()), "hive honey") == (["waiting/0"], ["waiting/0"])


@pytest.mark.parametrize("indexed", [True, False], ids=["generation", "delta"])
def test_deleted_passages_do_not_push_out_the_living_behind_them(indexed: bool) -> None:
    doomed = a_document("doomed", *[f"{HIVES} {n}" for n in range(5_000)])
    a_document(
        "living", "A hive, a house, a tree, a lake, a hill, and all that stands near them.", cosine=FAR
    )
    if indexed:
        generations.build(encoder())
    shelf = Shelf(encoder())
    assert "living/0" not in found(shelf, "hive registered")[0]
    doomed.delete()
    assert found(shelf, "hive registered") == (["living/0"], ["living/0"])
    assert found(Shelf(encoder()), "hive registered") == (["living/0"], ["living/0"])


def test_a_document_that_replaces_a_deleted_one_is_not_taken_for_it() -> None:
    """As many documents and versions as before: only the keys tell."""
    first = a_document("first", HIVES)
    shelf = Shelf(encoder())
    assert found(shelf, "hive")[0] == ["first/0"]
    first.delete()
    a_document("second", HIVES)
    assert found(shelf, "hive")[0] == ["second/0"]


@pytest.mark.parametrize("indexed", [True, False], ids=["generation", "delta"])
def test_sections_are_searched_by_their_current_days(indexed: bool) -> None:
    document = a_document("bees", HIVES)
    if indexed:
        generations.build(encoder())
    shelf, day = Shelf(encoder()), dt.date(2023, 1, 1)
    before, after = replace(TODAY, as_of=day - dt.timedelta(1)), replace(TODAY, as_of=day)
    assert found(shelf, "hive", after)[0] == ["bees/0"]
    change(document, valid_to=day)
    assert found(shelf, "hive", before) == (["bees/0"], ["bees/0"])
    assert found(shelf, "hive", after) == ([], [])
    change(document, valid_to=None, valid_from=dt.date(2010, 1, 1))
    assert found(shelf, "hive", after) == (["bees/0"], ["bees/0"])
    assert found(shelf, "hive", replace(TODAY, as_of=dt.date(2011, 1, 1)))[0] == ["bees/0"]


def change(document: Document, **days: object) -> None:
    Section.objects.filter(document=document).update(**days)
    Document.objects.filter(pk=document.pk).touch()


def test_a_document_is_searched_in_its_current_jurisdiction() -> None:
    document = a_document("bees", HIVES)
    a_document("boats", "A boat may be moored.", jurisdiction="yy", cosine=FAR)
    generations.build(encoder())
    shelf = Shelf(encoder())
    here, there = (replace(TODAY, jurisdictions=frozenset({code})) for code in ("xx", "aa"))
    assert found(shelf, "hive", here)[0] == ["bees/0"]
    Document.objects.filter(pk=document.pk).update(jurisdiction="aa")
    Document.objects.filter(pk=document.pk).touch()
    assert found(shelf, "hive", here) == ([], [])
    assert found(shelf, "hive", there) == (["bees/0"], ["bees/0"])


def test_only_what_is_new_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        a_document(f"old{number}", HIVES)
    shelf = Shelf(encoder())
    found(shelf, "hive")
    reading = Reading(monkeypatch)
    new = a_document("new", HIVES)
    found(shelf, "hive")
    found(shelf, "hive")
    assert reading.ids == list(Passage.objects.filter(section__document=new).values_list("pk", flat=True))


class Reading:
    """Notes which passages are read with text and embedding."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, break_at: int | None = None) -> None:
        self.ids: list[int] = []
        self._read = source.chunks_of
        self._break_at = break_at
        monkeypatch.setattr(source, "chunks_of", self)

    def __call__(self, of: Encoder, ids: Sequence[int]) -> Iterator[source.Chunk]:
        for number, chunk in enumerate(self._read(of, ids)):
            if number == self._break_at:
                self._break_at = None
                raise DatabaseError("the database went away")
            self.ids += chunk.facets.ids.tolist()
            yield chunk


def test_a_search_after_one_that_broke_off_finds_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "CHUNK", 2)
    a_document("bees", *[f"{HIVES} {n}" for n in range(5)])
    reading = Reading(monkeypatch, break_at=1)
    shelf = Shelf(encoder())
    with pytest.raises(DatabaseError):
        found(shelf, "hive")
    everything = sorted(f"bees/{n}" for n in range(5))
    by_vector, by_words = found(shelf, "hive")
    assert sorted(by_vector) == sorted(by_words) == everything
    assert len(reading.ids) == len(set(reading.ids)) == 5


def test_a_search_without_changes_asks_two_cheap_questions() -> None:
    a_document("bees", HIVES)
    shelf = Shelf(encoder())
    found(shelf, "hive")
    vector = question()
    with CaptureQueriesContext(connection) as queries:
        shelf.search_dense(vector, TODAY, 10)
    assert len(queries) == 2
    assert not any("corpus_passage" in query["sql"] for query in queries.captured_queries)


def test_a_new_generation_takes_over_what_was_searched_beside_the_old_one() -> None:
    a_document("bees", HIVES)
    generations.build(encoder())
    shelf = Shelf(encoder())
    a_document("boats", "A hive on a boat.", cosine=FAR)
    before = found(shelf, "hive")
    second = generations.build(encoder())
    assert found(shelf, "hive")[0] == before[0] == ["bees/0", "boats/0"]
    assert shelf.generation == second.pk


def test_a_generation_built_before_versions_is_searched_whole() -> None:
    a_document("bees", HIVES)
    first = generations.build(encoder())
    folder = generations.folder_of(first)
    (folder / "versions.json").unlink()
    manifest = (folder / "manifest.json").read_text()
    assert '"versions.json"' in manifest
    lines = [line for line in manifest.splitlines() if '"versions.json"' not in line]
    (folder / "manifest.json").write_text("\n".join(lines).replace(",\n }", "\n }"))
    Section.objects.update(valid_to=dt.date(2023, 1, 1))
    shelf = Shelf(encoder())
    assert found(shelf, "hive") == ([], [])
    assert shelf.generation == first.pk


def test_versions_tell_new_changed_and_gone_documents_apart() -> None:
    now = Versions.from_pairs({1: 4, 2: 1, 4: 0})
    then = Versions.from_pairs({1: 3, 2: 1, 3: 7})
    assert now.changed_since(then) == [1, 4]
    assert now.gone_since(then) == [3]


def test_facets_of_an_empty_shelf_take_others_in() -> None:
    none = Facets.of(())
    assert len(none.plus(none)) == 0
    assert none.places_of(np.array([1, 2])).tolist() == [-1, -1]
    a_document("bees", HIVES, cosine=NEAR)
    rows = source.current_facets(encoder(), list(Document.objects.values_list("pk", flat=True)))
    joined = none.plus(Facets.of(rows))
    assert joined.codes == ("xx",)
    assert joined.ids.tolist() == [row.passage_id for row in rows]
