"""What a Milvus server holds, and how it is searched: what it has otherwise than the rows is excluded before ranking."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus.index.backend import Snapshot
from corpus.index.facets import PassageFacets
from corpus.index.lexical import FIELDS, MAIN_FIELD
from corpus.index.milvus.client import NOT_BUILT, SEARCH_SECONDS, Absent, Server, server
from corpus.index.milvus.layout import (
    FACETS,
    alias_of,
    among,
    batches,
    expression,
    facets_of,
    nothing_allowed,
)
from corpus.index.milvus.notes import Facts, Notes
from corpus.index.versions import Versions
from corpus.models import Encoder, Passage
from corpus.types import Filters, Hit, Terms

LOOK_SECONDS = 5.0
"""So often it is looked whether the worker has brought the server up, while something is searched beside it."""
SETTLED_SECONDS = 10.0
"""After so long everything that the notes spoke of can be seen by a search that does not wait for the newest writes:
the server's own bound of staleness is 5 s."""
FEW_DOCUMENTS = 200
DEEPER = 4
"""So many times as many passages as asked for are taken of each field, before their scores are added."""
ONCE = 4
"""How often a term of weight 1 stands in the query: weights are rounded to quarters, below an eighth to nothing."""
MOST = 16_384
"""The server finds no more at once."""
clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class MilvusSnapshot:
    """A collection, and what of it is not as the rows are."""

    server: Server
    alias: str
    facts: Facts
    versions: Versions
    passages: int
    read_at: float
    masked: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Document → its passages that are searched otherwise or not at all."""
    gone: frozenset[int] = frozenset()
    """Documents without a row."""
    seen: dict[str, dict[str, int]] = field(default_factory=dict)
    """Term → field → passages, of the terms that were asked for."""

    @property
    def number(self) -> int | None:
        return None

    @property
    def withheld(self) -> frozenset[int]:
        """Not noted: a shelf that ceases to be a matter has to be built anew."""
        return frozenset()

    @property
    def mean_lengths(self) -> Mapping[str, float]:
        return self.facts.mean_lengths

    def __len__(self) -> int:
        return self.passages

    def frequencies(self, terms: Collection[str]) -> dict[str, dict[str, int]]:
        unseen = [term for term in terms if term not in self.seen]
        if unseen:
            found = Notes(self.server, self.alias).frequencies(unseen)
            self.seen.update({term: {name: found[name][term] for name in FIELDS} for term in unseen})
        return {name: {term: self.seen[term][name] for term in terms} for name in FIELDS}

    def frequencies_in_law(self, terms: Collection[str]) -> dict[str, int]:
        return self.frequencies(terms)[MAIN_FIELD]

    def revised(
        self, changed: Sequence[int], gone: Sequence[int], rows: Sequence[PassageFacets]
    ) -> tuple[Self, NDArray[np.int64]]:
        """Passages do not change, only come and go; of a document that changed only those are masked that are gone
        or have other days or another shelf.
        """
        current = {row.passage_id: facets_of(row) for row in rows}
        masked, right = dict(self.masked), set()
        held = self._held(changed)
        for key in changed:
            there = held.get(key, {})
            same = {pid for pid, facets in there.items() if current.get(pid) == facets}
            right |= same
            masked[key] = frozenset(there.keys() - same)
        lacking = np.array(sorted(current.keys() - right), dtype=np.int64)
        new = replace(self, masked={key: ids for key, ids in masked.items() if ids}, gone=self.gone | {*gone})
        return new, lacking

    def _held(self, documents: Sequence[int]) -> dict[int, dict[int, dict[str, Any]]]:
        """Document → passage → facets, as the server has them."""
        found: dict[int, dict[int, dict[str, Any]]] = {}
        for some in batches(documents, FEW_DOCUMENTS):
            for row in self.server.each(
                self.alias, among("document", some), ["id", *FACETS], seconds=SEARCH_SECONDS
            ):
                facets = {name: row[name] for name in ("id", *FACETS)}
                found.setdefault(row["document"], {})[row["id"]] = facets
        return found

    def search_dense(self, vector: NDArray[np.float32], filters: Filters, limit: int) -> list[Hit]:
        if nothing_allowed(filters) or not self.passages:
            return []
        return self._run("vector", vector, self._expression(filters), limit, {"ef": max(200, 2 * limit)})

    def search_lexical(self, terms: Terms, filters: Filters, limit: int) -> list[Hit]:
        """The sum of the fields' scores, each with its weight.

        Each field gives its best; what only some of them gave is then scored by the others too.
        """
        text = _repeated(terms)
        if not text or nothing_allowed(filters) or not self.passages:
            return []
        where = self._expression(filters)
        depth = min(MOST, max(DEEPER * limit, 100))
        found = {name: self._scores(name, text, where, depth) for name in FIELDS}
        candidates = {pid for scores in found.values() for pid in scores}
        for name in FIELDS:
            missing = sorted(candidates - found[name].keys())
            if missing and len(found[name]) == depth:  # a shorter list already has all that score anything
                found[name] |= self._scores(name, text, among("id", missing), len(missing))
        totals = [
            Hit(pid, sum(FIELDS[name] * scores.get(pid, 0.0) for name, scores in found.items()))
            for pid in candidates
        ]
        return sorted(totals, key=lambda hit: (-hit.score, hit.passage_id))[:limit]

    def _scores(self, name: str, text: str, where: str, depth: int) -> dict[int, float]:
        hits = self._run(f"{name}_bm25", text, where, min(depth, MOST), {})
        return {hit.passage_id: hit.score / ONCE for hit in hits}

    def _run(
        self, name: str, query: str | NDArray[np.float32], where: str, limit: int, params: dict[str, Any]
    ) -> list[Hit]:
        """The level of consistency: what the notes spoke of is seen, and nothing is waited for without need."""
        level = "Strong" if clock() - self.read_at < SETTLED_SECONDS else "Bounded"
        found = self.server.search(
            self.alias, name, query, limit=limit, filter=where, consistency_level=level,
            search_params={"params": params},
        )  # fmt: skip
        return sorted((Hit(pid, score) for pid, score in found), key=lambda hit: (-hit.score, hit.passage_id))

    def _expression(self, filters: Filters) -> str:
        masked = {pid for ids in self.masked.values() for pid in ids}
        return expression(filters, masked, self.gone)

    def section_of(self, ids: Sequence[int]) -> dict[int, int]:
        """By the rows, which are nearer than the server."""
        rows = Passage.objects.filter(pk__in=list(ids), embedding__isnull=False)
        return dict(rows.values_list("pk", "section_id"))


class MilvusBackend:
    """The collection that serves for an encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._alias = alias_of(encoder)
        self._server = server()
        self._looked_at = 0.0

    def snapshot(self, known: Snapshot | None, *, beside: bool) -> Snapshot:
        """A new one when the server was brought up since; an older one is right as well, only slower.

        That is so because the server is only ever brought nearer to the rows: what a snapshot takes for current is.
        """
        if isinstance(known, MilvusSnapshot):
            if not beside or clock() - self._looked_at < LOOK_SECONDS:
                return known
            self._looked_at = clock()
            if self._facts() == known.facts:
                return known
        return self._read()

    def _read(self) -> MilvusSnapshot:
        self._looked_at = clock()
        notes, facts = Notes(self._server, self._alias), self._facts()
        return MilvusSnapshot(
            self._server, self._alias, facts, notes.versions(), self._server.count(self._alias), clock()
        )

    def _facts(self) -> Facts:
        facts = Notes(self._server, self._alias).facts()
        if facts is None:
            raise Absent(NOT_BUILT)
        return facts


def _repeated(terms: Terms) -> str:
    """The server counts a term as often as it stands in the query."""
    return " ".join(term for term, weight in terms.items() for _ in range(round(ONCE * weight)))
