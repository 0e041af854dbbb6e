"""Libraries for vectors: plain FAISS, exact in float32, and usearch, an approximate graph."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lawqa.evaluation.scale.alternatives.base import InFolder, rows
from lawqa.evaluation.scale.questions import Question


class FlatVectors(InFolder):
    """`faiss.IndexFlatIP`: every vector in float32, compared with every question."""

    name: ClassVar[str] = "FAISS flat, float32"
    package: ClassVar[str] = "faiss"
    finds_by: ClassVar[str] = "vectors"

    def build(self) -> None:
        import faiss

        index: Any = None
        ids: list[NDArray[np.int64]] = []
        for chunk in rows():
            index = index or faiss.IndexFlatIP(chunk.vectors.shape[1])
            index.add(chunk.vectors)
            ids.append(chunk.facets.ids)
        faiss.write_index(index, str(self.folder / "index"))
        np.save(self.folder / "ids.npy", np.concatenate(ids))

    def open(self) -> None:
        import faiss

        self._index = faiss.read_index(str(self.folder / "index"))
        self._ids = np.load(self.folder / "ids.npy")

    def search(self, question: Question, limit: int) -> list[int]:
        return self.nearest(question, limit)

    def nearest(self, question: Question, limit: int) -> list[int]:
        _, places = self._index.search(question.vector[None, :], limit)
        return [int(pid) for pid in self._ids[places[0][places[0] >= 0]]]


class Usearch(InFolder):
    """`usearch.index.Index` by inner product, in float32, otherwise as it comes."""

    name: ClassVar[str] = "usearch"
    package: ClassVar[str] = "usearch"
    finds_by: ClassVar[str] = "vectors"

    def build(self) -> None:
        from usearch.index import Index

        index: Any = None
        for chunk in rows():
            index = index or Index(ndim=chunk.vectors.shape[1], metric="ip", dtype="f32")
            index.add(chunk.facets.ids.astype(np.uint64), chunk.vectors)
        index.save(str(self.folder / "index"))

    def open(self) -> None:
        from usearch.index import Index

        self._index: Any = Index.restore(str(self.folder / "index"))

    def search(self, question: Question, limit: int) -> list[int]:
        return self.nearest(question, limit)

    def nearest(self, question: Question, limit: int) -> list[int]:
        return [int(key) for key in self._index.search(question.vector, limit).keys]
