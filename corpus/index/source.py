"""What the index is made from: rows of passages with an embedding, read a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.index.facets import Facets, PassageFacets
from corpus.index.lexical import LexicalText
from corpus.index.referring import Referring
from corpus.models import Collection, Encoder, Passage, Section
from corpus.vectors import from_bytes

CHUNK = 2_000
"""Passages read at once."""
FEW_DOCUMENTS = 200
"""Documents asked for in one query."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some passages with everything that is indexed of them, in the order of their ids."""

    facets: Facets
    texts: Sequence[LexicalText]
    """Those of matters withheld, unless they were asked for."""
    vectors: NDArray[np.float32]
    """Shape (n, dimension)."""

    @property
    def withheld(self) -> frozenset[int]:
        """The shelves whose words it lacks."""
        lacking = [place for place, text in enumerate(self.texts) if text.withheld]
        return frozenset(self.facets.collections[lacking].tolist())


def embedded(encoder: Encoder) -> Any:
    """The rows that can be searched: passages with an embedding by this encoder."""
    return Passage.objects.filter(encoder=encoder, embedding__isnull=False).order_by("pk")


def chunks(encoder: Encoder) -> Iterator[Chunk]:
    """All of them, with what refers to them; besides that memory stays flat."""
    referring = Referring()
    above = 0
    while passages := list(embedded(encoder).filter(pk__gt=above)[:CHUNK]):
        yield _chunk(passages, encoder, referring)
        above = passages[-1].pk


def chunks_of(encoder: Encoder, ids: Sequence[int], *, of_matters: bool = False) -> Iterator[Chunk]:
    """Those of these ids that are still there; what refers to them is read for the next generation.

    `of_matters`: with the words of matters too.
    """
    for first in range(0, len(ids), CHUNK):
        passages = list(embedded(encoder).filter(pk__in=ids[first : first + CHUNK]))
        yield _chunk(passages, encoder, of_matters=of_matters)


def matters() -> frozenset[int]:
    """The keys of shelves that belong to a matter."""
    return frozenset(Collection.objects.matters().order_by().values_list("pk", flat=True))


def _chunk(
    passages: list[Passage],
    encoder: Encoder,
    referring: Referring | None = None,
    *,
    of_matters: bool = False,
) -> Chunk:
    held = Passage.objects.attach_sections(passages)
    # Asked behind the passages: a matter is there before what it holds.
    withheld = frozenset() if of_matters else matters()
    packed = [bytes(passage.embedding or b"") for passage in held]
    return Chunk(
        Facets.of(_facets(passage.pk, passage.section) for passage in held),
        [
            LexicalText(passage.pk, "", "", withheld=True)
            if passage.section.document.collection_id in withheld
            else _text(passage, referring.to(passage.section_id) if referring else "")
            for passage in held
        ],
        from_bytes(packed, encoder.dimension),
    )


def current_facets(encoder: Encoder, documents: Sequence[int]) -> list[PassageFacets]:
    """The facets of all embedded passages of some documents, without reading texts or embeddings."""
    found: list[PassageFacets] = []
    for some in _batches(documents):
        rows = Section.objects.filter(document__in=some).select_related("document")
        sections = rows.defer("text", "notes", "ancestors", "page_breaks").in_bulk()
        found += [_facets(pk, sections[key]) for pk, key in _ids(encoder, some) if key in sections]
    return found


def current_ids(encoder: Encoder, documents: Sequence[int]) -> set[int]:
    """The ids of all embedded passages of some documents."""
    return {pk for some in _batches(documents) for pk, _ in _ids(encoder, some)}


def _batches(documents: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(documents), FEW_DOCUMENTS):
        yield documents[first : first + FEW_DOCUMENTS]


def _ids(encoder: Encoder, documents: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(passage id, section id) of all embedded passages of a few documents.

    The encoder is compared here: asked for it, SQLite goes through the index of all passages of the encoder
    instead of those of the documents.
    """
    rows = Passage.objects.filter(section__document__in=documents, embedding__isnull=False).order_by()
    for pk, section_id, encoder_id in rows.values_list("pk", "section_id", "encoder_id").iterator():
        if encoder_id == encoder.pk:
            yield pk, section_id


def _facets(passage_id: int, section: Section) -> PassageFacets:
    document = section.document
    return PassageFacets(
        passage_id, section.pk, document.pk, document.collection_id, document.jurisdiction,
        section.entered_into_force or section.valid_from, section.valid_to,
    )  # fmt: skip


def _text(passage: Passage, references: str) -> LexicalText:
    section = passage.section
    path = " ".join((section.document.title, *section.ancestors))
    return LexicalText(passage.pk, f"{section.number} {section.heading}", passage.text, path, references)
