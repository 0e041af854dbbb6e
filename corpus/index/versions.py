"""How often each document changed: what tells a process which documents it has to look at again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from django.db.models import Count, Sum

from corpus.models import Document

FILE = "versions.json"


class State(NamedTuple):
    """Differs between any two moments with a change in between.

    Versions only rise, and a new document has a higher key than any before it: no documents that come can
    make up for those that go.
    """

    documents: int
    keys: int
    versions: int


@dataclass(frozen=True, slots=True)
class Versions:
    """Document id → its version, as of one moment.

    Read before the passages: what changes in between has a higher version and is looked at again. Versions
    need no order among documents, so it does not matter in which order transactions end.
    """

    of: Mapping[int, int]
    state: State

    @classmethod
    def now(cls) -> Self:
        return cls.from_pairs(dict(Document.objects.order_by().values_list("pk", "version")))

    @classmethod
    def from_pairs(cls, of: Mapping[int, int]) -> Self:
        return cls(of, State(len(of), sum(of), sum(of.values())))

    @staticmethod
    def state_now() -> State:
        """The state of the rows, in one cheap query: it is asked before every search."""
        found = Document.objects.order_by().aggregate(
            documents=Count("*"), keys=Sum("pk", default=0), versions=Sum("version", default=0)
        )
        return State(**{name: int(number) for name, number in found.items()})

    def changed_since(self, earlier: Self) -> list[int]:
        """Documents that are new or whose version differs."""
        return [key for key, version in self.of.items() if earlier.of.get(key) != version]

    def gone_since(self, earlier: Self) -> list[int]:
        return [key for key in earlier.of if key not in self.of]

    def save(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(dict(self.of)))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Of a generation's folder; one without the file was built before versions: all is looked at again."""
        path = folder / FILE
        pairs = json.loads(path.read_text()) if path.exists() else {}
        return cls.from_pairs({int(key): version for key, version in pairs.items()})
