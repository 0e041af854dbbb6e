"""What filters are decided on: for every passage its shelf, jurisdiction, document and days, as arrays."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from corpus.types import Filters

FOREVER = dt.date.max.toordinal()


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
    """Columns of equal length, sorted by passage id; days as ordinals, `[begins, ends)`."""

    ids: NDArray[np.int64]
    sections: NDArray[np.int64]
    documents: NDArray[np.int64]
    collections: NDArray[np.int64]
    jurisdictions: NDArray[np.int16]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    codes: tuple[str, ...]
    """The jurisdictions that the numbers of `jurisdictions` stand for."""

    @classmethod
    def of(cls, rows: Iterable[PassageFacets]) -> Self:
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

    def allowed(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows a search may see; None when it may see all of them."""
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

    def section_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Passage id → section id, for the ids that are here."""
        wanted = np.array(list(ids), dtype=np.int64)
        places = np.searchsorted(self.ids, wanted)
        found = [(int(pid), int(place)) for pid, place in zip(wanted, places, strict=True)]
        return {
            pid: int(self.sections[place])
            for pid, place in found
            if place < len(self.ids) and self.ids[place] == pid
        }

    def save(self, folder: Path) -> None:
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "codes"}
        np.savez(folder / "facets.npz", allow_pickle=False, **columns)
        (folder / "jurisdictions.json").write_text(json.dumps(self.codes))

    @classmethod
    def load(cls, folder: Path) -> Self:
        codes = tuple(json.loads((folder / "jurisdictions.json").read_text()))
        with np.load(folder / "facets.npz", allow_pickle=False) as columns:
            return cls(**{name: columns[name] for name in columns.files}, codes=codes)
