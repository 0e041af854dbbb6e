"""Each kind of dense index finds the nearest passages that are allowed; a rebuild changes the kind under live search."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import compaction
from corpus.index import dense, generations
from corpus.index.dense import Builder, DenseIndex, IndexKind, kind_for
from corpus.index.facets import FOREVER, MASKS, Facets
from corpus.index.shelf import Shelf
from corpus.models import Generation
from corpus.types import Filters
from tests.corpus.index.rows_by_hand import FAR, TODAY, a_document, encoder, found
from tests.library import quietly

DIMENSION, COUNT, LIMIT = 48, 6_000, 10
HIVES = "Every hive must be registered."
SIZE = 30
"""From which on an index counts as large in these tests."""


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    """Unit vectors in clusters, as passages are, in the precision of the rows."""
    chance = np.random.default_rng(7)
    centres = chance.normal(size=(60, DIMENSION))
    drawn = centres[chance.integers(60, size=COUNT)] + 0.7 * chance.normal(size=(COUNT, DIMENSION))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn.astype("<f2").astype(np.float32)


@pytest.fixture(params=list(IndexKind))
def index(
    request: pytest.FixtureRequest,
    vectors: NDArray[np.float32],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> DenseIndex:
    monkeypatch.setattr(dense, "LARGE", COUNT if request.param is IndexKind.PRODUCTS else COUNT + 1)
    with Builder(tmp_path, DIMENSION) as builder:
        for part in np.array_split(vectors, 5):
            builder.add(part)
        assert builder.finish() is request.param
    return DenseIndex(tmp_path, ids_of(COUNT), request.param)


def ids_of(count: int) -> NDArray[np.int64]:
    """Keys are not places."""
    return np.arange(count, dtype=np.int64) * 3 + 1


def exactly(
    vectors: NDArray[np.float32], vector: NDArray[np.float32], allowed: NDArray[np.bool_]
) -> set[int]:
    places = np.flatnonzero(allowed)
    best = places[np.argsort(-(vectors[places] @ vector), kind="stable")[:LIMIT]]
    return set(ids_of(COUNT)[best].tolist())


@pytest.mark.parametrize("few", [0, dense.FEW], ids=["by-the-index", "few-by-their-vectors"])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01, 0.001])
def test_the_nearest_allowed_passages_are_found(
    index: DenseIndex, vectors: NDArray[np.float32], share: float, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "FEW", few)
    chance = np.random.default_rng(11)
    allowed = chance.random(COUNT) < share
    shared = 0
    for vector in vectors[:40] + 0.05 * chance.normal(size=(40, DIMENSION)).astype(np.float32):
        hits = index.search(vector, LIMIT, None if share == 1.0 else allowed)
        keys = [hit.passage_id for hit in hits]
        assert set(keys) <= set(ids_of(COUNT)[allowed].tolist())
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        shared += len(set(keys) & exactly(vectors, vector, allowed))
    assert shared >= 0.99 * 40 * min(LIMIT, int(allowed.sum()))


def test_scores_are_those_of_the_vectors_in_the_rows(index: DenseIndex, vectors: NDArray[np.float32]) -> None:
    for hit in index.search(vectors[5], LIMIT, None):
        assert hit.score == pytest.approx(float(vectors[(hit.passage_id - 1) // 3] @ vectors[5]), abs=1e-6)


def test_nothing_is_found_where_nothing_is_allowed(index: DenseIndex, vectors: NDArray[np.float32]) -> None:
    assert index.search(vectors[0], LIMIT, np.zeros(COUNT, dtype=bool)) == []


def test_of_equal_passages_the_lower_key_comes_first(tmp_path: Path) -> None:
    with Builder(tmp_path, DIMENSION) as builder:
        builder.add(np.ones((20, DIMENSION), dtype=np.float32))
        builder.finish()
    index = DenseIndex(tmp_path, ids_of(20))
    hits = index.search(np.ones(DIMENSION, dtype=np.float32), LIMIT, None)
    assert [hit.passage_id for hit in hits] == ids_of(20)[:LIMIT].tolist()


@pytest.mark.parametrize("kind", list(IndexKind))
def test_files_of_another_length_are_refused(kind: IndexKind, index: DenseIndex, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the facets 7 ids"):
        DenseIndex(tmp_path, ids_of(7), kind)


@pytest.mark.parametrize(
    ("count", "kind"),
    [
        (0, IndexKind.SCALARS),
        (dense.LARGE - 1, IndexKind.SCALARS),
        (dense.LARGE, IndexKind.PRODUCTS),
        (10**8, IndexKind.PRODUCTS),
    ],
)
def test_the_kind_goes_by_size(count: int, kind: IndexKind) -> None:
    assert kind_for(count) is kind


def facets(count: int, **columns: NDArray[np.integer]) -> Facets:
    zeros = np.zeros(count, dtype=np.int64)
    given = {
        "ids": ids_of(count), "sections": zeros, "documents": zeros, "collections": zeros,
        "jurisdictions": zeros.astype(np.int16), "begins": zeros.astype(np.int32),
        "ends": np.full(count, FOREVER, dtype=np.int32), "codes": ("xx",),
    }  # fmt: skip
    return Facets(**{**given, **columns})  # type: ignore[arg-type]  # columns are named as they are


def test_what_filters_allow_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    half = facets(10, collections=np.arange(10) % 2)
    asked = Filters(as_of=TODAY.as_of, collections=frozenset({1}))
    again = Filters(as_of=TODAY.as_of, collections=frozenset({1}))
    first = half.allowed(asked)
    assert first is not None
    assert first.tolist() == [False, True] * 5
    assert half.allowed(again) is first
    for day in range(1, MASKS + 1):
        half.allowed(Filters(as_of=dt.date(2024, 1, day), collections=frozenset({1})))
    assert len(half._masks) <= MASKS, "memory stays flat"


def test_facets_that_were_revised_decide_anew() -> None:
    before = facets(3)
    assert before.allowed(TODAY) is None
    after = before.revised({0}, [])
    gone = after.allowed(TODAY)
    assert gone is not None
    assert not gone.any()
    assert before.allowed(TODAY) is None


class TestGenerations:
    """Of kinds by size."""

    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dense, "LARGE", SIZE)
        monkeypatch.setattr(dense, "FEW", 0)
        a_document("bees", *[f"{HIVES} {n}" for n in range(SIZE - 1)], cosine=FAR)

    def test_a_rebuild_changes_the_kind_under_a_shelf_that_searches(self) -> None:
        assert kind_of(built()) == IndexKind.SCALARS
        shelf = Shelf(encoder())
        assert len(found(shelf, "hive", limit=100)[0]) == SIZE - 1
        a_document("boats", "A hive on a boat.")
        before = found(shelf, "hive", limit=100)
        second = built()
        assert kind_of(second) == IndexKind.PRODUCTS
        after = found(shelf, "hive", limit=100)
        assert shelf.generation == second.pk
        assert after[0] == before[0]
        assert after[0][0] == "boats/0"
        assert len(after[0]) == SIZE

    def test_a_build_is_due_while_the_kind_does_not_suit_the_size(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        built()
        assert not compaction.due()
        monkeypatch.setattr(dense, "LARGE", SIZE - 1)
        assert compaction.due()
        again = compaction.compact(quietly)
        assert again is not None
        assert kind_of(again) == IndexKind.PRODUCTS
        assert not compaction.due()

    def test_a_generation_that_names_no_kind_is_searched_and_built_anew_in_time(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One of an earlier version."""
        first = built()
        edit_manifest(first, lambda manifest: manifest.pop("dense"))
        shelf = Shelf(encoder())
        assert len(found(shelf, "hive", limit=100)[0]) == SIZE - 1
        assert shelf.generation == first.pk
        assert not compaction.due()
        monkeypatch.setattr(dense, "LARGE", SIZE - 1)
        assert compaction.due()

    @pytest.mark.parametrize("name", [dense.FILE, dense.EXACT])
    def test_a_large_generation_that_is_damaged_is_set_aside(self, name: str) -> None:
        a_document("boats", "A hive on a boat.")
        damaged = built()
        assert kind_of(damaged) == IndexKind.PRODUCTS
        expected = found(Shelf(encoder()), "hive", limit=100)
        path = generations.folder_of(damaged) / name
        path.write_bytes(path.read_bytes()[:-100])
        shelf = Shelf(encoder())
        assert found(shelf, "hive", limit=100) == expected
        assert shelf.generation is None
        assert compaction.needs_rebuild()

    def test_a_kind_that_is_not_known_is_set_aside(self) -> None:
        edit_manifest(built(), lambda manifest: manifest.update(dense="of a later version"))
        shelf = Shelf(encoder())
        assert len(found(shelf, "hive", limit=100)[0]) == SIZE - 1
        assert shelf.generation is None
        assert compaction.needs_rebuild()


def built() -> Generation:
    generation = compaction.rebuild(quietly)
    assert generation is not None
    return generation


def kind_of(generation: Generation) -> str:
    manifest = json.loads((generations.folder_of(generation) / "manifest.json").read_text())
    return str(manifest["dense"])


def edit_manifest(generation: Generation, edit: Callable[[dict[str, object]], object]) -> None:
    path = generations.folder_of(generation) / "manifest.json"
    manifest = json.loads(path.read_text())
    edit(manifest)
    path.write_text(json.dumps(manifest))
