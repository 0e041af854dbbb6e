"""The dense index. The only file with faiss.

Vectors are kept as 8-bit scalars and compared exhaustively by inner product: on 2 cores and 131,072 vectors
7.7 ms a query at recall@10 .998, where float32 takes 52 ms. What that finds is scored once more by the vectors as
the rows have them, read from a file beside: so an index and the rows alone give one order.
"""

from __future__ import annotations

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
MARGIN = 50
"""More than asked for are found by 8 bits, so that the best are among them."""


class Builder:
    """Collects vectors a few at a time; memory holds only the 8-bit index.

    The range of each dimension must be known before the first vector is quantised, so that begins when the
    file of the exact ones is complete.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._exact = (folder / EXACT).open("w+b")
        self._low = np.full(dimension, np.inf, dtype=np.float32)
        self._high = -self._low

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exact.close()

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Shape (n, dimension); their positions are those of the facets' ids."""
        if len(vectors):
            self._low = np.minimum(self._low, vectors.min(axis=0))
            self._high = np.maximum(self._high, vectors.max(axis=0))
            self._exact.write(vectors.astype("<f2").tobytes())

    def finish(self) -> None:
        """Write the index of all that was added."""
        index = faiss.IndexScalarQuantizer(
            self._dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        if np.isfinite(self._low).all():
            # It learns nothing but the range of each dimension: the same as from all vectors.
            index.train(np.stack([self._low, self._high]))
        self._exact.seek(0)
        while packed := self._exact.read(2 * self._dimension * CHUNK):
            vectors = np.frombuffer(packed, dtype="<f2").reshape(-1, self._dimension)
            index.add(vectors.astype(np.float32))
        self._exact.flush()
        faiss.write_index(index, str(self._folder / FILE))


class DenseIndex:
    """The vectors of one generation."""

    def __init__(self, folder: Path, ids: NDArray[np.int64]) -> None:
        self._index = faiss.read_index(str(folder / FILE))
        self._ids = ids
        if self._index.ntotal != len(ids):
            raise ValueError(f"{FILE} holds {self._index.ntotal} vectors, the facets {len(ids)} ids")
        self._exact = _exact(folder, len(ids), self.dimension)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None) -> list[Hit]:
        """The nearest passages among the allowed positions (None: all), by cosine, best first."""
        count = len(self._ids) if allowed is None else int(allowed.sum())
        if not count:
            return []
        bitmap = None if allowed is None else np.packbits(allowed, bitorder="little")
        # faiss replaces the constructors below at import, which its annotations do not know.
        selector = None if bitmap is None else faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg,arg-type]
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, places = self._index.search(vector[None, :], min(limit + MARGIN, count), params=parameters)
        there = places[0] >= 0  # faiss pads with -1 what it did not find
        found, score = places[0][there], scores[0][there]
        if self._exact is not None:
            score = self._exact[found].astype(np.float32) @ vector
        ids = self._ids[found]
        order = np.lexsort((ids, -score))[:limit]
        return [Hit(int(ids[at]), float(score[at])) for at in order]


def _exact(folder: Path, count: int, dimension: int) -> NDArray[np.float16] | None:
    """The exact vectors, read from the disk as they are needed; None for a generation built without them."""
    path = folder / EXACT
    if not count or not path.exists():
        return None
    return np.memmap(path, dtype="<f2", mode="r", shape=(count, dimension))
