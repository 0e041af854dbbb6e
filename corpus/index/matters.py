"""What belongs to matters, searched word by word for their members alone.

BM25 weighs a word by how many passages have it, so an index over everything would tell everybody, by the order of what
he finds and by the time that it takes, which words stand in matters that he may not read. Therefore a matter's words
stand in no index: they are read from the rows when a member searches, and kept in memory while there is room. A matter's
passages are weighed by open law and that matter; open law, whoever searches, by open law alone.

Which shelves are matters is settled when they are made. Should one become open law in the database, it is found as before and
weighs nothing until the index is built anew.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from corpus.index import source
from corpus.index.backend import Statistics
from corpus.index.facets import Facets
from corpus.index.postings import Postings
from corpus.models import Document, Encoder
from corpus.types import Filters, Hit, Terms

MOST_PASSAGES = 100_000
"""Kept in memory of all matters together, about 2 kB each; what was searched longest ago is read again when needed."""


@dataclass(frozen=True, slots=True)
class Open:
    """Statistics of everything that belongs to no matter: the index and what is searched beside it."""

    base: Statistics
    beside: Postings
    count: int
    """Places of `beside` that the search knows of."""

    def __len__(self) -> int:
        return len(self.base) + self.beside.counted(self.count)

    def frequencies(self, terms: Collection[str]) -> dict[str, dict[str, int]]:
        base, beside = self.base.frequencies(terms), self.beside.frequencies(terms, self.count)
        return {
            field: {term: base[field][term] + seen[term] for term in terms} for field, seen in beside.items()
        }


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter as it stood at one moment; the postings are shared by all its moments and only grow."""

    versions: Mapping[int, int]
    """Document → its version when its passages were read."""
    facets: Facets
    postings: Postings

    def search(self, terms: Terms, filters: Filters, limit: int, law: Open) -> list[Hit]:
        """By BM25, best first; ties go to the lower id."""
        scores = self.postings.scores(terms, len(self.facets), law)
        allowed = self.facets.allowed(filters)
        places = np.flatnonzero(scores > 0 if allowed is None else allowed & (scores > 0))
        ids = self.facets.ids[places]
        order = np.lexsort((ids, -scores[places]))[:limit]
        return [Hit(int(ids[at]), float(scores[places[at]])) for at in order]


class Matters:
    """The matters of an installation. Thread-safe; reads of each only what changed since the last search."""

    def __init__(self, encoder: Encoder, mean_lengths: Mapping[str, float] | None) -> None:
        """`mean_lengths`: of the index that they are searched beside."""
        self._encoder = encoder
        self._mean_lengths = mean_lengths
        self._held: dict[int, Matter] = {}
        self._lock = threading.Lock()
        self._keys: frozenset[int] = frozenset()
        self._withheld: frozenset[int] = frozenset()

    def look(self, withheld: Collection[int]) -> None:
        """Which shelves are matters: asked when documents came, since a matter without any has nothing to find.

        `withheld`: shelves whose words index or delta were not given, should they have been matters then and not now.
        """
        self._withheld |= frozenset(withheld)
        self._keys = source.matters() | self._withheld

    def search_lexical(self, terms: Terms, filters: Filters, limit: int, law: Open) -> list[Hit]:
        """The best of each matter that the filters allow. Who may read none asks for nothing here."""
        asked = self._keys if filters.collections is None else self._keys & filters.collections
        if not asked or not terms:
            return []
        return [hit for matter in self._current(asked) for hit in matter.search(terms, filters, limit, law)]

    def _current(self, keys: frozenset[int]) -> list[Matter]:
        with self._lock:
            found = []
            for key, versions in sorted(_versions(keys).items()):
                held = self._held.pop(key, None) or Matter({}, Facets.of(()), Postings(self._mean_lengths))
                found.append(held if held.versions == versions else self._read(held, versions))
                self._held[key] = found[-1]
            for key in list(self._too_many(keys)):
                del self._held[key]
            return found

    def _read(self, held: Matter, versions: Mapping[int, int]) -> Matter:
        """With what changed since. Versions were read before the rows: what changes in between is looked at again."""
        changed = [key for key, version in versions.items() if held.versions.get(key) != version]
        gone = held.versions.keys() - versions.keys()
        rows = source.current_facets(self._encoder, changed)
        facets = held.facets.revised({*changed, *gone}, rows)
        new = np.setdiff1d(np.array([row.passage_id for row in rows], dtype=np.int64), facets.ids)
        for chunk in source.chunks_of(self._encoder, new.tolist(), of_matters=True):
            held.postings.add(chunk.texts)
            facets = facets.plus(chunk.facets)
        return replace(held, versions=versions, facets=facets)

    def _too_many(self, asked: frozenset[int]) -> Iterator[int]:
        """Those that were searched longest ago, as many as there is no room for; none of those asked for now."""
        kept = 0
        for key in reversed(self._held):
            kept += len(self._held[key].facets)
            if kept > MOST_PASSAGES and key not in asked:
                yield key


def _versions(matters: frozenset[int]) -> dict[int, dict[int, int]]:
    """Matter → document → version."""
    found: dict[int, dict[int, int]] = {}
    rows = Document.objects.filter(collection__in=matters).order_by()
    for matter, document, version in rows.values_list("collection_id", "pk", "version"):
        found.setdefault(matter, {})[document] = version
    return found
