"""The index finds what the rows hold: from its files, beside them, and when they are damaged."""

import datetime as dt
from pathlib import Path

import pytest

from corpus import consistency, embedding, pipeline
from corpus.index import generations
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf
from corpus.index.versions import State, Versions
from corpus.models import Generation, Passage, Section
from corpus.types import Filters
from tests.library import BEES, HONEY, load, quietly, record, section

TODAY = Filters(as_of=dt.date(2024, 1, 1))
QUESTION = "How long do I have to register a hive?"
pytestmark = pytest.mark.django_db


def new_shelf() -> Shelf:
    return Shelf(embedding.current_encoder())


def dense_paths(shelf: Shelf, filters: Filters = TODAY) -> list[str]:
    return paths(
        hit.passage_id for hit in shelf.search_dense(embedding.encode_question(QUESTION), filters, 10)
    )


def lexical_paths(shelf: Shelf, filters: Filters = TODAY, question: str = QUESTION) -> list[str]:
    return paths(hit.passage_id for hit in shelf.search_lexical(question_terms(question), filters, 10))


def paths(ids: object) -> list[str]:
    return [Passage.objects.get(pk=pk).section.path for pk in ids]  # type: ignore[attr-defined]


def test_both_arms_find_the_section_that_answers() -> None:
    load()
    shelf = new_shelf()
    assert dense_paths(shelf)[0] == "art_1"
    assert lexical_paths(shelf)[0] == "art_1"
    assert shelf.generation == Generation.objects.get().pk


def test_rows_newer_than_the_generation_are_searched_at_once() -> None:
    load(section(2, HONEY, "Sale of honey"))
    shelf = new_shelf()
    assert dense_paths(shelf) == lexical_paths(shelf) == ["art_2"]
    record(section(1, BEES, "Registration of hives"), section(2, HONEY, "Sale of honey"))
    pipeline.add_passages(quietly)
    assert dense_paths(shelf)[0] == "art_1"
    assert lexical_paths(shelf)[0] == "art_1"


def test_searches_of_one_moment_look_at_the_rows_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    shelf = new_shelf()
    looks: list[State] = []
    right = Versions.state_now

    def look() -> State:
        looks.append(right())
        return looks[-1]

    monkeypatch.setattr(Versions, "state_now", look)
    for _ in range(2):
        looks.clear()
        with shelf.at_one_moment(), shelf.at_one_moment():
            assert dense_paths(shelf)[0] == lexical_paths(shelf)[0] == "art_1"
            assert shelf.section_of([Passage.objects.latest("pk").pk])
    assert len(looks) == 1
    lexical_paths(shelf)
    assert len(looks) == 2, "the moment is over"


def test_a_moment_ends_with_an_error_too() -> None:
    load(section(2, HONEY, "Sale of honey"))
    shelf = new_shelf()

    def asked() -> None:
        with shelf.at_one_moment():
            assert lexical_paths(shelf) == ["art_2"]
            record(section(1, BEES, "Registration of hives"), section(2, HONEY, "Sale of honey"))
            pipeline.add_passages(quietly)
            assert lexical_paths(shelf) == ["art_2"], "both retrievers search the same law"
            raise KeyError

    with pytest.raises(KeyError):
        asked()
    assert lexical_paths(shelf)[0] == "art_1"


def test_while_one_search_opens_a_new_index_others_go_on_and_see_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(section(2, HONEY, "Sale of honey"))
    shelf = new_shelf()
    assert lexical_paths(shelf) == ["art_2"]
    first, right = shelf.generation, generations.open_files
    found: list[tuple[str, int | None]] = []

    def opened(generation: Generation) -> generations.Files:
        assert not shelf._lock.locked(), "others can read the rows meanwhile"
        record(section(1, BEES, "Registration of hives"), section(2, HONEY, "Sale of honey"))
        pipeline.add_passages(quietly)
        found.append((lexical_paths(shelf)[0], shelf.generation))
        return right(generation)

    pipeline.rebuild_index(quietly)
    monkeypatch.setattr(generations, "open_files", opened)
    assert lexical_paths(shelf)[0] == "art_1", "what came while it was opened is found too"
    assert found == [("art_1", first)]
    assert shelf.generation == Generation.objects.latest("pk").pk != first


def test_a_search_before_the_first_build_is_exact() -> None:
    load(index=False)
    shelf = new_shelf()
    assert shelf.generation is None
    assert dense_paths(shelf)[0] == lexical_paths(shelf)[0] == "art_1"


def test_delta_and_generation_rank_alike() -> None:
    load(index=False)
    before = lexical_paths(new_shelf(), question="honey in the county")
    pipeline.update_index(quietly)
    assert lexical_paths(new_shelf(), question="honey in the county") == before


def test_filters_are_applied_before_ranking() -> None:
    load()
    shelf = new_shelf()
    before_the_act = Filters(as_of=dt.date(2019, 1, 1))
    elsewhere = Filters(as_of=TODAY.as_of, jurisdictions=frozenset({"yy"}))
    nowhere = Filters(as_of=TODAY.as_of, collections=frozenset())
    for filters in (before_the_act, elsewhere, nowhere):
        assert dense_paths(shelf, filters) == lexical_paths(shelf, filters) == []


def test_a_closed_section_is_not_shown_though_the_index_still_has_it() -> None:
    load()
    Section.objects.filter(path="art_1").update(valid_to=dt.date(2023, 1, 1))
    ids = [hit.passage_id for hit in new_shelf().search_dense(embedding.encode_question(QUESTION), TODAY, 10)]
    shown = Passage.objects.shown_for(TODAY, ids)
    assert "art_1" not in {row.section.path for row in shown.values()}
    assert len(shown) == len(ids) - 1


def test_rebuilding_does_not_embed(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    first = Generation.objects.get()
    monkeypatch.setattr(embedding, "encode", None)
    pipeline.rebuild_index(quietly)
    assert Generation.objects.serving() != first
    assert generations.folder_of(first).exists(), "a reader may still have the one before open"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "harm", [flip, Path.unlink, lambda path: path.write_bytes(b"")], ids=["bit", "gone", "empty"]
)
@pytest.mark.parametrize("name", ["dense.faiss", "facets.npz", "manifest.json"])
def test_a_damaged_generation_is_set_aside_and_the_answer_stays(name: str, harm: object) -> None:
    load()
    expected = dense_paths(new_shelf())
    serving = Generation.objects.get()
    folder = generations.folder_of(serving)
    harm(folder / name)  # type: ignore[operator]
    assert dense_paths(new_shelf()) == expected
    serving.refresh_from_db()
    assert serving.state == Generation.State.DAMAGED
    assert not folder.exists()
    assert folder.with_name(f"{folder.name}.damaged").exists(), "set aside, not deleted"


def test_check_corpus_agrees_after_a_load_and_names_what_is_missing() -> None:
    load()
    assert all(finding.agrees for finding in consistency.check())
    Passage.objects.filter(section__path="art_1").delete()
    sentences = " ".join(f.sentence for f in consistency.check() if not f.agrees)
    assert "1 sections have text but no passages" in sentences
    assert "have no row" in sentences


@pytest.mark.parametrize(
    "question",
    ['NEAR("', "AND OR NOT", "^~*:()[]{}", "heading:x", "' OR 1=1 --", "a" * 5000, "🙂", "\\", '"unbalanced'],
)
def test_query_syntax_is_only_words(question: str) -> None:
    load()
    new_shelf().search_lexical(question_terms(question), TODAY, 10)
