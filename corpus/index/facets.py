"""What filters are decided on: for every passage its shelf, jurisdiction, document and days, as arrays."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from corpus.types import Filters

FOREVER = dt.date.max.toordinal()
GONE = 0
"""The last day of a passage without a row: before every day that a search may name."""
MASKS = 16
"""Kept of each facets: a byte a passage and filter."""
Mask = NDArray[np.bool_] | None
COLUMNS = ("ids", "sections", "documents", "collections", "jurisdictions", "begins", "ends")


class PassageFacets(NamedTuple):
    """One passage's row, as read from the database."""

    passage_id: int
    section_id: int
    document_id: int
    collection_id: int
    jurisdiction: str
    begins: dt.date | None
    ends: dt.date | None


@dataclass(frozen=True, slots=True)
class Facets:
    """Columns of equal length, one place a passage; days as ordinals, `[begins, ends)`.

    A passage that is gone keeps its place, since the index knows it by that, and ends before it begins.
    """

    ids: NDArray[np.int64]
    sections: NDArray[np.int64]
    documents: NDArray[np.int64]
    collections: NDArray[np.int64]
    jurisdictions: NDArray[np.int16]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    codes: tuple[str, ...]
    """The jurisdictions that the numbers of `jurisdictions` stand for."""
    _masks: dict[Filters, Mask] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `allowed` found last: both retrievers ask for the same, and so do most questions of a day."""

    @classmethod
    def of(cls, rows: Iterable[PassageFacets]) -> Self:
        """In order of the passages' ids."""
        listed = sorted(rows)
        codes = tuple(sorted({row.jurisdiction for row in listed}))
        numbers = {code: number for number, code in enumerate(codes)}
        return cls(
            ids=np.array([row.passage_id for row in listed], dtype=np.int64),
            sections=np.array([row.section_id for row in listed], dtype=np.int64),
            documents=np.array([row.document_id for row in listed], dtype=np.int64),
            collections=np.array([row.collection_id for row in listed], dtype=np.int64),
            jurisdictions=np.array([numbers[row.jurisdiction] for row in listed], dtype=np.int16),
            begins=np.array([row.begins.toordinal() if row.begins else 0 for row in listed], dtype=np.int32),
            ends=np.array([row.ends.toordinal() if row.ends else FOREVER for row in listed], dtype=np.int32),
            codes=codes,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def plus(self, *others: Self) -> Self:
        """These passages and behind them the others'."""
        parts = (self, *others)
        codes = tuple(sorted({code for part in parts for code in part.codes}))
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS
        }
        joined["jurisdictions"] = np.concatenate([part.numbers(codes) for part in parts])
        return replace(self, **joined, codes=codes)

    def numbers(self, codes: tuple[str, ...]) -> NDArray[np.int16]:
        """The column of jurisdictions as numbers of other codes, which contain these."""
        places = np.array([codes.index(code) for code in self.codes], dtype=np.int16)
        return places[self.jurisdictions] if len(self) else self.jurisdictions

    def revised(self, documents: Collection[int], rows: Iterable[PassageFacets]) -> Self:
        """The same passages, those of some documents as `rows` has them now; what `rows` lacks is gone."""
        old = np.flatnonzero(np.isin(self.documents, np.fromiter(documents, dtype=np.int64)))
        if not len(old):
            return self
        now = Facets.of(rows)
        codes = tuple(sorted({*self.codes, *now.codes}))
        columns: dict[str, Any] = {name: getattr(self, name).copy() for name in COLUMNS}
        columns["jurisdictions"] = self.numbers(codes).copy()
        columns["ends"][old] = GONE
        places = now.places_of(self.ids[old])
        left, current = old[places >= 0], places[places >= 0]
        for name in ("collections", "begins", "ends"):
            columns[name][left] = getattr(now, name)[current]
        columns["jurisdictions"][left] = now.numbers(codes)[current]
        return replace(self, **columns, codes=codes)

    def places_of(self, ids: NDArray[np.int64]) -> NDArray[np.intp]:
        """Where each id stands, -1 for one that is not here. Only for facets in the order of ids."""
        if not len(self):
            return np.full(len(ids), -1, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self) - 1)
        return np.where(self.ids[places] == ids, places, -1)

    def allowed(self, filters: Filters) -> Mask:
        """Which rows a search may see, not to be changed; None when it may see all of them."""
        if filters in self._masks:
            return self._masks[filters]
        found = self._allowed(filters)
        if len(self._masks) >= MASKS:
            self._masks.clear()  # another thread may have done so: then there is room for both
        self._masks[filters] = found
        return found

    def _allowed(self, filters: Filters) -> Mask:
        day = filters.as_of.toordinal()
        mask = (self.begins <= day) & (self.ends > day)
        if filters.collections is not None:
            mask &= np.isin(self.collections, list(filters.collections))
        if filters.documents is not None:
            mask &= np.isin(self.documents, list(filters.documents))
        if filters.jurisdictions is not None:
            wanted = [n for n, code in enumerate(self.codes) if code in filters.jurisdictions]
            mask &= np.isin(self.jurisdictions, wanted)
        return None if mask.all() else mask

    def save(self, folder: Path) -> None:
        columns = {name: getattr(self, name) for name in COLUMNS}
        np.savez(folder / "facets.npz", allow_pickle=False, **columns)
        (folder / "jurisdictions.json").write_text(json.dumps(self.codes))

    @classmethod
    def load(cls, folder: Path) -> Self:
        codes = tuple(json.loads((folder / "jurisdictions.json").read_text()))
        with np.load(folder / "facets.npz", allow_pickle=False) as columns:
            return cls(**{name: columns[name] for name in columns.files}, codes=codes)
