"""What is searched: the serving generation and, beside it, the rows that came or changed since it was built.

One instance a process and thread-safe. Before each search it asks the database, in one cheap query, whether any
document's version differs from what it has in memory (corpus.index.versions). Of the documents that changed it
reads the facets again: a passage that is new joins the delta, one that is gone is masked before ranking, so that
those behind it are found, and one whose days or shelf changed is searched by the current ones. So a search that
starts after a change was committed sees the change, whichever process made it and whichever ids it touched.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.index import generations, source
from corpus.index.delta import Delta
from corpus.index.facets import Facets, PassageFacets
from corpus.index.generations import Files
from corpus.index.versions import Versions
from corpus.models import Encoder, Generation
from corpus.types import Filters, Hit


@dataclass(frozen=True, slots=True)
class View:
    """All that can be searched at one moment; never changed, only replaced."""

    files: Files | None
    facets: Facets
    """Of the generation's passages, as the rows are now."""
    delta: Delta
    versions: Versions
    """Of the documents when the rows were read."""


class Shelf:
    """Finds passages by vector or by terms among those that the filters allow."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._view = self._unread(None)
        self._lock = threading.Lock()

    @property
    def generation(self) -> int | None:
        """The number of the generation that the last search used."""
        return self._view.files.number if self._view.files else None

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        """The nearest passages by cosine, best first."""
        view = self._current()
        hits = view.delta.search_dense(vector, filters, limit)
        if view.files:
            hits += view.files.dense.search(vector, limit, view.facets.allowed(filters))
        return _best(hits, limit)

    def search_lexical(self, terms: Sequence[str], filters: Filters, limit: int) -> list[Hit]:
        """The best passages for index terms by BM25, best first."""
        view = self._current()
        hits = view.delta.search_lexical(terms, filters, limit, view.files.lexical if view.files else None)
        if view.files:
            allowed = view.facets.allowed(filters)
            ids = None if allowed is None else view.facets.ids[allowed]
            hits += view.files.lexical.search(terms, limit, ids)
        return _best(hits, limit)

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        """Passage id → section id, without reading passages; those that are not indexed are left out."""
        view = self._current()
        wanted = np.fromiter(ids, dtype=np.int64)
        places = view.facets.places_of(wanted)
        inside = zip(wanted[places >= 0], view.facets.sections[places[places >= 0]], strict=True)
        return {int(pid): int(section) for pid, section in inside} | view.delta.section_of(ids)

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many passages of the generation each term stands, and how many there are."""
        files = self._current().files
        if not files:
            return dict.fromkeys(terms, 0), 0
        return files.lexical.frequencies_in_law(terms), len(files.lexical)

    def _current(self) -> View:
        with self._lock:
            self._follow_generation()
            if Versions.state_now() != self._view.versions.state:
                self._follow_rows()
            return self._view

    def _follow_generation(self) -> None:
        """Open the generation that serves; one that is damaged is set aside, and what serves then is opened."""
        serving = Generation.objects.filter(encoder=self._encoder).serving()
        while serving and serving.pk != self.generation:
            try:
                self._view = self._unread(generations.open_files(serving))
            except generations.Damaged as damage:
                generations.set_aside(serving, str(damage))
                serving = Generation.objects.filter(encoder=self._encoder).serving()
        if serving is None and self._view.files:
            self._view = self._unread(None)

    def _unread(self, files: Files | None) -> View:
        """Nothing but a generation: the rows that changed since are read by the next look at them."""
        delta = Delta.empty(self._encoder.dimension, files.mean_lengths if files else None)
        if files is None:
            return View(None, Facets.of(()), delta, Versions.from_pairs({}))
        return View(files, files.facets, delta, files.versions)

    def _follow_rows(self) -> None:
        """Read again what changed.

        The versions are put down last: after an error in between, the next search reads what is still missing.
        """
        now = Versions.now()
        changed, gone = now.changed_since(self._view.versions), now.gone_since(self._view.versions)
        rows = source.current_facets(self._encoder, changed)
        touched = {*changed, *gone}
        facets = self._view.facets.revised(touched, rows)
        self._view = replace(self._view, facets=facets, delta=self._view.delta.revised(touched, rows))
        for chunk in source.chunks_of(self._encoder, self._missing(rows)):
            self._view = replace(self._view, delta=self._view.delta.plus(chunk))
        self._view = replace(self._view, versions=now)

    def _missing(self, rows: Sequence[PassageFacets]) -> list[int]:
        """The passages among the rows that are neither in the generation nor in the delta."""
        ids = np.array(sorted(row.passage_id for row in rows), dtype=np.int64)
        ids = ids[self._view.facets.places_of(ids) < 0]
        return [int(pid) for pid in np.setdiff1d(ids, self._view.delta.facets.ids)]


@cache
def shelf_of(encoder: Encoder) -> Shelf:
    """The process's one shelf for an encoder."""
    return Shelf(encoder)


def _best(hits: list[Hit], limit: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]
