"""The index in this machine's files: the generation that serves, by the facets as the rows are now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.index import generations
from corpus.index.backend import Snapshot
from corpus.index.facets import Facets, PassageFacets
from corpus.index.generations import Files
from corpus.index.lexical import FIELDS, Allowed
from corpus.index.versions import Versions
from corpus.models import Encoder, Generation
from corpus.types import Filters, Hit, Terms


@dataclass(frozen=True, slots=True)
class LocalSnapshot:
    """A generation, or nothing yet, and what is to be known of its passages."""

    files: Files | None
    facets: Facets
    """Of the generation's passages, as the rows are now."""

    @property
    def number(self) -> int | None:
        return self.files.number if self.files else None

    @property
    def versions(self) -> Versions:
        return self.files.versions if self.files else Versions.from_pairs({})

    @property
    def mean_lengths(self) -> Mapping[str, float] | None:
        return self.files.mean_lengths if self.files else None

    @property
    def withheld(self) -> frozenset[int]:
        return self.files.withheld if self.files else frozenset()

    def __len__(self) -> int:
        return len(self.files.lexical) if self.files else 0

    def frequencies(self, terms: Collection[str]) -> dict[str, dict[str, int]]:
        if self.files:
            return self.files.lexical.frequencies(terms)
        return {field: dict.fromkeys(terms, 0) for field in FIELDS}

    def frequencies_in_law(self, terms: Collection[str]) -> dict[str, int]:
        return self.files.lexical.frequencies_in_law(terms) if self.files else dict.fromkeys(terms, 0)

    def revised(
        self, changed: Sequence[int], gone: Sequence[int], rows: Sequence[PassageFacets]
    ) -> tuple[Self, NDArray[np.int64]]:
        facets = self.facets.revised({*changed, *gone}, rows)
        ids = np.array(sorted(row.passage_id for row in rows), dtype=np.int64)
        return replace(self, facets=facets), ids[facets.places_of(ids) < 0]

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        return self.files.dense.search(vector, limit, self.facets.allowed(filters)) if self.files else []

    def search_lexical(self, terms: Terms, filters: Filters, limit: int) -> list[Hit]:
        if not self.files:
            return []
        mask = self.facets.allowed(filters)
        allowed = None if mask is None else Allowed(self.facets.ids, mask)
        return self.files.lexical.search(terms, limit, allowed)

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        wanted = np.fromiter(ids, dtype=np.int64)
        places = self.facets.places_of(wanted)
        inside = zip(wanted[places >= 0], self.facets.sections[places[places >= 0]], strict=True)
        return {int(pid): int(section) for pid, section in inside}


NOTHING = LocalSnapshot(None, Facets.of(()))


class LocalBackend:
    """Opens the generation that serves."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def snapshot(self, known: Snapshot | None, *, beside: bool) -> Snapshot:
        """One that is damaged is set aside, and what serves then is opened."""
        del beside
        while (serving := Generation.objects.filter(encoder=self._encoder).serving()) is not None:
            if known is not None and known.number == serving.pk:
                return known
            try:
                files = generations.open_files(serving)
                return LocalSnapshot(files, files.facets)
            except generations.Damaged as damage:
                generations.set_aside(serving, str(damage))
        return known if known is not None and known.number is None else NOTHING
