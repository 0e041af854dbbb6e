"""The companion of a collection: which document it has in which version, how common its terms are, facts of it all.

They lie on the server, so that they are of one age with what they speak of, whatever is restored or lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from corpus.index.lexical import FIELDS
from corpus.index.milvus.client import Server
from corpus.index.milvus.layout import NOTES, among, batches
from corpus.index.versions import Versions

BATCH = 2_000
FACTS = "facts"
LONGEST_TERM = 100

Frequencies = dict[str, Counter[str]]
"""Field → term → passages."""


class Kind(IntEnum):
    FACTS = 0
    DOCUMENT = 1
    TERM = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a whole collection. Without them it is not complete."""

    built: str
    """Its name: another build is another collection."""
    mean_lengths: Mapping[str, float]
    syncs: int
    """How often it was brought up with the rows."""


class Notes:
    """Of one collection, or of the one that an alias points to."""

    def __init__(self, server: Server, collection: str) -> None:
        self._server = server
        self._name = collection + NOTES

    def facts(self) -> Facts | None:
        found = self._server.some(self._name, among("key", [FACTS]), ["value"])
        return Facts(**json.loads(found[0]["value"])) if found else None

    def put_facts(self, facts: Facts) -> None:
        self._put(Kind.FACTS, {FACTS: asdict(facts)})

    def versions(self) -> Versions:
        rows = self._server.each(self._name, f"kind == {Kind.DOCUMENT:d}", ["key", "value"])
        return Versions.from_pairs({int(row["key"].partition(":")[2]): int(row["value"]) for row in rows})

    def put_versions(self, versions: Mapping[int, int]) -> None:
        self._put(Kind.DOCUMENT, {f"document:{key}": version for key, version in versions.items()})

    def forget(self, documents: Sequence[int]) -> None:
        for some in batches(documents, BATCH):
            self._server.remove(self._name, among("key", [f"document:{key}" for key in some]))

    def frequencies(self, terms: Iterable[str]) -> Frequencies:
        """Of those of the terms that stand anywhere."""
        found: Frequencies = {field: Counter() for field in FIELDS}
        wanted = [f"term:{term}" for term in terms if len(term) <= LONGEST_TERM]
        for some in batches(wanted, BATCH):
            for row in self._server.some(self._name, among("key", some), ["key", "value"]):
                term = row["key"].partition(":")[2]
                for field, count in json.loads(row["value"]).items():
                    found[field][term] = count
        return found

    def put_frequencies(self, counted: Frequencies) -> None:
        terms = sorted({term for counts in counted.values() for term in counts if len(term) <= LONGEST_TERM})
        self._put(
            Kind.TERM,
            {f"term:{term}": {field: max(0, counted[field][term]) for field in counted} for term in terms},
        )

    def add_frequencies(self, more: Frequencies) -> None:
        """Counts that were added, or taken away where below 0."""
        known = self.frequencies({term for counts in more.values() for term in counts})
        for field, counts in more.items():
            for term, count in counts.items():
                known[field][term] += count
        self.put_frequencies(known)

    def _put(self, kind: Kind, values: Mapping[str, Any]) -> None:
        rows = [
            {"key": key, "kind": int(kind), "value": json.dumps(value), "vector": [0.0, 1.0]}
            for key, value in values.items()
        ]
        for some in batches(rows, BATCH):
            self._server.put(self._name, some)


def count_into(counted: Frequencies, texts: Iterable[Mapping[str, Any]], times: int = 1) -> None:
    """Count in how many of some analysed texts each term stands."""
    for text in texts:
        for field in FIELDS:
            for term in set(text[field].split()):
                counted[field][term] += times


def no_frequencies() -> Frequencies:
    return {field: Counter() for field in FIELDS}
