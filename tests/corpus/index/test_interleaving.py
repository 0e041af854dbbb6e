"""Writers whose transactions overlap: only PostgreSQL lets them, SQLite has one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from django.db import connection, connections, transaction
from numpy.typing import NDArray

from corpus import compaction, rows
from corpus.index.shelf import Shelf
from corpus.models import Document, Passage
from tests.corpus.index.rows_by_hand import FAR, a_document, encoder, found
from tests.library import quietly

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
HIVES = "Every hive must be registered."
SECONDS = 20


class Writers:
    """Threads with connections of their own; what one raises is raised when all have ended."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def start(self, work: Callable[[], object]) -> None:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                self._errors.append(error)
                raise
            finally:
                connections.close_all()

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(SECONDS)
            assert not thread.is_alive(), "a writer hangs"
        assert not self._errors


@pytest.fixture
def writers() -> Iterator[Writers]:
    found = Writers()
    yield found
    found.join()


def test_lower_ids_that_are_committed_after_the_build_are_found(writers: Writers) -> None:
    written, may_commit = threading.Event(), threading.Event()
    encoder()

    def slow() -> None:
        with transaction.atomic():
            a_document("slow", HIVES)
            written.set()
            assert may_commit.wait(SECONDS)

    a_document("first", "Wax may be sold.", cosine=FAR)  # the shelf is there: both only add to it
    writers.start(slow)
    assert written.wait(SECONDS)
    quick = a_document("quick", "Honey may be sold.", cosine=FAR)
    generation = compaction.rebuild(quietly)
    shelf = Shelf(encoder())
    assert sorted(found(shelf, "hive honey")[0]) == ["first/0", "quick/0"]
    may_commit.set()
    writers.join()
    late = Passage.objects.get(section__document__key="slow").pk
    assert late < Passage.objects.get(section__document=quick).pk
    assert generation is not None
    assert late < generation.high_water
    assert found(shelf, "hive")[0][0] == "slow/0"
    assert found(shelf, "hive")[1] == ["slow/0"]


def test_a_section_that_two_cut_at_once_gets_its_passages_once(writers: Writers) -> None:
    document = a_document("bees", HIVES, HIVES, HIVES)
    Passage.objects.all().delete()
    both = threading.Barrier(2)

    def split() -> None:
        at_once = iter([both])  # both have read what is missing before either saves

        def offsets(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
            for barrier in at_once:
                barrier.wait(SECONDS)
            return [[(n, n + 1) for n in range(len(text))] for text in texts]

        rows.split_new_sections(offsets, quietly, document=document.pk)

    writers.start(split)
    writers.start(split)
    writers.join()
    assert Passage.objects.count() == 3


def test_deleting_and_embedding_the_same_documents_never_block_each_other(writers: Writers) -> None:
    documents = [a_document(f"act{n}", *[HIVES] * 8, embed=False).pk for n in range(12)]
    encoder_row = encoder()

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), encoder_row.dimension), 0.05, dtype=np.float32)

    def delete() -> None:
        for pk in reversed(documents):
            with transaction.atomic():
                Document.objects.filter(pk=pk).touch()
                Document.objects.filter(pk=pk).delete()

    writers.start(lambda: rows.embed_new_passages(encoder_row, encode, quietly))
    writers.start(delete)
    writers.join()
    assert not Document.objects.exists()
    assert not Passage.objects.exists()
