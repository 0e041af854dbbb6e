"""The dense index, of a kind by size. The only file with faiss.

What the index finds is scored once more by the vectors as the rows have them, read from a file beside: so an index
and the rows alone give one order. Both kinds compare the question with every vector, so that a filter costs nothing
in what is found. Figures are of one core of 2, dimension 384.

* `sq8`, up to `LARGE` vectors: 8-bit scalars; nothing is learned but the range of each dimension. At 131,072 vectors
  3.7 ms a query, 7.6 ms behind a filter that allows every other one.
* `pq4`, above: product quantisation to 4 bits for every 3 dimensions, scored from tables that fit into registers
  (André et al., arXiv 1812.09162). A sixth of the memory; .6 ms at 131,072 vectors, 7 ms at a million.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Self

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.types import Hit

FILE = "dense.faiss"
EXACT = "vectors.f2"
"""The vectors as the rows have them: little-endian float16, one behind the other."""
CHUNK = 4_000
LARGE = 300_000
"""Vectors from which on 8 bits would take more than 20 ms behind the worst filter."""
FEW = 2_000
"""Allowed passages up to which their exact vectors alone are compared: beside a million as fast as the index, 2 ms."""
STRETCH = 256
"""Exact vectors converted at once."""
CORES = os.cpu_count() or 1
SUBVECTOR = 3
SAMPLE = 20_000
"""Vectors from which the 16 centroids of each 3 dimensions are learned."""

Vectors = NDArray[np.float32]
Places = NDArray[np.intp]


class IndexKind(StrEnum):
    """How vectors are kept in memory; a generation's manifest says which."""

    SCALARS = "sq8"
    PRODUCTS = "pq4"


MARGIN = {IndexKind.SCALARS: 50, IndexKind.PRODUCTS: 400}
"""More than asked for are found by few bits, so that the best are among them."""


def kind_for(count: int) -> IndexKind:
    """The kind for so many vectors."""
    return IndexKind.PRODUCTS if count >= LARGE else IndexKind.SCALARS


class Builder:
    """Collects vectors a few at a time; memory holds only the index that is made of them.

    The range of each dimension must be known before the first vector is quantised, so that begins when the
    file of the exact ones is complete.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._count = 0
        self._exact = (folder / EXACT).open("w+b")
        self._low = np.full(dimension, np.inf, dtype=np.float32)
        self._high = -self._low

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exact.close()

    def add(self, vectors: Vectors) -> None:
        """Shape (n, dimension); their positions are those of the facets' ids."""
        if len(vectors):
            self._count += len(vectors)
            self._low = np.minimum(self._low, vectors.min(axis=0))
            self._high = np.maximum(self._high, vectors.max(axis=0))
            self._exact.write(vectors.astype("<f2").tobytes())

    def finish(self) -> IndexKind:
        """Write the index of all that was added; returns its kind."""
        self._exact.flush()
        kind = kind_for(self._count)
        faiss.omp_set_num_threads(CORES)
        index = self._products() if kind is IndexKind.PRODUCTS else self._scalars()
        self._exact.seek(0)
        while packed := self._exact.read(2 * self._dimension * CHUNK):
            vectors = np.frombuffer(packed, dtype="<f2").reshape(-1, self._dimension)
            index.add(vectors.astype(np.float32))
        faiss.write_index(index, str(self._folder / FILE))
        return kind

    def _scalars(self) -> faiss.Index:
        index = faiss.IndexScalarQuantizer(
            self._dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        if self._count:
            # It learns nothing but the range of each dimension: the same as from all vectors.
            index.train(np.stack([self._low, self._high]))
        return index

    def _products(self) -> faiss.Index:
        """One list of all vectors: of the fast scans only those with lists take filters."""
        size = max(divisor for divisor in range(1, SUBVECTOR + 1) if self._dimension % divisor == 0)
        index = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(self._dimension), self._dimension, 1, self._dimension // size, 4,
            faiss.METRIC_INNER_PRODUCT,
        )  # fmt: skip
        index.by_residual = False  # the list's centre would add nothing to the order
        exact = _exact(self._folder, self._count, self._dimension)
        sample = np.linspace(0, self._count - 1, num=min(self._count, SAMPLE), dtype=np.intp)
        index.train(_read(exact, sample))
        return index


