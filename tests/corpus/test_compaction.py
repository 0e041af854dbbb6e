"""The index is built anew when it pays, by one process at a time, and what a build leaves behind is removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from corpus import compaction
from corpus.index import generations
from corpus.index.shelf import Shelf
from corpus.models import Document, Generation
from tests.corpus.index.rows_by_hand import FAR, a_document, encoder, found
from tests.library import quietly

pytestmark = pytest.mark.django_db
HIVES = "Every hive must be registered."
State = Generation.State


class Stop(Exception):
    """Raised by a progress callback."""


def built() -> Generation:
    generation = compaction.rebuild(quietly)
    assert generation is not None
    return generation


def folders() -> set[str]:
    return {path.name for path in generations.root().iterdir() if path.is_dir()}


def test_an_empty_shelf_needs_no_index() -> None:
    assert not compaction.due()
    assert compaction.compact(quietly) is None


def test_the_first_passages_make_an_index_due() -> None:
    a_document("bees", HIVES, embed=False)
    assert not compaction.due()
    a_document("boats", HIVES)
    assert compaction.due()
    assert compaction.compact(quietly) is not None
    assert not compaction.due()


@pytest.mark.parametrize("change", ["added", "deleted", "replaced"])
def test_a_build_is_due_when_as_many_came_or_went(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MOST_BEHIND", 6)
    a_document("kept", HIVES)
    doomed = a_document("doomed", *[HIVES] * 6)
    built()
    assert compaction.behind() == 0
    if change == "added":
        a_document("new", *[HIVES] * 5)
        assert not compaction.due()
        a_document("newer", HIVES)
    if change == "deleted":
        doomed.delete()
    if change == "replaced":
        a_document("new", *[HIVES] * 3)
        Document.objects.get(key="doomed").sections.filter(position__lt=3).delete()
        assert not compaction.due(), "a deletion that nobody declared"
        Document.objects.filter(key="doomed").touch()
    assert compaction.behind() == 6
    assert compaction.due()
    compaction.compact(quietly)
    assert compaction.behind() == 0
    assert not compaction.due()


def test_of_a_large_generation_a_share_must_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MOST_BEHIND", 1)
    a_document("large", *[HIVES] * 60)
    built()
    a_document("two", HIVES, HIVES)
    assert not compaction.due()
    a_document("third", HIVES)
    assert compaction.due()


def test_changed_days_alone_make_no_build_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are searched as they are now beside any generation."""
    monkeypatch.setattr(compaction, "MOST_BEHIND", 1)
    a_document("bees", HIVES)
    built()
    Document.objects.all().touch()
    assert not compaction.due()


def test_only_one_process_builds() -> None:
    a_document("bees", HIVES)
    generations.root().mkdir(parents=True)
    with FileLock(generations.root() / "build.lock"):
        assert compaction.compact(quietly) is None
        assert compaction.rebuild(quietly) is None
        compaction.clean()
    assert not Generation.objects.exists()
    assert compaction.compact(quietly) is not None


def test_cleaning_leaves_a_build_that_is_going_on_alone() -> None:
    generations.root().mkdir(parents=True)
    (generations.root() / "7.tmp").mkdir()
    Generation.objects.create(encoder=encoder())
    with FileLock(generations.root() / "build.lock"):
        compaction.clean()
        assert folders() == {"7.tmp"}
    compaction.clean()
    assert folders() == set()
    assert not Generation.objects.exists()


def test_a_build_that_is_stopped_leaves_nothing_and_the_old_generation_serves() -> None:
    a_document("bees", HIVES)
    old = built()

    def stop(stage: str, advance: int, total: int | None) -> None:
        raise Stop

    with pytest.raises(Stop):
        compaction.rebuild(stop)
    assert folders() == {str(old.pk)}
    assert list(Generation.objects.all()) == [old]
    assert found(Shelf(encoder()), "hive") == (["bees/0"], ["bees/0"])
    assert built().pk > old.pk


def test_the_serving_generation_and_the_one_before_are_kept() -> None:
    a_document("bees", HIVES)
    numbers = [built().pk for _ in range(4)]
    assert folders() == {str(number) for number in numbers[-2:]}


def test_an_older_build_never_replaces_a_newer_one() -> None:
    a_document("bees", HIVES)
    older = Generation.objects.create(encoder=encoder())
    newer = built()
    generations._serve(older)
    assert Generation.objects.serving() == newer
    older.refresh_from_db()
    assert older.state == State.RETIRED


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [flip, cut], ids=["bit", "cut"])
def test_a_damaged_generation_gives_way_to_the_one_before_until_it_is_built_anew(
    harm: Callable[[Path], None],
) -> None:
    a_document("bees", HIVES)
    before = built()
    a_document("boats", "A hive on a boat.", cosine=FAR)
    damaged = built()
    expected = found(Shelf(encoder()), "hive")
    harm(generations.folder_of(damaged) / "dense.faiss")
    shelf = Shelf(encoder())
    assert found(shelf, "hive")[0] == expected[0] == ["bees/0", "boats/0"]
    assert sorted(found(shelf, "hive")[1]) == sorted(expected[1])
    assert shelf.generation == before.pk
    assert compaction.needs_rebuild()
    again = compaction.compact(quietly)
    assert again is not None
    assert not compaction.needs_rebuild()
    assert found(shelf, "hive") == expected
    assert shelf.generation == again.pk
    assert f"{damaged.pk}.damaged" in folders(), "set aside, not deleted"


def test_without_a_generation_before_it_the_rows_are_searched() -> None:
    a_document("bees", HIVES)
    damaged = built()
    (generations.folder_of(damaged) / "facets.npz").write_bytes(b"")
    assert compaction.behind() == 1
    assert compaction.needs_rebuild(), "noticed without any search"
    shelf = Shelf(encoder())
    assert found(shelf, "hive") == (["bees/0"], ["bees/0"])
    assert shelf.generation is None


def test_two_processes_that_meet_the_same_damage_set_it_aside_once() -> None:
    a_document("bees", HIVES)
    damaged = built()
    generations.set_aside(damaged, "a bit flipped")
    newer = built()
    generations.set_aside(damaged, "a bit flipped")
    assert Generation.objects.serving() == newer
    assert {str(newer.pk), f"{damaged.pk}.damaged"} <= folders()
