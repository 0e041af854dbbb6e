"""Whatever happens in whatever order, a search finds exactly the embedded passages in force, in both ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from corpus import upkeep
from corpus.models import Document, Passage, Section
from tests.corpus.index.conftest import Index
from tests.corpus.index.rows_by_hand import TODAY, a_document, embed_rows, found
from tests.library import quietly

pytestmark = pytest.mark.django_db
ENDED = dt.date(2023, 1, 1)
STEPS = 30


class History:
    """One random course of events, and what should be found at each moment."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.made = 0
        self.events: dict[str, Callable[[], object]] = {
            "add": self.add, "embed": self.embed, "delete": self.delete, "close": self.close,
            "reopen": self.reopen, "build": lambda: upkeep.rebuild(quietly),
            "bring up": lambda: upkeep.update(quietly, behind=1),
        }  # fmt: skip

    def step(self) -> str:
        name = str(self.chance.choice(list(self.events), p=[0.3, 0.25, 0.1, 0.1, 0.1, 0.05, 0.1]))
        self.events[name]()
        return name

    def add(self) -> None:
        self.made += 1
        texts = [f"hive {self.made} {n}" for n in range(self.chance.integers(1, 4))]
        a_document(f"act{self.made}", *texts, embed=bool(self.chance.integers(2)))

    def embed(self) -> None:
        """Some passages of one document, not always the first."""
        waiting = list(Passage.objects.filter(embedding=None).order_by("section__document", "-pk"))
        if waiting:
            chosen = waiting[self.chance.integers(len(waiting))]
            embed_rows([chosen])

    def delete(self) -> None:
        if document := self._any():
            document.delete()

    def close(self) -> None:
        self._change(ENDED)

    def reopen(self) -> None:
        self._change(None)

    def _change(self, day: dt.date | None) -> None:
        if document := self._any():
            Document.objects.filter(pk=document.pk).touch()
            Section.objects.filter(document=document).update(valid_to=day)

    def _any(self) -> Document | None:
        there = list(Document.objects.all())
        return there[self.chance.integers(len(there))] if there else None

    @staticmethod
    def expected() -> list[str]:
        live = Section.objects.in_force(TODAY.as_of).filter(passages__embedding__isnull=False)
        return sorted(live.values_list("path", flat=True))


@pytest.mark.parametrize(
    ("index", "seed"), [("local", 0), ("local", 1), ("local", 2), ("milvus", 3)], indirect=["index"]
)
def test_every_search_finds_what_the_rows_hold(
    index: Index, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if index.is_remote:
        monkeypatch.setattr("corpus.index.milvus.snapshot.LOOK_SECONDS", 0.0)
    index.build()
    history, shelf, events = History(seed), index.shelf(), []
    for _ in range(STEPS):
        events.append(history.step())
        expected = history.expected()
        for which in (shelf, index.shelf()):
            by_vector, by_words = found(which, "hive", limit=1_000)
            assert sorted(by_vector) == sorted(by_words) == expected, events
