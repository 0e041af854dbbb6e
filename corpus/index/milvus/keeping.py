"""Brings the Milvus server up with the rows: what changed since, or everything into a collection of its own.

Only where the worker keeps the index (corpus.upkeep), never in a search, and one at a time. Killed at any point it
leaves a collection that is searched rightly: a document's version is noted when all of it is there, and until then
searches take the document from its rows.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from filelock import FileLock, Timeout

from corpus.index import source
from corpus.index.facets import PassageFacets
from corpus.index.lexical import FIELDS
from corpus.index.milvus.client import KEEPING_SECONDS, Absent, Server, server
from corpus.index.milvus.layout import FACETS, NOTES, alias_of, among, batches, entities, facets_of
from corpus.index.milvus.notes import Facts, Frequencies, Notes, count_into, no_frequencies
from corpus.index.versions import State, Versions
from corpus.models import Encoder

log = logging.getLogger(__name__)
DOCUMENTS = 50
"""Brought up together; their versions are noted together."""
FACETS_AT_ONCE = 1_000
INDEXING_SECONDS = 3_600
Progress = Callable[[int], None]
_level: dict[int, tuple[Facts, State]] = {}
"""Encoder → what was found to be level: asked every few seconds, and dear to compare where documents are many."""


@dataclass(frozen=True, slots=True)
class Built:
    """A collection that serves."""

    name: str
    passage_count: int

    def __str__(self) -> str:
        return f"collection {self.name}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What the rows have otherwise than the server, as far as the versions of documents tell."""

    changed: Sequence[int]
    gone: Sequence[int]
    now: Versions


def difference(encoder: Encoder) -> Difference | None:
    """None: nothing is built. Raises Unavailable."""
    try:
        then = Notes(server(), alias_of(encoder)).versions()
    except Absent:
        return None
    now = Versions.now()
    return Difference(now.changed_since(then), now.gone_since(then), now)


def is_due(encoder: Encoder) -> bool:
    """Whether anything changed since, or nothing is built of what there is. Raises Unavailable."""
    try:
        facts = Notes(server(), alias_of(encoder)).facts()
    except Absent:
        facts = None
    if facts is None:
        return bool(source.embedded(encoder).exists())
    state = (facts, Versions.state_now())
    if _level.get(encoder.pk) == state:
        return False
    found = difference(encoder)
    if found is None or found.changed or found.gone:
        return True
    _level[encoder.pk] = state
    return False


def behind(encoder: Encoder) -> int | None:
    """How many passages the documents have that changed, and how many documents went; None: nothing is built."""
    found = difference(encoder)
    return None if found is None else len(source.current_ids(encoder, found.changed)) + len(found.gone)


def build(encoder: Encoder, progress: Progress) -> Built:
    """Everything into a new collection, which then serves; the one before serves until that moment."""
    wall, alias = server(), alias_of(encoder)
    _remove_others(wall, alias)
    name = f"{alias}_{uuid.uuid4().hex[:8]}"
    versions, total = Versions.now(), source.embedded(encoder).count()  # before the rows, as in a generation
    wall.create(name, encoder.dimension, total)
    counted, lengths, count = no_frequencies(), dict.fromkeys(FIELDS, 0), 0
    for chunk in source.chunks(encoder):
        rows = _rows_of(encoder, chunk.facets.documents.tolist())
        sent = entities(chunk, rows)
        wall.put(name, sent)
        count_into(counted, sent)
        for field in FIELDS:
            lengths[field] += sum(len(entity[field].split()) for entity in sent)
        count += sum(not text.withheld for text in chunk.texts)
        progress(len(sent))
    notes = Notes(wall, name)
    notes.put_frequencies(counted)
    notes.put_versions(versions.of)
    notes.put_facts(Facts(name, {field: lengths[field] / max(count, 1) for field in FIELDS}, 0))
    for collection in (name, name + NOTES):
        wall.make_durable(collection)
    _wait_for_index(wall, name)
    wall.point(alias, name)
    _remove_others(wall, alias)
    return Built(name, count)


