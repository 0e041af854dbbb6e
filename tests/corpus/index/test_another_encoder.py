"""F23: while the rows are embedded again by another encoder, no search meets vectors of both."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from corpus import vectors
from corpus.index import generations
from corpus.index.local import LocalBackend
from corpus.index.shelf import Shelf
from corpus.models import Document, Encoder, Generation, Passage
from tests.corpus.index.rows_by_hand import FAR, NEAR, TODAY, a_document, at, encoder, paths, question

pytestmark = pytest.mark.django_db
NAMES = [f"act{number}/0" for number in range(6)]


@pytest.fixture
def other() -> Encoder:
    """The encoder that is configured next, of the same dimension: nothing but its name tells its vectors apart."""
    return Encoder.objects.create(name="another", revision="1", dimension=encoder().dimension)


@pytest.fixture
def built(data_folder: object, settings: LazySettings) -> Generation:
    """Six documents that the old encoder puts near the question, and their index."""
    settings.LAWQA_INDEX = "local"
    for number in range(6):
        a_document(f"act{number}", f"Hive {number}.", cosine=NEAR)
    return generations.build(encoder())


def embed_again(by: Encoder, *names: str) -> None:
    rows = list(Passage.objects.filter(section__path__in=names))
    for row in rows:
        row.encoder, row.embedding = by, vectors.to_bytes(at(FAR))
    Passage.objects.bulk_update(rows, ["encoder", "embedding"])
    Document.objects.filter(sections__passages__in=rows).touch()


def seen(by: Encoder) -> dict[str, float]:
    """Section → cosine, of all that a search by this encoder meets."""
    shelf = Shelf(by, LocalBackend(by))
    hits = shelf.search_dense(question(), TODAY, 100)
    return {
        path: round(hit.score, 2)
        for path, hit in zip(paths(shelf, [hit.passage_id for hit in hits]), hits, strict=True)
    }


def test_each_encoder_is_searched_by_its_own_vectors_only(built: Generation, other: Encoder) -> None:
    assert seen(encoder()) == dict.fromkeys(NAMES, NEAR)
    assert seen(other) == {}
    for done in range(1, 7):
        embed_again(other, NAMES[done - 1])
        assert seen(encoder()) == dict.fromkeys(NAMES[done:], NEAR)
        assert seen(other) == dict.fromkeys(NAMES[:done], FAR)
    generations.build(other)
    assert seen(other) == dict.fromkeys(NAMES, FAR)


def take_for_another(built: Generation, other: Encoder) -> None:
    """The rows say that the index is another encoder's, by which they are embedded; none seems to have changed since."""
    rows = list(Passage.objects.all())
    for row in rows:
        row.encoder, row.embedding = other, vectors.to_bytes(at(FAR))
    Passage.objects.bulk_update(rows, ["encoder", "embedding"])
    Generation.objects.filter(pk=built.pk).update(encoder=other)
    assert seen(other) == dict.fromkeys(NAMES, FAR), "vectors of another encoder"


def test_an_index_of_another_encoder_is_not_opened(built: Generation, other: Encoder) -> None:
    take_for_another(built, other)


def test_without_its_name_in_the_manifest_it_would_be(
    other: Encoder, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Encoder, "__str__", lambda self: "any")
    built: Generation = request.getfixturevalue("built")
    with pytest.raises(AssertionError, match="vectors of another encoder"):
        take_for_another(built, other)
