"""Compares what must agree: sections with their passages, embeddings with the encoder, index with the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.db.models import F, Q
from django.db.models.functions import Length

from corpus import embedding, files
from corpus.index import generations
from corpus.index.backend import is_milvus
from corpus.index.errors import Unavailable
from corpus.index.versions import Versions
from corpus.models import Encoder, Generation, Passage, Section, StoredFile

REBUILD = "Run manage.py rebuild_index."
RELOAD = "Run manage.py load_law with the pack again, or wait until the files in work are done."
EMBED = "Run manage.py embed, or wait until the files in work are done."
REPLACE = "Put them back from a backup, or remove the jobs and add the files again."


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison, in a sentence that says what to do when it fails."""

    agrees: bool
    sentence: str


def check() -> Iterator[Finding]:
    """Every comparison, cheapest first."""
    encoder = embedding.current_encoder()
    yield _sections_have_passages()
    yield _offsets_are_inside()
    yield _intervals_do_not_overlap()
    yield _everything_is_embedded(encoder)
    yield _embeddings_have_the_right_size(encoder)
    yield _originals_are_whole()
    yield _sections_know_their_pages()
    yield from _index(encoder)


def _sections_have_passages() -> Finding:
    with_text = Section.objects.exclude(text="")
    missing = with_text.filter(passages__isnull=True).count()
    if missing:
        return Finding(False, f"{missing:,} sections have text but no passages. {EMBED}")
    return Finding(True, f"All {with_text.count():,} sections with text have passages.")


def _offsets_are_inside() -> Finding:
    lengths = Passage.objects.alias(length=Length("section__text"))
    outside = lengths.filter(Q(end__gt=F("length")) | Q(end__lte=F("start"))).count()
    if outside:
        return Finding(False, f"{outside:,} passages point outside their section's text. {RELOAD}")
    return Finding(True, "All passages lie inside their section's text.")


def _intervals_do_not_overlap() -> Finding:
    rows = Section.objects.order_by("document_id", "path", "valid_from", "pk")
    overlapping, last = 0, None
    for row in rows.values_list("document_id", "path", "valid_from", "valid_to").iterator():
        if (
            last
            and last[:2] == row[:2]
            and row[2]
            and (last[3] is None or last[3] > row[2])
            and row[2] != row[3]
        ):
            overlapping += 1
        last = row
    if overlapping:
        return Finding(False, f"{overlapping:,} sections have two texts for one day. {RELOAD}")
    return Finding(True, "No section has two texts for one day.")


def _everything_is_embedded(encoder: Encoder) -> Finding:
    missing = Passage.objects.without_embedding(encoder).count()
    if missing:
        return Finding(False, f"{missing:,} passages are not embedded by {encoder}. {EMBED}")
    return Finding(True, f"All {Passage.objects.count():,} passages are embedded by {encoder}.")


def _embeddings_have_the_right_size(encoder: Encoder) -> Finding:
    rows = Passage.objects.filter(encoder=encoder, embedding__isnull=False)
    wrong = rows.alias(size=Length("embedding")).exclude(size=2 * encoder.dimension).count()
    if wrong:
        return Finding(False, f"{wrong:,} embeddings are not {encoder.dimension} float16 numbers. {RELOAD}")
    return Finding(True, f"All embeddings are {encoder.dimension} float16 numbers.")


def _originals_are_whole() -> Finding:
    stored = StoredFile.objects.order_by("pk")
    damaged = sum(
        not _is_whole(files.path_of(sha256), sha256) for sha256 in stored.values_list("sha256", flat=True)
    )
    if damaged:
        return Finding(False, f"{damaged:,} originals are missing or not what was uploaded. {REPLACE}")
    return Finding(True, f"All {stored.count():,} originals are what was uploaded.")


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and generations.sha256(path) == sha256


def _sections_know_their_pages() -> Finding:
    paged = Section.objects.filter(edition__file__page_count__isnull=False).exclude(page_breaks=[])
    wrong = 0
    for breaks, pages in paged.values_list("page_breaks", "edition__file__page_count").iterator():
        numbers = [number for _, number in breaks]
        wrong += numbers != sorted(numbers) or not 1 <= numbers[0] <= numbers[-1] <= pages
    if wrong:
        return Finding(False, f"{wrong:,} sections name pages that their original does not have. {RELOAD}")
    return Finding(True, "All sections of originals name pages that those have.")


def _index(encoder: Encoder) -> Iterator[Finding]:
    if is_milvus():
        yield _server_agrees(encoder)
        return
    serving = Generation.objects.filter(encoder=encoder).serving()
    if serving is None:
        empty = not Passage.objects.exists()
        yield Finding(empty, "There is nothing to index." if empty else f"No index serves. {REBUILD}")
        return
    try:
        opened = generations.open_files(serving)
    except generations.Damaged as damage:
        yield Finding(False, f"The index is damaged: {damage}. {REBUILD}")
        return
    yield Finding(True, f"All files of {serving} are what was written.")
    yield _ids_agree(opened, encoder)


def _server_agrees(encoder: Encoder) -> Finding:
    """Documents whose version has changed are searched by their rows; of the others server and rows agree."""
    from corpus.index.milvus import keeping

    try:
        wrong, lost, held = keeping.disagreement(encoder)
    except Unavailable as error:
        return Finding(False, f"The index on the server cannot be compared: {error} {REBUILD}")
    if wrong or lost:
        return Finding(
            False,
            f"{wrong:,} passages of the index are not as their rows, {lost:,} rows are not in it. {REBUILD}",
        )
    return Finding(
        True, f"The index on the server holds {held:,} passages, all as their rows or known to differ."
    )


def _ids_agree(opened: generations.Files, encoder: Encoder) -> Finding:
    """Documents whose version has changed are searched by their rows; of the others index and rows agree."""
    rows = Passage.objects.filter(encoder=encoder, embedding__isnull=False).order_by("pk")
    pairs = np.array(list(rows.values_list("pk", "section__document_id")), dtype=np.int64).reshape(-1, 2)
    now = Versions.now()
    changed = np.array(
        [*now.changed_since(opened.versions), *now.gone_since(opened.versions)], dtype=np.int64
    )
    inside = opened.facets.ids[~np.isin(opened.facets.documents, changed)]
    still = pairs[~np.isin(pairs[:, 1], changed), 0]
    ghosts, lost = np.setdiff1d(inside, still), np.setdiff1d(still, inside)
    worded = np.count_nonzero(~np.isin(opened.facets.collections, list(opened.withheld)))
    if len(ghosts) or len(lost) or len(opened.lexical) != worded:
        return Finding(
            False,
            f"{len(ghosts):,} passages of the index have no row, {len(lost):,} rows are not in it. {REBUILD}",
        )
    newer = np.setdiff1d(pairs[:, 0], opened.facets.ids)
    more = f"; {len(newer):,} newer ones are searched from the rows" if len(newer) else ""
    return Finding(
        True, f"The index holds {len(opened.facets):,} passages, all with a row or known to be gone{more}."
    )
