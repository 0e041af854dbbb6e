"""Generations of the index: built beside the old one, made durable, then pointed to by a row.

A generation is the folder `index/<pk>/`, written once and never changed. Its manifest names the encoder, the
counts and the sha256 of every file; a folder that does not fit its manifest is renamed and never searched.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from corpus.index import dense, lexical
from corpus.index.facets import Facets, PassageFacets
from corpus.index.lexical import LexicalText
from corpus.models import Encoder, Generation, Passage
from corpus.vectors import from_bytes

log = logging.getLogger(__name__)
MANIFEST = "manifest.json"
CHUNK = 2_000
Progress = Callable[[int], None]


class Damaged(Exception):
    """A generation's files are not what its manifest says. Says which and why."""


@dataclass(frozen=True, slots=True)
class Files:
    """One generation, opened."""

    number: int
    facets: Facets
    dense: dense.DenseIndex
    lexical: lexical.LexicalIndex
    mean_lengths: dict[str, float]
    high_water: int


def root() -> Path:
    return Path(settings.LAWQA_DATA) / "index"


def folder_of(generation: Generation) -> Path:
    return root() / str(generation.pk)


def build(encoder: Encoder, progress: Progress = lambda _: None) -> Generation:
    """Build a generation from the rows, make it durable and let it serve; the old one serves until then."""
    generation = Generation.objects.create(encoder=encoder)
    temporary = root() / f"{generation.pk}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    facets = _write(temporary, encoder, progress)
    _seal(temporary, generation, len(facets), int(facets.ids.max(initial=0)))
    temporary.rename(folder_of(generation))
    _fsync(root())
    _serve(generation)
    return generation


def _write(folder: Path, encoder: Encoder, progress: Progress) -> Facets:
    """Write all files of a generation; rows are read once, in order of their ids."""
    rows: list[PassageFacets] = []
    vectors: list[NDArray[np.float32]] = []

    def texts() -> Iterator[LexicalText]:
        for passages in _chunks(encoder):
            for passage in passages:
                rows.append(facets_of(passage))
                yield lexical_text(passage)
            vectors.append(vectors_of(passages, encoder))
            progress(len(passages))

    mean_lengths = lexical.build(folder, texts())
    (folder / "lengths.json").write_text(json.dumps(mean_lengths))
    facets = Facets.of(rows)
    facets.save(folder)
    empty = np.zeros((0, encoder.dimension), dtype=np.float32)
    dense.build(folder, np.concatenate(vectors) if vectors else empty)
    return facets


def _chunks(encoder: Encoder, above: int = 0) -> Iterator[list[Passage]]:
    """Embedded passages in order of their ids, a few at a time, so that memory stays flat."""
    rows = Passage.objects.filter(encoder=encoder, embedding__isnull=False).order_by("pk")
    while passages := list(rows.filter(pk__gt=above)[:CHUNK]):
        Passage.objects.attach_sections(passages)
        yield passages
        above = passages[-1].pk


def newer(encoder: Encoder, above: int) -> list[Passage]:
    """Embedded passages that came after a high-water mark."""
    return [passage for chunk in _chunks(encoder, above) for passage in chunk]


def facets_of(passage: Passage) -> PassageFacets:
    section, document = passage.section, passage.section.document
    return PassageFacets(
        passage.pk, section.pk, document.pk, document.collection_id, document.jurisdiction,
        section.entered_into_force or section.valid_from, section.valid_to,
    )  # fmt: skip


def lexical_text(passage: Passage) -> LexicalText:
    section = passage.section
    return LexicalText(passage.pk, f"{section.number} {section.heading}", passage.text)


def vectors_of(passages: list[Passage], encoder: Encoder) -> NDArray[np.float32]:
    """Their embeddings, shape (n, dimension), float32."""
    return from_bytes([bytes(passage.embedding or b"") for passage in passages], encoder.dimension)


def _seal(folder: Path, generation: Generation, count: int, high_water: int) -> None:
    """Write the manifest and make every file durable."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "encoder": str(generation.encoder),
        "dimension": generation.encoder.dimension,
        "count": count,
        "high_water": high_water,
        "files": {str(path.relative_to(folder)): sha256(path) for path in files},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    for path in (*files, folder / MANIFEST, folder / lexical.FOLDER, folder):
        _fsync(path)
    generation.passage_count, generation.high_water = count, high_water


def _serve(generation: Generation) -> None:
    with transaction.atomic():
        replaced = Generation.objects.filter(state=Generation.State.SERVING)
        replaced.update(state=Generation.State.RETIRED)
        generation.state = Generation.State.SERVING
        generation.save()
    _clean(generation)


def _clean(serving: Generation) -> None:
    """Remove what is neither serving nor the one before it: a reader may still have that one open."""
    retired = Generation.objects.filter(state=Generation.State.RETIRED).first()
    kept = {str(serving.pk), str(retired.pk if retired else "")}
    for path in root().iterdir():
        unfinished = path.name.removesuffix(".tmp")
        older = unfinished.isdigit() and int(unfinished) < serving.pk
        if older and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def check(generation: Generation) -> None:
    """Compare every file with the manifest. Raises Damaged."""
    folder = folder_of(generation)
    manifest = _manifest(folder)
    if manifest["encoder"] != str(generation.encoder):
        raise Damaged(f"{folder} was built by {manifest['encoder']}, not by {generation.encoder}")
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.exists():
            raise Damaged(f"{path} is missing")
        if sha256(path) != expected:
            raise Damaged(f"{path} is not what was written")


def open_files(generation: Generation) -> Files:
    """Open a generation for searching. Raises Damaged."""
    folder = folder_of(generation)
    check(generation)
    try:
        facets = Facets.load(folder)
        files = Files(
            generation.pk, facets, dense.DenseIndex(folder, facets.ids), lexical.LexicalIndex(folder),
            json.loads((folder / "lengths.json").read_text()), generation.high_water,
        )  # fmt: skip
    except (ValueError, OSError, RuntimeError, KeyError) as error:
        raise Damaged(f"{folder} cannot be opened: {error}") from error
    return files


def set_aside(generation: Generation, reason: str) -> None:
    """Keep a damaged generation for inspection, out of use; exact search serves until a rebuild."""
    log.error("Index generation %s is set aside: %s. Run manage.py rebuild_index.", generation.pk, reason)
    folder = folder_of(generation)
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.damaged"))
    Generation.objects.filter(pk=generation.pk).update(state=Generation.State.DAMAGED)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise Damaged(f"{folder / MANIFEST} cannot be read: {error}") from error
    if not isinstance(found, dict) or not {"encoder", "files"} <= found.keys():
        raise Damaged(f"{folder / MANIFEST} is no manifest")
    return found


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
