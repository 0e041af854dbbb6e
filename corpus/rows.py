"""Stages 2 and 3 of loading over the rows: whatever has no passages or no embedding gets them.

Both pick up where an interrupted load left off, because they look for what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from corpus import passages, vectors
from corpus.models import Encoder, Generation, Passage, Section
from corpus.types import SectionText

Progress = Callable[[str, int, int | None], None]
TokenOffsets = Callable[[Sequence[str]], list[list[tuple[int, int]]]]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

TOKEN_LIMIT = 254
"""Of an embedded passage with its heading path: 256 of the encoder, less its two marks."""
PATH_TOKENS = 80
"""The heading path is cut after so many tokens, so that most of the passage is law."""
SPLIT_CHUNK = 200
EMBED_CHUNK = 256


def counted(sections: Iterable[SectionText], progress: Progress) -> Iterator[SectionText]:
    """The same stream, reported as it passes."""
    for section in sections:
        yield section
        progress("sections", 1, None)


def split_new_sections(token_offsets: TokenOffsets, progress: Progress) -> None:
    """Give every section with text its passages, if it has none."""
    waiting = Section.objects.filter(passages__isnull=True).exclude(text="").order_by("pk")
    above = 0
    while sections := list(waiting.filter(pk__gt=above).select_related("document")[:SPLIT_CHUNK]):
        with transaction.atomic():
            Passage.objects.bulk_create(_passages_of(sections, token_offsets))
        above = sections[-1].pk
        progress("passages", len(sections), None)


def _passages_of(sections: Sequence[Section], token_offsets: TokenOffsets) -> Iterator[Passage]:
    paths = token_offsets([section.heading_path for section in sections])
    texts = token_offsets([section.text for section in sections])
    for section, path, tokens in zip(sections, paths, texts, strict=True):
        limit = TOKEN_LIMIT - min(len(path), PATH_TOKENS)
        for piece in passages.split(section.text, tokens, limit):
            yield Passage(section=section, start=piece.start, end=piece.end)


def embed_new_passages(encoder: Encoder, encode: Encode, progress: Progress) -> int:
    """Give every passage an embedding by this encoder, if it has none. Returns how many got one."""
    waiting = Passage.objects.without_embedding(encoder).order_by("pk")
    total, above, done = waiting.count(), 0, 0
    while chunk := list(waiting.filter(pk__gt=above)[:EMBED_CHUNK]):
        Passage.objects.attach_sections(chunk)
        encoded = encode([embedded_text(row) for row in chunk])
        for row, vector in zip(chunk, encoded, strict=True):
            row.encoder, row.embedding = encoder, vectors.to_bytes(vector)
        with transaction.atomic():
            Passage.objects.bulk_update(chunk, ["encoder", "embedding"])
        above, done = chunk[-1].pk, done + len(chunk)
        progress("embedding", len(chunk), total)
    return done


def embedded_text(passage: Passage) -> str:
    """What the encoder reads: the heading path, then the passage."""
    return f"{passage.section.heading_path}\n{passage.text}"


def embedded_count(encoder: Encoder) -> int:
    return Passage.objects.filter(encoder=encoder, embedding__isnull=False).count()


def behind(generation: Generation | None, encoder: Encoder) -> int:
    """How many passages came or went since a generation was built."""
    embedded = Passage.objects.filter(encoder=encoder, embedding__isnull=False)
    if generation is None:
        return embedded.count()
    newer = embedded.filter(pk__gt=generation.high_water).count()
    gone = generation.passage_count - embedded.filter(pk__lte=generation.high_water).count()
    return newer + abs(gone)
