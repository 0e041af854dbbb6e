"""The passages that the generation does not have, in memory; it grows and is never read from the start again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.index.backend import Statistics
from corpus.index.facets import Facets, PassageFacets
from corpus.index.postings import Postings
from corpus.index.source import Chunk
from corpus.types import Filters, Hit, Terms

FIRST_CAPACITY = 256


@dataclass(frozen=True, slots=True)
class Delta:
    """What it holds at one moment: a search keeps its own while another thread makes the next.

    All of them share the storage, to which is only added, behind what the earlier ones know of. Only the
    newest may be added to.
    """

    facets: Facets
    storage: NDArray[np.float32]
    """Vectors, shape (capacity, dimension)."""
    postings: Postings

    @classmethod
    def empty(cls, dimension: int, mean_lengths: Mapping[str, float] | None) -> Self:
        storage = np.empty((FIRST_CAPACITY, dimension), dtype=np.float32)
        return cls(Facets.of(()), storage, Postings(mean_lengths))

    def __len__(self) -> int:
        return len(self.facets)

    def plus(self, chunk: Chunk) -> Self:
        """With some passages more."""
        count, total = len(self), len(self) + len(chunk.facets)
        storage = self.storage
        if total > len(storage):
            storage = np.empty((2 * total, storage.shape[1]), dtype=np.float32)
            storage[:count] = self.storage[:count]
        storage[count:total] = chunk.vectors
        self.postings.add(chunk.texts)
        return replace(self, facets=self.facets.plus(chunk.facets), storage=storage)

    def revised(self, documents: Collection[int], rows: Iterable[PassageFacets]) -> Self:
        """With the current facets of some documents' passages; what has no row is gone."""
        return replace(self, facets=self.facets.revised(documents, rows))

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        """By cosine, best first.

        By einsum, which stays in its thread: for more than about two thousand rows OpenBLAS would wake another, which
        then waits in a loop and keeps a core from everyone else, for less than .1 ms of 10,000 rows.
        """
        scores = np.einsum("ij,j->i", self.storage[: len(self)], vector)
        return self._best(scores, self._allowed(filters), limit)

    def search_lexical(self, terms: Terms, filters: Filters, limit: int, base: Statistics) -> list[Hit]:
        """By the BM25 that `base` would have given, best first."""
        if not len(self):
            return []
        scores = self.postings.scores(terms, len(self), base)
        allowed = self._allowed(filters)
        return self._best(scores, allowed[scores[allowed] > 0], limit)

    def _best(self, scores: NDArray[np.floating], places: NDArray[np.intp], limit: int) -> list[Hit]:
        """The best of these places; ties go to the lower id."""
        ids, chosen = self.facets.ids[places], scores[places]
        order = np.lexsort((ids, -chosen))[:limit]
        return [Hit(int(ids[at]), float(chosen[at])) for at in order]

    def _allowed(self, filters: Filters) -> NDArray[np.intp]:
        """The places that a search may see."""
        allowed = self.facets.allowed(filters)
        return np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        """Passage id → section id, for the ids that are here."""
        places = np.flatnonzero(np.isin(self.facets.ids, np.fromiter(ids, dtype=np.int64)))
        return dict(zip(self.facets.ids[places].tolist(), self.facets.sections[places].tolist(), strict=True))
