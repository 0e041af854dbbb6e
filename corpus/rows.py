"""Stages 2 and 3 of loading over the rows: whatever has no passages or no embedding gets them.

Both pick up where an interrupted load left off, because they look for what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from corpus import passages, vectors
from corpus.models import Document, Encoder, Passage, PassageQuerySet, Section, SectionQuerySet
from corpus.types import SectionText

Progress = Callable[[str, int, int | None], None]
TokenOffsets = Callable[[Sequence[str]], list[list[tuple[int, int]]]]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

TOKEN_LIMIT = 254
"""Of an embedded passage with its heading path: 256 of the encoder, less its two marks."""
PATH_TOKENS = 80
"""The heading path is cut after so many tokens, so that most of the passage is law."""
LONGEST_TOKEN = 32
"""Characters; a longer one is a word that the encoder does not know, such as a line of Thai: it counts as"""
UNKNOWN_PIECE = 8
"""characters a token, so that no passage is longer than can be read."""
SPLIT_CHUNK = 50
EMBED_CHUNK = 64
"""Passages embedded and saved at once: some 1 to 2 seconds of work, so that progress and leases are timely."""


def counted(sections: Iterable[SectionText], progress: Progress) -> Iterator[SectionText]:
    """The same stream, reported as it passes."""
    for section in sections:
        yield section
        progress("sections", 1, None)


def split_new_sections(
    token_offsets: TokenOffsets, progress: Progress, *, document: int | None = None
) -> None:
    """Give every section with text its passages, if it has none; with `document` only that one's sections."""
    waiting = _unsplit().order_by("pk")
    if document is not None:
        waiting = waiting.filter(document=document)
    total, above = waiting.count(), 0
    progress("passages", 0, total)
    while sections := list(waiting.filter(pk__gt=above).select_related("document")[:SPLIT_CHUNK]):
        _save_passages(sections, list(passages_of(sections, token_offsets)))
        above = sections[-1].pk
        progress("passages", len(sections), total)


def _save_passages(sections: Sequence[Section], cut: Sequence[Passage]) -> None:
    """Save the passages of those sections that still have none and whose text is still what was cut.

    Meanwhile another process may have done the same, corrected the text, or deleted the document.
    """
    with transaction.atomic():
        held = Document.objects.filter(pk__in={section.document_id for section in sections}).lock()
        waiting = Section.objects.filter(pk__in=[section.pk for section in sections], document__in=held)
        texts = dict(waiting.filter(passages__isnull=True).values_list("pk", "sha256"))
        as_cut = {section.pk for section in sections if texts.get(section.pk) == section.sha256}
        Passage.objects.bulk_create(passage for passage in cut if passage.section_id in as_cut)


def passages_of(sections: Sequence[Section], token_offsets: TokenOffsets) -> Iterator[Passage]:
    """The passages of each section, not saved."""
    paths = token_offsets([section.heading_path for section in sections])
    texts = token_offsets([section.text for section in sections])
    for section, path, tokens in zip(sections, paths, texts, strict=True):
        limit = TOKEN_LIMIT - min(len(path), PATH_TOKENS)
        for piece in passages.split(section.text, list(_bounded(tokens)), limit):
            yield Passage(section=section, start=piece.start, end=piece.end)


def _bounded(tokens: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The tokens, one that is too long in pieces."""
    for start, end in tokens:
        if end - start <= LONGEST_TOKEN:
            yield start, end
        else:
            yield from ((at, min(at + UNKNOWN_PIECE, end)) for at in range(start, end, UNKNOWN_PIECE))


def embed_new_passages(
    encoder: Encoder, encode: Encode, progress: Progress, *, document: int | None = None
) -> int:
    """Give every passage an embedding by this encoder, if it has none; with `document` only that one's.

    Each chunk is searchable as soon as it is saved. Returns how many got an embedding.
    """
    waiting = Passage.objects.without_embedding(encoder).order_by("pk")
    if document is not None:
        waiting = waiting.filter(section__document=document)
    total, above, done = waiting.count(), 0, 0
    progress("embedding", 0, total)
    while chunk := list(waiting.filter(pk__gt=above)[:EMBED_CHUNK]):
        done += _embed(Passage.objects.attach_sections(chunk), encoder, encode)
        above = chunk[-1].pk
        progress("embedding", len(chunk), total)
    return done


def _embed(chunk: Sequence[Passage], encoder: Encoder, encode: Encode) -> int:
    """Embed and save; what was deleted meanwhile is not saved. Returns how many were."""
    if not chunk:
        return 0
    encoded = encode([embedded_text(row) for row in chunk])
    for row, vector in zip(chunk, encoded, strict=True):
        row.encoder, row.embedding = encoder, vectors.to_bytes(vector)
    documents = Document.objects.filter(pk__in={row.section.document_id for row in chunk})
    with transaction.atomic():
        documents.lock()
        saved = Passage.objects.bulk_update(chunk, ["encoder", "embedding"])
        documents.touch()
    return saved


def embedded_text(passage: Passage) -> str:
    """What the encoder reads: the heading path, then the passage."""
    return f"{passage.section.heading_path}\n{passage.text}"


def embedded_count(encoder: Encoder) -> int:
    return _embedded(encoder).count()


def waits(encoder: Encoder) -> bool:
    """Whether sections are not split, or passages not embedded by this encoder."""
    return Passage.objects.waiting_for(encoder).exists() or _unsplit().exists()


def _unsplit() -> SectionQuerySet:
    return Section.objects.filter(passages__isnull=True).exclude(text="")


def any_embedded(encoder: Encoder) -> bool:
    return _embedded(encoder).exists()


def _embedded(encoder: Encoder) -> PassageQuerySet:
    return Passage.objects.filter(encoder=encoder, embedding__isnull=False)
