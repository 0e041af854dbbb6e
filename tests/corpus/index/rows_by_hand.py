"""Passages with embeddings chosen by the test, so that it decides what ranks where; no encoder runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus import embedding, vectors
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf
from corpus.models import Document, Edition, Encoder, Passage, Section
from corpus.types import Filters
from tests.library import shelf as collection

TODAY = Filters(as_of=dt.date(2024, 1, 1))
NEAR, FAR = 0.9, 0.2
"""Cosine with the question's vector."""


def encoder() -> Encoder:
    return embedding.current_encoder()


def question() -> NDArray[np.float32]:
    return at(1.0)


def at(cosine: float) -> NDArray[np.float32]:
    """A unit vector of that cosine with the question."""
    found = np.zeros(encoder().dimension, dtype=np.float32)
    found[0], found[1] = cosine, np.sqrt(1 - cosine**2)
    return found


def a_document(key: str, *texts: str, cosine: float = NEAR, embed: bool = True, **facts: object) -> Document:
    """A document with a section a text and a passage a section; searchable unless `embed` is False."""
    given = {
        "jurisdiction": "xx",
        "title": key,
        "citation": key,
        "short_title": key,
        "kind": "statute",
        **facts,
    }
    document = Document.objects.create(collection=collection(), key=key, **given)
    edition = Edition.objects.create(document=document, dated=dt.date(2020, 1, 1), sha256="")
    sections = Section.objects.bulk_create(
        Section(
            document=document, edition=edition, path=f"{key}/{place}", label=f"{key} {place}", text=text,
            position=place, sha256="", valid_from=dt.date(2020, 1, 1),
        )
        for place, text in enumerate(texts)
    )  # fmt: skip
    packed = {"encoder": encoder(), "embedding": vectors.to_bytes(at(cosine))} if embed else {}
    Passage.objects.bulk_create(
        Passage(section=row, start=0, end=len(row.text), **packed) for row in sections
    )
    Document.objects.filter(pk=document.pk).touch()
    return document


def embed_rows(passages: Iterable[Passage], cosine: float = NEAR) -> None:
    """What corpus.rows does for passages of one document, with a vector of the test's choice."""
    rows = list(passages)
    for row in rows:
        row.encoder, row.embedding = encoder(), vectors.to_bytes(at(cosine))
    Passage.objects.bulk_update(rows, ["encoder", "embedding"])
    Document.objects.filter(sections__passages__in=[row.pk for row in rows[:1]]).touch()


def found(shelf: Shelf, text: str, filters: Filters = TODAY, limit: int = 10) -> tuple[list[str], list[str]]:
    """Paths of the sections that the vectors find, and those that the words find, best first."""
    by_vector = [hit.passage_id for hit in shelf.search_dense(question(), filters, limit)]
    by_words = [hit.passage_id for hit in shelf.search_lexical(question_terms(text), filters, limit)]
    return paths(shelf, by_vector), paths(shelf, by_words)


def paths(shelf: Shelf, ids: Sequence[int]) -> list[str]:
    """Of the hits as the index gives them, live or not: what is gone is `None`."""
    sections = shelf.section_of(ids)
    known = dict(Section.objects.filter(pk__in=sections.values()).values_list("pk", "path"))
    return [str(known.get(sections[pid])) for pid in ids]
