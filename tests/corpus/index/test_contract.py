"""What every index must do, whoever keeps it: this machine's files and a real Milvus server are held to the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from django.conf import LazySettings

from corpus import consistency, upkeep
from corpus.index import source
from corpus.index.backend import is_milvus
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf
from corpus.models import Collection, Document, Encoder, Passage, Section
from corpus.types import Filters
from tests.corpus.index.conftest import Index, search_by
from tests.corpus.index.rows_by_hand import FAR, TODAY, a_document, at, embed_rows, encoder, found, paths
from tests.milvus_server import Milvus

pytestmark = pytest.mark.django_db
HIVES = "Every hive must be registered."
DAY = dt.date(2023, 1, 1)


def beside(shelf: Shelf) -> int:
    """Passages that are searched beside the index."""
    shelf.search_dense(at(1.0), TODAY, 1)
    return len(shelf._view.delta)


def change(document: Document, **days: object) -> None:
    Section.objects.filter(document=document).update(**days)
    Document.objects.filter(pk=document.pk).touch()


def test_what_is_added_is_found_at_once_and_later_by_the_index_alone(index: Index) -> None:
    a_document("old", "Honey may be sold.", cosine=FAR)
    index.build()
    shelf = index.shelf()
    assert found(shelf, "hive") == (["old/0"], [])
    a_document("new", HIVES)
    assert found(shelf, "hive") == (["new/0", "old/0"], ["new/0"])
    index.bring_up()
    fresh = index.shelf()
    assert found(fresh, "hive") == (["new/0", "old/0"], ["new/0"])
    assert beside(fresh) == 0


def test_what_is_deleted_does_not_push_out_what_lies_behind_it(index: Index) -> None:
    doomed = a_document("doomed", *[f"{HIVES} {n}" for n in range(50)])
    a_document("living", "A hive, a house, a tree, a lake, and all that stands near them.", cosine=FAR)
    index.build()
    shelf = index.shelf()
    assert "living/0" not in found(shelf, "hive registered")[0]
    doomed.delete()
    for which in (shelf, index.shelf()):
        assert found(which, "hive registered") == (["living/0"], ["living/0"])
    index.bring_up()
    assert found(index.shelf(), "hive registered") == (["living/0"], ["living/0"])


def test_a_passage_that_goes_while_its_document_stays_is_not_found(index: Index) -> None:
    document = a_document("bees", *[f"{HIVES} {n}" for n in range(5)])
    index.build()
    shelf = index.shelf()
    Document.objects.filter(pk=document.pk).touch()
    Passage.objects.filter(section__path="bees/3").delete()
    left = ["bees/0", "bees/1", "bees/2", "bees/4"]
    assert sorted(found(shelf, "hive")[0]) == sorted(found(shelf, "hive")[1]) == left
    index.bring_up()
    fresh = index.shelf()
    assert sorted(found(fresh, "hive")[0]) == sorted(found(fresh, "hive")[1]) == left
    assert beside(fresh) == 0


def test_sections_are_searched_by_their_current_days(index: Index) -> None:
    document = a_document("bees", HIVES)
    index.build()
    shelf = index.shelf()
    before, after = replace(TODAY, as_of=DAY - dt.timedelta(1)), replace(TODAY, as_of=DAY)
    assert found(shelf, "hive", after)[0] == ["bees/0"]
    change(document, valid_to=DAY)
    for _ in range(2):
        for which in (shelf, index.shelf()):
            assert found(which, "hive", before) == (["bees/0"], ["bees/0"])
            assert found(which, "hive", after) == ([], [])
        index.bring_up()


def test_filters_are_applied_before_ranking(index: Index) -> None:
    near = a_document("near", *[f"{HIVES} {n}" for n in range(30)], jurisdiction="yy")
    far = a_document("far", "A hive stands near the lake.", cosine=FAR)
    index.build()
    shelf = index.shelf()
    for filters in (
        replace(TODAY, jurisdictions=frozenset({"xx"})),
        replace(TODAY, documents=frozenset({far.pk})),
        replace(TODAY, documents=frozenset({far.pk}), jurisdictions=frozenset({"xx", 'y"y'})),
    ):
        assert found(shelf, "hive registered", filters, 3) == (["far/0"], ["far/0"])
    for filters in (
        replace(TODAY, jurisdictions=frozenset({"zz"})),
        replace(TODAY, collections=frozenset()),
        replace(TODAY, documents=frozenset()),
        replace(TODAY, as_of=dt.date(2019, 1, 1)),
    ):
        assert found(shelf, "hive registered", filters) == ([], [])
    assert len(found(shelf, "hive", replace(TODAY, documents=frozenset({near.pk})), 100)[0]) == 30


def test_matters_do_not_see_each_other(index: Index) -> None:
    ours, theirs = (Collection.objects.shelf(slug, name=slug) for slug in ("ours", "theirs"))
    for number in range(4):
        for shelf in (ours, theirs):
            document = a_document(f"{shelf.slug}{number}", f"{HIVES} {shelf.slug}")
            Document.objects.filter(pk=document.pk).update(collection=shelf)
            Document.objects.filter(pk=document.pk).touch()
        if number == 1:
            index.build()
    searched = index.shelf()
    for mine, others in ((ours, theirs), (theirs, ours)):
        filters = replace(TODAY, collections=frozenset({mine.pk}))
        for listed in found(searched, f"hive {others.slug}", filters, 100):
            assert sorted(listed) == [f"{mine.slug}{n}/0" for n in range(4)]


def test_installations_on_one_server_do_not_see_each_other(milvus: Milvus, settings: LazySettings) -> None:
    search_by(milvus, settings)
    a_document("bees", HIVES)
    index = Index()
    index.build()
    search_by(milvus, settings)
    a_document("boats", "A hive on a boat.", cosine=FAR)
    index.build()
    assert found(index.shelf(), "hive")[0] == ["bees/0", "boats/0"]
    Document.objects.get(key="bees").delete()
    index.bring_up()
    assert found(index.shelf(), "hive")[0] == ["boats/0"]


WORDS = "hive honey bee queen smoke frame wax comb swarm meadow clover keeper permit fee county".split()


def a_library(seed: int) -> list[str]:
    """Documents of random words near and far from the question; returns questions."""
    chance = np.random.default_rng(seed)
    for number in range(12):
        texts = [" ".join(chance.choice(WORDS, chance.integers(5, 36))) for _ in range(5)]
        a_document(f"act{number}", *texts, cosine=float(chance.uniform(0.1, 0.9)))
    return [" ".join(chance.choice(WORDS, 3, replace=False)) for _ in range(8)]


def both_ways(shelf: Shelf, question: str, limit: int) -> tuple[list[tuple[int, float]], ...]:
    by_vector = shelf.search_dense(at(1.0), TODAY, limit)
    by_words = shelf.search_lexical(question_terms(question), TODAY, limit)
    return tuple([(hit.passage_id, round(hit.score, 3)) for hit in hits] for hits in (by_vector, by_words))


@pytest.mark.parametrize("seed", range(2))
def test_the_order_is_that_of_an_exact_search(index: Index, seed: int) -> None:
    """Scores too, of either way: what fuses them sees no difference."""
    questions = a_library(seed)
    exact = Shelf(encoder())
    expected = {question: both_ways(exact, question, 10) for question in questions}
    index.build()
    shelf = index.shelf()
    for question, hits in expected.items():
        assert both_ways(shelf, question, 10) == hits


def test_common_words_are_counted_as_the_rows_have_them(index: Index) -> None:
    a_document("bees", HIVES, "A hive is inspected.", "Honey is sold.")
    index.build()
    assert index.shelf().frequencies(["hive", "honey", "boat"]) == ({"hive": 2, "honey": 1, "boat": 0}, 3)
    a_document("boats", "A hive on a boat.")
    Document.objects.get(key="bees").delete()
    index.bring_up()
    assert index.shelf().frequencies(["hive", "honey", "boat"]) == ({"hive": 1, "honey": 0, "boat": 1}, 1)


def test_searches_go_on_while_the_index_is_built_anew(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    a_document("bees", HIVES)
    a_document("boats", "A hive on a boat.", cosine=FAR)
    index.build()
    shelf, read = index.shelf(), source.chunks
    expected = (["bees/0", "boats/0"], ["bees/0", "boats/0"])
    seen = []

    def chunks_and_a_search(of: Encoder) -> Iterator[source.Chunk]:
        seen.append(found(shelf, "hive"))
        yield from read(of)
        seen.append(found(shelf, "hive"))
        embed_rows(Passage.objects.filter(section__document=late))

    late = a_document("late", "A hive is late.", embed=False)
    monkeypatch.setattr(source, "chunks", chunks_and_a_search)
    index.build()
    assert seen == [expected, expected]
    for which in (shelf, index.shelf()):
        by_vector, by_words = found(which, "hive")
        assert sorted(by_vector) == sorted(by_words) == ["bees/0", "boats/0", "late/0"]


class Killed(BaseException):
    """The process is gone."""


def test_a_build_that_was_killed_leaves_the_one_before(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    a_document("bees", HIVES)
    index.build()
    a_document("boats", "A hive on a boat.", cosine=FAR)

    def die(of: Encoder) -> Iterator[source.Chunk]:
        yield next(iter(source.chunks_of(of, list(Passage.objects.values_list("pk", flat=True)))))
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(source, "chunks", die)
        with pytest.raises(Killed):
            upkeep.rebuild(lambda *_: None)
    expected = (["bees/0", "boats/0"], ["bees/0", "boats/0"])
    assert found(index.shelf(), "hive") == expected
    index.build()
    fresh = index.shelf()
    assert found(fresh, "hive") == expected
    assert beside(fresh) == 0


@pytest.mark.parametrize("after", range(4))
def test_a_bringing_up_that_was_killed_is_searched_rightly(
    index: Index, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after so many writes: of new passages, moved ones, gone ones, and notes."""
    gone, moved, kept = (a_document(key, f"{HIVES} {key}") for key in ("gone", "moved", "kept"))
    index.build()
    for document in (gone, moved, kept):
        Document.objects.filter(pk=document.pk).touch()
    gone.delete()
    change(moved, valid_to=DAY)
    a_document("new", f"{HIVES} new")
    with monkeypatch.context() as patched:
        stop_writing(patched, after)
        with pytest.raises(Killed):
            index.bring_up()
    expected = ["kept/0", "new/0"]
    early = replace(TODAY, as_of=DAY - dt.timedelta(1))
    for _ in range(2):
        fresh = index.shelf()
        for filters, paths_ in ((TODAY, expected), (early, ["kept/0", "moved/0", "new/0"])):
            assert [sorted(listed) for listed in found(fresh, "hive", filters)] == [paths_, paths_]
        index.bring_up()
    assert beside(index.shelf()) == 0
    assert all(finding.agrees for finding in consistency._index(encoder()))


