"""What is said to the server of a search, and when what it knows is believed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings

from corpus import upkeep
from corpus.index.lexical import FIELDS, MAIN_FIELD, LexicalText, terms_in
from corpus.index.milvus import client, layout, notes, snapshot
from corpus.index.milvus.client import Server
from corpus.index.milvus.snapshot import MilvusSnapshot
from corpus.models import Document, Passage, Section
from corpus.types import Filters
from tests.corpus.index.conftest import Index, search_by
from tests.corpus.index.rows_by_hand import TODAY, a_document, at, encoder, found
from tests.library import quietly
from tests.milvus_server import Milvus

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 1, 1)


@pytest.fixture
def index(milvus: Milvus, settings: LazySettings) -> Index:
    search_by(milvus, settings)
    a_document("bees", "Every hive must be registered.", "A hive is inspected.")
    built = Index()
    built.build()
    return built


@pytest.mark.parametrize(
    ("filters", "masked", "gone", "said"),
    [
        (Filters(DAY), (), (), "begins <= 738886 and ends > 738886"),
        (
            Filters(DAY, collections=frozenset({3, 1})), (), (),
            "begins <= 738886 and ends > 738886 and collection in [1, 3]",
        ),
        (
            Filters(DAY, jurisdictions=frozenset({'a"] or id > 0'})), (), (),
            'begins <= 738886 and ends > 738886 and jurisdiction in ["a\\"] or id > 0"]',
        ),
        (
            Filters(DAY, documents=frozenset({5})), {9, 7}, {4},
            "begins <= 738886 and ends > 738886 and document in [5] and id not in [7, 9] and document not in [4]",
        ),
    ],
    ids=["day", "shelves", "quoted", "masked"],
)  # fmt: skip
def test_the_expression_says_what_may_be_ranked(filters: Filters, masked: Any, gone: Any, said: str) -> None:
    assert layout.expression(filters, masked, gone) == said


def test_texts_are_sent_as_the_local_index_analyses_them() -> None:
    text = LexicalText(
        1, "§ 5 Registering", "The keepers’ hives SHALL be registered; naïve 1,000.", "Bees", "in § 5, hives"
    )
    assert layout.analysed(text) == {name: " ".join(terms_in(text, name)) for name in FIELDS}
    assert layout.analysed(text)["references"] == "in 5 hive"
    assert layout.analysed(text)[MAIN_FIELD].endswith("the keeper hive shall be regist naiv 1 000")
    long = layout.analysed(LexicalText(1, "", "honey " * 20_000))[MAIN_FIELD]
    assert len(long.encode()) <= layout.MOST_TEXT_BYTES
    assert set(long.split()) == {"honey"}


def test_what_refers_to_a_passage_stays_when_its_days_change(index: Index) -> None:
    wall, alias = client.server(), layout.alias_of(encoder())
    fields = ["id", *FIELDS, "ends"]
    before = {row["id"]: row for row in wall.each(alias, "id > 0", fields)}
    Document.objects.filter(key="bees").touch()
    Section.objects.filter(path="bees/0").update(valid_to=DAY)
    index.bring_up()
    after = {row["id"]: row for row in wall.each(alias, "id > 0", fields)}
    moved = Passage.objects.get(section__path="bees/0").pk
    assert after == {**before, moved: {**before[moved], "ends": DAY.toordinal()}}
    assert found(index.shelf(), "hive")[0] == found(index.shelf(), "hive")[1] == ["bees/1"]


@pytest.mark.parametrize(
    ("passages", "kind"), [(0, "FLAT"), (100_000, "FLAT"), (100_001, "HNSW"), (10**8, "HNSW_SQ")]
)
def test_the_dense_index_depends_on_the_size(passages: int, kind: str) -> None:
    assert layout.index_type(passages)["index_type"] == kind


def test_another_layout_or_encoder_has_another_collection(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = layout.alias_of(encoder())
    monkeypatch.setattr(layout, "FIELDS", {**FIELDS, "names": 0.5})
    assert layout.alias_of(encoder()) != known
    monkeypatch.setattr(layout, "FIELDS", FIELDS)
    other = encoder()
    other.revision = "other"
    assert layout.alias_of(other) != known
    settings.LAWQA_MILVUS_PREFIX = "mine"
    assert layout.alias_of(encoder()).startswith("mine_")


def test_a_hnsw_index_finds_the_same(
    milvus: Milvus, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    search_by(milvus, settings)
    monkeypatch.setattr(layout, "INDEX_TYPES", ((10**9, layout.INDEX_TYPES[1][1]),))
    for number in range(20):
        a_document(f"act{number}", f"Hive {number}.", cosine=number / 20)
    index = Index()
    index.build()
    assert found(index.shelf(), "hive", limit=5)[0] == [f"act{n}/0" for n in range(19, 14, -1)]


def test_newest_writes_are_waited_for_only_after_news(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    levels: list[str] = []
    search = Server.search

    def noted(self: Server, *about: Any, **how: Any) -> Any:
        levels.append(how["consistency_level"])
        return search(self, *about, **how)

    monkeypatch.setattr(Server, "search", noted)
    now = [0.0]
    monkeypatch.setattr(snapshot, "clock", lambda: now[0])
    shelf = index.shelf()
    for _ in range(3):
        assert len(shelf.search_dense(at(1.0), TODAY, 5)) == 2
        now[0] += snapshot.SETTLED_SECONDS / 2
    assert levels == ["Strong", "Strong", "Bounded"]


def test_a_search_beside_the_server_notices_in_time_that_it_was_brought_up(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(snapshot, "clock", lambda: now[0])
    shelf = index.shelf()
    a_document("new", "A hive is new.", cosine=0.5)
    expected = ["bees/0", "bees/1", "new/0"]
    for brought_up, seconds, beside in ((False, 0.0, 1), (True, 0.0, 1), (True, snapshot.LOOK_SECONDS, 0)):
        if brought_up:
            index.bring_up()
        now[0] += seconds
        assert sorted(found(shelf, "hive")[0]) == sorted(found(shelf, "hive")[1]) == expected
        assert len(shelf._view.delta) == beside


def test_of_a_document_that_changed_only_what_is_new_is_read(index: Index) -> None:
    shelf = index.shelf()
    assert len(found(shelf, "hive")[0]) == 2
    Document.objects.filter(key="bees").touch()
    assert len(found(shelf, "hive")[0]) == 2
    assert not len(shelf._view.delta), "its passages are those that the server has"
    index.bring_up()
    assert not upkeep.due()


def test_what_is_level_is_not_sent_again(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    put = Server.put

    def noted(self: Server, collection: str, entities: Any) -> None:
        if not collection.endswith(layout.NOTES):
            sent.extend(entity["id"] for entity in entities)
        put(self, collection, entities)

    monkeypatch.setattr(Server, "put", noted)
    Document.objects.filter(key="bees").touch()
    index.bring_up()
    assert not sent
    new = a_document("new", "A hive is new.")
    index.bring_up()
    assert len(sent) == 1
    assert new.pk in notes.Notes(client.server(), layout.alias_of(encoder())).versions().of


def test_one_process_at_a_time_writes(index: Index) -> None:
    from corpus.index.milvus import keeping

    a_document("new", "A hive is new.", cosine=0.5)
    with keeping.alone() as alone:
        assert alone
        assert upkeep.rebuild(quietly) is None
        upkeep.compact(quietly)
        assert upkeep.due()
    upkeep.compact(quietly)
    assert not upkeep.due()


def test_what_killed_builds_left_goes_with_the_next(index: Index) -> None:
    wall, alias = client.server(), layout.alias_of(encoder())
    wall.create(f"{alias}_deadbeef", 8, 0)
    wall.drop(f"{alias}_deadbeef{layout.NOTES}")
    serving = wall.serving(alias)
    index.build()
    left = wall.collections(f"{alias}_")
    assert len(left) == 2
    assert serving not in left


def test_weights_are_rounded_to_quarters() -> None:
    """What a long question is given besides weighs little: together it must not outweigh what is said."""
    assert snapshot._repeated({"hive": 1.0, "bee": 0.5, "jar": 0.3, "boat": 0.1}) == " ".join(
        ["hive"] * 4 + ["bee"] * 2 + ["jar"]
    )
    assert snapshot._repeated({"boat": 0.1}) == ""


def test_what_one_field_gave_is_scored_by_the_others_too(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field's list ends somewhere: what another one found beyond its end still counts there."""
    asked: list[tuple[str, str, int]] = []

    def scores(self: MilvusSnapshot, name: str, text: str, where: str, depth: int) -> dict[int, float]:
        asked.append((name, where, depth))
        if where == "id in [1]":
            return {1: 5.0}
        return {1: 3.0} if name == "references" else {1_000 + n: 6.0 - n / depth for n in range(depth)}

    monkeypatch.setattr(MilvusSnapshot, "_scores", scores)
    hits = {hit.passage_id: hit.score for hit in index.shelf().search_lexical({"hive": 1.0}, TODAY, 1_000)}
    assert hits[1] == pytest.approx(FIELDS[MAIN_FIELD] * 5.0 + FIELDS["references"] * 3.0)
    assert asked[2:] == [(MAIN_FIELD, "id in [1]", 1)], "a list that ended by itself lacks nothing"