def _wait_for_index(wall: Server, name: str) -> None:
    """The one before serves meanwhile; but not for ever, since the new one is right and only slower."""
    end = time.monotonic() + INDEXING_SECONDS
    while not wall.is_indexed(name, "vector") and time.monotonic() < end:
        time.sleep(1)


def sync(encoder: Encoder, progress: Progress) -> None:
    """Bring the serving collection up with the documents that changed or went. Raises Absent: nothing is built."""
    wall, alias = server(), alias_of(encoder)
    notes = Notes(wall, alias)
    facts, found = notes.facts(), difference(encoder)
    if facts is None or found is None:
        raise Absent(f"{alias} is not built")
    for some in batches(found.changed, DOCUMENTS):
        _bring_up(wall, alias, encoder, some, progress)
        notes.put_versions({key: found.now.of[key] for key in some})
    for some in batches(found.gone, DOCUMENTS):
        _bring_up(wall, alias, encoder, some, progress)
        notes.forget(some)
    notes.put_facts(replace(facts, syncs=facts.syncs + 1))


def _bring_up(
    wall: Server, name: str, encoder: Encoder, documents: Sequence[int], progress: Progress
) -> None:
    """Make the server's passages of some documents those of the rows. What is right already is not sent again."""
    current = {row.passage_id: row for row in source.current_facets(encoder, documents)}
    held = {row["id"]: row for row in wall.each(name, among("document", documents), ["id", *FACETS])}
    new = sorted(current.keys() - held.keys())
    moved = sorted(
        pid
        for pid in current.keys() & held.keys()
        if facets_of(current[pid]) != {key: held[pid][key] for key in ("id", *FACETS)}
    )
    for some in batches(moved, FACETS_AT_ONCE):
        wall.alter(name, [facets_of(current[pid]) for pid in some])
    counted = no_frequencies()
    for chunk in source.chunks_of(encoder, new):
        sent = entities(chunk, current)
        count_into(counted, sent)
        wall.put(name, sent)
        progress(len(sent))
    _remove(wall, name, sorted(held.keys() - current.keys()), counted)
    Notes(wall, name).add_frequencies(counted)


def _remove(wall: Server, name: str, ids: Sequence[int], counted: Frequencies) -> None:
    for some in batches(ids, 1_000):
        count_into(
            counted, wall.some(name, among("id", some), ["id", *FIELDS], seconds=KEEPING_SECONDS), times=-1
        )
        wall.remove(name, among("id", some))


def _rows_of(encoder: Encoder, documents: Sequence[int]) -> Mapping[int, PassageFacets]:
    return {row.passage_id: row for row in source.current_facets(encoder, sorted(set(documents)))}


def _remove_others(wall: Server, alias: str) -> None:
    """What killed builds left, and what does not serve any more."""
    serving = wall.serving(alias)
    for name in wall.collections(f"{alias}_"):
        if serving is None or name.removesuffix(NOTES) != serving:
            wall.drop(name)


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this process may write to the server."""
    folder = Path(settings.LAWQA_DATA) / "index"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "milvus.lock").acquire(timeout=0):
            yield True
    except Timeout:
        yield False


def disagreement(encoder: Encoder) -> tuple[int, int, int]:
    """Of the documents whose versions agree: passages without a row, rows without a passage; and all passages."""
    found = difference(encoder)
    if found is None:
        raise Absent("nothing is built")
    other = {*found.changed, *found.gone}
    held: dict[int, Any] = {}
    for row in server().each(alias_of(encoder), "id >= 0", ["id", *FACETS]):
        held[row["id"]] = {key: row[key] for key in ("id", *FACETS)}
    same = [key for key in found.now.of if key not in other]
    current = {row.passage_id: facets_of(row) for row in source.current_facets(encoder, same)}
    there = {pid: facets for pid, facets in held.items() if facets["document"] not in other}
    wrong = sum(current.get(pid) != facets for pid, facets in there.items())
    return wrong, len(current.keys() - there.keys()), len(held)