def stop_writing(patched: pytest.MonkeyPatch, after: int) -> None:
    """The process dies at the write that follows so many, whoever keeps the index."""
    left = [after]

    def counted(write: object) -> object:
        def instead(*about: object, **how: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return write(*about, **how)  # type: ignore[operator]

        return instead

    from corpus.index import dense, generations

    for owner, names in ((generations, ("_seal", "_put_in_place", "_serve")), (dense.Builder, ("finish",))):
        for name in names:
            patched.setattr(owner, name, counted(getattr(owner, name)))
    if is_milvus():
        from corpus.index.milvus.client import Server

        for name in ("put", "alter", "remove"):
            patched.setattr(Server, name, counted(getattr(Server, name)))


def test_only_what_is_asked_for_is_known_of_sections(index: Index) -> None:
    a_document("bees", HIVES)
    a_document("bare", "Not embedded.", embed=False)
    index.build()
    a_document("boats", "A hive on a boat.")
    ids = list(Passage.objects.order_by("pk").values_list("pk", flat=True))
    known = index.shelf().section_of([*ids, 10**9])
    embedded = Passage.objects.filter(embedding__isnull=False)
    assert known == dict(embedded.values_list("pk", "section_id"))
    assert paths(index.shelf(), [ids[0]]) == ["bees/0"]


@pytest.mark.parametrize(
    "words", [[f"hive{n}" for n in range(60)], ["x" * 40], ["naïve", "§", '"', "'", "\\"]]
)
def test_any_words_can_be_asked_for(index: Index, words: Sequence[str]) -> None:
    a_document("bees", HIVES)
    index.build()
    index.shelf().search_lexical(dict.fromkeys(words, 1.0), TODAY, 5)


def test_a_terms_score_counts_by_its_weight(index: Index) -> None:
    a_document("bees", HIVES)
    index.build()
    a_document("boats", "A hive on a boat, and a boat.")  # beside the index

    def scores(**terms: float) -> list[float]:
        found = index.shelf().search_lexical(terms, TODAY, 5)
        by_passage = {hit.passage_id: hit.score for hit in found}
        return [by_passage.get(pk, 0.0) for pk in Passage.objects.order_by("pk").values_list("pk", flat=True)]

    hive, boat = np.array(scores(hive=1.0)), np.array(scores(boat=1.0))
    assert hive.any()
    assert boat.any()
    assert scores(hive=0.5) == pytest.approx(0.5 * hive, rel=1e-3)
    assert scores(hive=1.5, boat=0.25) == pytest.approx(1.5 * hive + 0.25 * boat, rel=1e-3)


def test_an_empty_library_is_searched_for_nothing(index: Index) -> None:
    index.build()
    assert found(index.shelf(), "hive") == ([], [])
    assert Filters(as_of=TODAY.as_of) == TODAY
