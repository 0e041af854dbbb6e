"""Generations of the index: built beside the old one, made durable, then pointed to by a row.

A generation is the folder `index/<pk>/`, written once and never changed. Its manifest names the encoder, the kind of
the dense index, the counts and the sha256 of every file; a folder that does not fit its manifest is renamed and never
searched.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from corpus.index import dense, lexical, source
from corpus.index.dense import IndexKind
from corpus.index.facets import Facets
from corpus.index.lexical import LexicalText
from corpus.index.versions import Versions
from corpus.models import Encoder, Generation

log = logging.getLogger(__name__)
MANIFEST = "manifest.json"
LENGTHS = "lengths.json"
WITHHELD = "withheld.json"
UNREADABLE = (ValueError, OSError, RuntimeError, KeyError, EOFError, zipfile.BadZipFile)
HASHED_AT_ONCE = 2
"""Files: a million passages have 1.3 GB of them, and searches wait while a new generation is opened."""
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
    versions: Versions
    withheld: frozenset[int]
    """The shelves whose words are not in it."""


def root() -> Path:
    return Path(settings.LAWQA_DATA) / "index"


def folder_of(generation: Generation) -> Path:
    return root() / str(generation.pk)


def build(encoder: Encoder, progress: Progress = lambda _: None) -> Generation:
    """Build a generation from the rows, make it durable and let it serve; the old one serves until then.

    Only while no other process builds (see corpus.compaction). Killed at any point it leaves the old one serving.
    """
    generation = Generation.objects.create(encoder=encoder)
    temporary = root() / f"{generation.pk}.tmp"
    temporary.mkdir(parents=True)
    versions = Versions.now()  # before the rows: what changes while they are read is looked at again
    versions.save(temporary)
    facets, kind = _write(temporary, encoder, progress)
    _seal(temporary, generation, facets, kind)
    _put_in_place(temporary, generation)
    _serve(generation)
    return generation


def _write(folder: Path, encoder: Encoder, progress: Progress) -> tuple[Facets, IndexKind]:
    """Write all files of a generation; rows are read once, in order of their ids."""
    facets: list[Facets] = []
    withheld: set[int] = set()
    with dense.Builder(folder, encoder.dimension) as vectors:

        def texts() -> Iterator[LexicalText]:
            for chunk in source.chunks(encoder):
                facets.append(chunk.facets)
                withheld.update(chunk.withheld)
                vectors.add(chunk.vectors)
                yield from chunk.texts
                progress(len(chunk.texts))

        mean_lengths = lexical.build(folder, texts())
        kind = vectors.finish()
    (folder / LENGTHS).write_text(json.dumps(mean_lengths))
    (folder / WITHHELD).write_text(json.dumps(sorted(withheld)))
    joined = Facets.of(()).plus(*facets)
    joined.save(folder)
    return joined, kind


def _seal(folder: Path, generation: Generation, facets: Facets, kind: IndexKind) -> None:
    """Write the manifest and make every file durable."""
    count, high_water = len(facets), int(facets.ids.max(initial=0))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "encoder": str(generation.encoder),
        "dimension": generation.encoder.dimension,
        "dense": kind,
        "count": count,
        "high_water": high_water,
        "files": {str(path.relative_to(folder)): sha256(path) for path in files},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    for path in (*files, folder / MANIFEST, folder / lexical.FOLDER, folder):
        _fsync(path)
    generation.passage_count, generation.high_water = count, high_water


def _put_in_place(temporary: Path, generation: Generation) -> None:
    temporary.rename(folder_of(generation))
    _fsync(root())


def _serve(generation: Generation) -> None:
    """Point to it, unless a newer one was quicker."""
    serving = Generation.objects.filter(state=Generation.State.SERVING)
    with transaction.atomic():
        Encoder.objects.select_for_update().get(pk=generation.encoder_id)  # one at a time
        overtaken = serving.filter(pk__gt=generation.pk).exists()
        if not overtaken:
            serving.update(state=Generation.State.RETIRED)
        generation.state = Generation.State.RETIRED if overtaken else Generation.State.SERVING
        generation.save()


def clean() -> None:
    """Remove what a killed or failed build left, and all generations but the serving one and the one before.

    Only while no other process builds. A reader may still be opening the one before; what is set aside stays.
    """
    Generation.objects.filter(state=Generation.State.BUILDING).delete()
    known = Generation.objects.order_by("-pk")
    kept = {
        *known.filter(state=Generation.State.SERVING).values_list("pk", flat=True),
        *known.filter(state=Generation.State.DAMAGED).values_list("pk", flat=True),
        *known.filter(state=Generation.State.RETIRED).values_list("pk", flat=True)[:1],
    }
    for path in root().glob("[0-9]*"):
        number, _, unfinished = path.name.partition(".")
        if unfinished == "tmp" or (not unfinished and int(number) not in kept):
            shutil.rmtree(path, ignore_errors=True)


def behind(generation: Generation) -> int:
    """How many passages came or went since it was built. Raises Damaged."""
    folder, now = folder_of(generation), Versions.now()
    try:
        then, facets = Versions.load(folder), Facets.load(folder)
    except UNREADABLE as error:
        raise Damaged(f"{folder} cannot be read: {error}") from error
    changed, gone = now.changed_since(then), now.gone_since(then)
    inside = np.isin(facets.documents, np.array([*changed, *gone], dtype=np.int64))
    return len(source.current_ids(generation.encoder, changed) ^ set(facets.ids[inside].tolist()))


def suits_its_size(generation: Generation) -> bool:
    """Whether its indexes are of the kind that one of so many passages would get now. Raises Damaged."""
    folder = folder_of(generation)
    if _kind(folder) != dense.kind_for(generation.passage_count):
        return False
    try:
        return set(json.loads((folder / LENGTHS).read_text())) == set(lexical.FIELDS)
    except UNREADABLE as error:
        raise Damaged(f"{folder / LENGTHS} cannot be read: {error}") from error


def check(generation: Generation) -> None:
    """Compare every file with the manifest. Raises Damaged."""
    folder = folder_of(generation)
    manifest = _manifest(folder)
    if manifest["encoder"] != str(generation.encoder):
        raise Damaged(f"{folder} was built by {manifest['encoder']}, not by {generation.encoder}")
    names = list(manifest["files"])
    if missing := [name for name in names if not (folder / name).exists()]:
        raise Damaged(f"{folder / missing[0]} is missing")
    with ThreadPoolExecutor(HASHED_AT_ONCE) as pool:  # hashing lets other threads run
        found = list(pool.map(sha256, (folder / name for name in names)))
    for name, digest in zip(names, found, strict=True):
        if digest != manifest["files"][name]:
            raise Damaged(f"{folder / name} is not what was written")


def open_files(generation: Generation) -> Files:
    """Open a generation for searching. Raises Damaged."""
    folder = folder_of(generation)
    check(generation)
    try:
        facets = Facets.load(folder)
        files = Files(
            generation.pk, facets, dense.DenseIndex(folder, facets.ids, _kind(folder)),
            lexical.LexicalIndex(folder), json.loads((folder / LENGTHS).read_text()), Versions.load(folder),
            _withheld(folder),
        )  # fmt: skip
    except UNREADABLE as error:
        raise Damaged(f"{folder} cannot be opened: {error}") from error
    return files


def _withheld(folder: Path) -> frozenset[int]:
    """None in a generation from before there were matters."""
    path = folder / WITHHELD
    return frozenset(json.loads(path.read_text())) if path.exists() else frozenset()


def set_aside(generation: Generation, reason: str) -> None:
    """Keep a damaged generation for inspection, out of use, and go back to the one before it, if there is one.

    Rows that came since are searched beside that one, or all of them where there is none: answers stay, and
    only take longer until the rebuild. Does nothing when the generation does not serve any more: another
    process was quicker, or a newer one replaced it.
    """
    encoder = generation.encoder
    with transaction.atomic():
        Encoder.objects.select_for_update().get(pk=encoder.pk)
        found = Generation.objects.filter(pk=generation.pk, state=Generation.State.SERVING)
        if not found.update(state=Generation.State.DAMAGED):
            return
        before = Generation.objects.filter(encoder=encoder, state=Generation.State.RETIRED).first()
        if before and folder_of(before).exists():
            Generation.objects.filter(pk=before.pk).update(state=Generation.State.SERVING)
    log.error("Index generation %s is set aside: %s. It will be built anew.", generation.pk, reason)
    folder = folder_of(generation)
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.damaged"))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise Damaged(f"{folder / MANIFEST} cannot be read: {error}") from error
    if not isinstance(found, dict) or not {"encoder", "files"} <= found.keys():
        raise Damaged(f"{folder / MANIFEST} is no manifest")
    return found


def _kind(folder: Path) -> str:
    """Of the dense index; a generation that does not say it was built before there was a second kind."""
    return str(_manifest(folder).get("dense", IndexKind.SCALARS))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
