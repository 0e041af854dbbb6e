"""Sections get their passages and passages their embeddings once, whoever else is at work and whenever it stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import editions, embedding, rows
from corpus.models import Document, Encoder, Passage, Section
from corpus.types import DocumentText, Kind, LoadReport, SectionText
from tests.library import quietly, shelf

pytestmark = pytest.mark.django_db
Interrupt = Callable[[], object]


class Stop(Exception):
    """Raised by a progress callback."""


def a_document(key: str, sections: int) -> int:
    """Its key in the database; each section becomes one passage."""
    act = DocumentText(
        key=key, kind=Kind.STATUTE, jurisdiction="xx", title=key, citation=key, dated=dt.date(2020, 1, 1)
    )
    read = (
        SectionText(path=f"s_{n}", label=f"{key} {n}", heading="", text=f"A hive has {n} bees.")
        for n in range(sections)
    )
    return editions.record(shelf(), act, read, LoadReport()).document_id


def offsets(texts: Sequence[str], meanwhile: Interrupt = lambda: None) -> list[list[tuple[int, int]]]:
    """A token a character; `meanwhile` happens while the texts are cut."""
    meanwhile()
    return [[(n, n + 1) for n in range(len(text))] for text in texts]


def encode(texts: Sequence[str], meanwhile: Interrupt = lambda: None) -> NDArray[np.float32]:
    meanwhile()
    found = np.zeros((len(texts), encoder().dimension), dtype=np.float32)
    found[:, 0] = 1
    return found


def encoder() -> Encoder:
    return embedding.current_encoder()


def split(meanwhile: Interrupt = lambda: None, **options: int) -> None:
    rows.split_new_sections(lambda texts: offsets(texts, meanwhile), quietly, **options)


def embed(meanwhile: Interrupt = lambda: None, **options: int) -> int:
    return rows.embed_new_passages(encoder(), lambda texts: encode(texts, meanwhile), quietly, **options)


def once(action: Interrupt) -> Interrupt:
    """Does it at the first call only."""
    waiting = [action]
    return lambda: waiting.pop()() if waiting else None


def paths(document: int) -> list[str]:
    return list(Passage.objects.filter(section__document=document).values_list("section__path", flat=True))


def test_a_job_works_on_its_own_document_only() -> None:
    mine, other = a_document("mine", 3), a_document("other", 2)
    split(document=mine)
    assert len(paths(mine)) == 3
    assert paths(other) == []
    split()
    assert embed(document=mine) == 3
    assert Passage.objects.without_embedding(encoder()).count() == 2
    assert embed() == 2


def test_progress_counts_the_passages_of_the_document() -> None:
    mine = a_document("mine", 3)
    a_document("other", 4)
    told: list[tuple[str, int, int | None]] = []

    def progress(stage: str, advance: int, total: int | None) -> None:
        told.append((stage, advance, total))

    rows.split_new_sections(offsets, progress, document=mine)
    split()
    rows.embed_new_passages(encoder(), encode, progress, document=mine)
    assert told == [("passages", 0, 3), ("passages", 3, 3), ("embedding", 0, 3), ("embedding", 3, 3)]


@pytest.mark.parametrize("text", ["x" * 200_000, "ก" * 5_000], ids=["one-word", "thai"])
def test_a_word_that_the_encoder_does_not_know_makes_no_endless_passage(text: str) -> None:
    document = a_document("long", 1)
    section = Section.objects.get(document=document)
    section.text = text
    cut = list(rows.passages_of([section], embedding.token_offsets))
    longest = rows.TOKEN_LIMIT * rows.UNKNOWN_PIECE
    assert max(piece.end - piece.start for piece in cut) <= longest
    assert "".join(piece.text for piece in cut) == text


def test_two_processes_that_cut_the_same_section_give_it_one_set_of_passages() -> None:
    document = a_document("bees", 3)
    split(once(split), document=document)
    assert sorted(paths(document)) == ["s_0", "s_1", "s_2"]


def test_two_processes_that_embed_the_same_passages_leave_one_embedding_each() -> None:
    document = a_document("bees", 3)
    split()
    embed(once(lambda: embed(document=document)), document=document)
    assert len(paths(document)) == 3
    assert not Passage.objects.without_embedding(encoder()).exists()


def test_a_document_deleted_while_it_is_cut_stays_deleted() -> None:
    doomed, other = a_document("doomed", 2), a_document("other", 1)
    split(once(Document.objects.get(pk=doomed).delete))
    assert Passage.objects.count() == len(paths(other)) == 1


def test_a_document_deleted_while_it_is_embedded_stays_deleted() -> None:
    doomed, other = a_document("doomed", 2), a_document("other", 1)
    split()
    assert embed(once(Document.objects.get(pk=doomed).delete)) == 1
    assert Passage.objects.count() == len(paths(other)) == 1
    assert not Passage.objects.without_embedding(encoder()).exists()


def test_a_text_corrected_while_it_is_cut_is_cut_anew() -> None:
    document = a_document("bees", 1)
    longer = "A hive has 7 bees, and a queen."
    correct = Section.objects.filter(document=document).update
    split(once(lambda: correct(text=longer, sha256="corrected")))
    assert paths(document) == []
    split()
    assert [passage.text for passage in Passage.objects.all()] == [longer]


def test_what_was_saved_before_a_stop_stays_and_the_rest_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "SPLIT_CHUNK", 2)
    monkeypatch.setattr(rows, "EMBED_CHUNK", 2)
    document = a_document("bees", 5)

    def stop(stage: str, advance: int, total: int | None) -> None:
        if advance:
            raise Stop

    with pytest.raises(Stop):
        rows.split_new_sections(offsets, stop, document=document)
    assert len(paths(document)) == 2
    split(document=document)
    with pytest.raises(Stop):
        rows.embed_new_passages(encoder(), encode, stop, document=document)
    assert Passage.objects.without_embedding(encoder()).count() == 3
    assert embed(document=document) == 3
    assert sorted(paths(document)) == [f"s_{n}" for n in range(5)]


def test_each_chunk_declares_that_its_document_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "EMBED_CHUNK", 2)
    mine, other = a_document("mine", 4), a_document("other", 1)
    split()
    before = dict(Document.objects.values_list("pk", "version"))
    embed(document=mine)
    after = dict(Document.objects.values_list("pk", "version"))
    assert after[mine] == before[mine] + 2
    assert after[other] == before[other]
