"""What the shelf asks of an index, whoever keeps it: this machine's files (local.py) or a Milvus server (milvus/)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from corpus.index.facets import PassageFacets
from corpus.index.versions import Versions
from corpus.types import Filters, Hit, Terms

if TYPE_CHECKING:
    from corpus.models import Encoder

LOCAL, MILVUS = "local", "milvus"


class Statistics(Protocol):
    """What BM25 of passages beside an index needs to know of it, so that scores compare."""

    def __len__(self) -> int: ...

    def frequencies(self, terms: Collection[str]) -> dict[str, dict[str, int]]:
        """Field → term → in how many passages it stands."""


class Snapshot(Statistics, Protocol):
    """What an index holds, as it stood at one moment; never changed, only replaced."""

    @property
    def number(self) -> int | None:
        """Of the generation, where the index has generations."""

    @property
    def versions(self) -> Versions:
        """Of the documents, as the index has them."""

    @property
    def mean_lengths(self) -> Mapping[str, float] | None:
        """Mean number of terms of each field; None: it holds nothing."""

    @property
    def withheld(self) -> frozenset[int]:
        """Shelves whose words it was not given (corpus.index.matters)."""

    def revised(
        self, changed: Sequence[int], gone: Sequence[int], rows: Sequence[PassageFacets]
    ) -> tuple[Self, NDArray[np.int64]]:
        """Without what the rows of changed documents no longer have, and the ids of rows that it lacks, ascending.

        What is left is searched as the rows are now: by facets that are current, or not at all.
        """

    def frequencies_in_law(self, terms: Collection[str]) -> dict[str, int]:
        """Term → in how many passages it stands, whatever refers to them."""

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        """By cosine, best first. Raises Unavailable."""

    def search_lexical(self, terms: Terms, filters: Filters, limit: int) -> list[Hit]:
        """By BM25, best first. Raises Unavailable."""

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        """Passage id → section id, for the ids that are here."""


class Backend(Protocol):
    """Where snapshots come from. A search reads; what a search finds changed is written by corpus.upkeep."""

    def snapshot(self, known: Snapshot | None, *, beside: bool) -> Snapshot:
        """The newest one: `known` itself while it will do. `beside`: something is searched beside it.

        Raises Unavailable.
        """


def is_milvus() -> bool:
    """Whether this installation searches by a Milvus server."""
    return bool(settings.LAWQA_INDEX == MILVUS)


def backend_of(encoder: Encoder) -> Backend:
    """As the installation is set (LAWQA_INDEX)."""
    if is_milvus():
        from corpus.index.milvus.snapshot import MilvusBackend

        return MilvusBackend(encoder)
    from corpus.index.local import LocalBackend

    return LocalBackend(encoder)
