"""What is searched while the index's server does not answer: this machine's files, or all rows where they are few."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from corpus.index.backend import Backend
from corpus.index.errors import Unavailable
from corpus.index.shelf import Shelf
from corpus.models import Encoder, Generation, Passage
from corpus.types import Filters, Hit, Terms

log = logging.getLogger(__name__)
T = TypeVar("T")


class GuardedShelf(Shelf):
    """A shelf whose index may fail: then another finds the same passages, or the failure's sentence is told.

    The other one is exact, so that it gives the same order, and it reads the same rows. It is used where a
    generation of this machine still serves, or where the rows to be read into memory are few.
    """

    def __init__(self, encoder: Encoder, backend: Backend) -> None:
        super().__init__(encoder, backend)
        self._standby: Shelf | None = None

    @property
    def generation(self) -> int | None:
        """Of this machine's files, while they stand in."""
        return self._standby.generation if self._standby else super().generation

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        return self._or_standby(
            super().search_dense, lambda other: other.search_dense(vector, filters, limit),
            vector, filters, limit,
        )  # fmt: skip

    def search_lexical(self, terms: Terms, filters: Filters, limit: int) -> list[Hit]:
        return self._or_standby(
            super().search_lexical, lambda other: other.search_lexical(terms, filters, limit),
            terms, filters, limit,
        )  # fmt: skip

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        return self._or_standby(super().section_of, lambda other: other.section_of(ids), ids)

    def frequencies(self, terms: Collection[str]) -> tuple[dict[str, int], int]:
        return self._or_standby(super().frequencies, lambda other: other.frequencies(terms), terms)

    def _or_standby(self, search: Callable[..., T], instead: Callable[[Shelf], T], *about: object) -> T:
        try:
            found = search(*about)
        except Unavailable:
            other = self._standby or self._opened_standby()
            if other is None:
                raise
            self._standby = other
            return instead(other)
        self._standby = None  # its memory is given back
        return found

    def _opened_standby(self) -> Shelf | None:
        if Generation.objects.filter(encoder=self._encoder).serving() is None and self._is_large():
            return None
        log.warning("The index does not answer: this machine searches by itself until it does.")
        return Shelf(self._encoder)

    def _is_large(self) -> bool:
        rows = Passage.objects.filter(encoder=self._encoder, embedding__isnull=False)
        most = int(settings.LAWQA_STANDBY_PASSAGES)
        return rows.order_by()[: most + 1].count() > most
