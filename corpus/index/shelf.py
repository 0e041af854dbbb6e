"""What is searched: the serving generation and, beside it, the rows that are newer than it.

One instance a process and thread-safe; it follows the database, so a generation that another process built
or a section that another process loaded is seen by the next search.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from corpus.index import dense, generations
from corpus.index.facets import Facets
from corpus.index.generations import Files
from corpus.index.lexical import LexicalDelta
from corpus.models import Encoder, Generation, Passage
from corpus.types import Filters, Hit


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows above the high-water mark, in memory."""

    state: tuple[int, int]
    facets: Facets
    vectors: NDArray[np.float32]
    lexical: LexicalDelta


class Shelf:
    """Finds passages by vector or by terms among those that the filters allow."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._files: Files | None = None
        self._delta: Delta | None = None
        self._lock = threading.Lock()

    @property
    def generation(self) -> int | None:
        """The number of the generation that the last search used."""
        return self._files.number if self._files else None

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        """The nearest passages by cosine, best first."""
        files, delta = self._current()
        hits: list[Hit] = []
        if files:
            hits += files.dense.search(vector, limit, files.facets.allowed(filters))
        if delta:
            chosen = _chosen(delta.facets, filters)
            hits += dense.search_exact(vector, delta.facets.ids[chosen], delta.vectors[chosen], limit)
        return _best(hits, limit)

    def search_lexical(self, terms: Sequence[str], filters: Filters, limit: int) -> list[Hit]:
        """The best passages for index terms by BM25, best first."""
        files, delta = self._current()
        hits: list[Hit] = []
        if files:
            allowed = files.facets.allowed(filters)
            ids = None if allowed is None else files.facets.ids[allowed]
            hits += files.lexical.search(terms, limit, ids)
        if delta:
            base = files.lexical if files else None
            hits += delta.lexical.search(terms, limit, delta.facets.allowed(filters), base)
        return _best(hits, limit)

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        """Passage id → section id, without asking the database."""
        files, delta = self._current()
        parts = [part.facets for part in (files, delta) if part]
        return {pid: section for facets in parts for pid, section in facets.section_of(ids).items()}

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many passages of the generation each term stands (in the text), and how many there are."""
        files, _ = self._current()
        if not files:
            return dict.fromkeys(terms, 0), 0
        return files.lexical.frequencies(terms)["text"], len(files.lexical)

    def _current(self) -> tuple[Files | None, Delta | None]:
        with self._lock:
            self._follow_generation()
            self._follow_delta()
            return self._files, self._delta

    def _follow_generation(self) -> None:
        serving = Generation.objects.filter(encoder=self._encoder).serving()
        if serving is None:
            self._files = None
        elif self._files is None or self._files.number != serving.pk:
            try:
                self._files = generations.open_files(serving)
            except generations.Damaged as damage:
                generations.set_aside(serving, str(damage))
                self._files = None

    def _follow_delta(self) -> None:
        above = self._files.high_water if self._files else 0
        rows = Passage.objects.filter(pk__gt=above, encoder=self._encoder, embedding__isnull=False)
        seen = rows.order_by().aggregate(count=Count("pk"), last=Max("pk"))
        state = (seen["count"], seen["last"] or 0)
        if not state[0]:
            self._delta = None
        elif self._delta is None or self._delta.state != state:
            self._delta = self._read_delta(above, state)

    def _read_delta(self, above: int, state: tuple[int, int]) -> Delta:
        passages = generations.newer(self._encoder, above)
        texts = [generations.lexical_text(passage) for passage in passages]
        lengths = self._files.mean_lengths if self._files else None
        return Delta(
            state,
            Facets.of(generations.facets_of(passage) for passage in passages),
            generations.vectors_of(passages, self._encoder),
            LexicalDelta.of(texts, lengths),
        )


@cache
def shelf_of(encoder: Encoder) -> Shelf:
    """The process's one shelf for an encoder."""
    return Shelf(encoder)


def _chosen(facets: Facets, filters: Filters) -> NDArray[np.intp]:
    allowed = facets.allowed(filters)
    return np.arange(len(facets)) if allowed is None else np.flatnonzero(allowed)


def _best(hits: list[Hit], limit: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]