class DenseIndex:
    """The vectors of one generation."""

    def __init__(self, folder: Path, ids: NDArray[np.int64], kind: str = IndexKind.SCALARS) -> None:
        """Raises ValueError for files that do not fit each other or a kind that is not known."""
        self._kind = IndexKind(kind)
        self._index = faiss.read_index(str(folder / FILE))
        self._ids = ids
        if self._index.ntotal != len(ids):
            raise ValueError(f"{FILE} holds {self._index.ntotal} vectors, the facets {len(ids)} ids")
        self._exact = _exact(folder, len(ids), self.dimension) if (folder / EXACT).exists() else None
        if self._exact is None and self._kind is not IndexKind.SCALARS:
            raise ValueError(f"{EXACT} is missing, without which {self._kind} is no order")

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(self, vector: Vectors, limit: int, allowed: NDArray[np.bool_] | None) -> list[Hit]:
        """The nearest passages among the allowed positions (None: all), by cosine, best first."""
        count = len(self._ids) if allowed is None else int(np.count_nonzero(allowed))
        if not count:
            return []
        if self._exact is None:
            return self._best(*self._nearest(vector, min(limit, count), allowed), limit)
        found = np.empty(0, dtype=np.intp)
        if allowed is None or count > max(FEW, limit):
            found, _ = self._nearest(vector, min(limit + MARGIN[self._kind], count), allowed)
            found.sort()  # the order of the file, which is read faster so
        if len(found) < min(limit, count):
            # Few are allowed; or the fast scan left out vectors that are the farthest in every part, as equal ones are.
            found = np.arange(count) if allowed is None else np.flatnonzero(allowed)
        return self._best(found, _score(self._exact, found, vector), limit)

    def _nearest(
        self, vector: Vectors, count: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Places, Vectors]:
        """The nearest positions by what the index keeps of the vectors, and their scores."""
        faiss.omp_set_num_threads(
            1
        )  # of this thread: one question has no work for a second, only waits for it
        scores, places = self._index.search(vector[None, :], count, params=self._parameters(allowed))
        there = places[0] >= 0  # faiss pads with -1 what it did not find
        return places[0][there], scores[0][there]

    def _parameters(self, allowed: NDArray[np.bool_] | None) -> faiss.SearchParameters | None:
        if allowed is None:
            return None
        # faiss replaces the constructors below at import, which its annotations do not know; what they are given
        # it keeps alive with them.
        bitmap = np.packbits(allowed, bitorder="little")
        selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg,arg-type]  # faiss replaces it at import
        if self._kind is IndexKind.PRODUCTS:
            return faiss.SearchParametersIVF(sel=selector, nprobe=1)  # type: ignore[call-arg]  # so here
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # and here

    def _best(self, found: Places, scores: Vectors, limit: int) -> list[Hit]:
        """The best of these positions; ties go to the lower id."""
        ids = self._ids[found]
        order = np.lexsort((ids, -scores))[:limit]
        return [Hit(int(ids[at]), float(scores[at])) for at in order]


def _exact(folder: Path, count: int, dimension: int) -> NDArray[np.float16]:
    """The exact vectors, read from the disk as they are needed. Raises ValueError for too short a file."""
    if not count:
        return np.empty((0, dimension), dtype=np.float16)
    return np.memmap(folder / EXACT, dtype="<f2", mode="r", shape=(count, dimension))


def _read(exact: NDArray[np.float16], places: Places) -> Vectors:
    return exact[places].astype(np.float32)


def _score(exact: NDArray[np.float16], places: Places, vector: Vectors) -> Vectors:
    """The inner products of these positions with a vector.

    A few at a time: what fits into the processor's cache is converted in half the time.
    """
    scores = np.empty(len(places), dtype=np.float32)
    for first in range(0, len(places), STRETCH):
        part = slice(first, first + STRETCH)
        scores[part] = _read(exact, places[part]) @ vector
    return scores
