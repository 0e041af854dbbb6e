"""Fills the bench's own shelf with rows: documents of ten sections, until there are as many passages as are wanted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from corpus.models import Collection, Document, Edition, Encoder, Passage, Section
from corpus.types import Filters
from corpus.vectors import to_bytes
from lawqa.evaluation.scale.material import Law, SectionOfLaw

STATE = "filled.json"
SECTIONS_EACH = 10
DOCUMENTS_AT_ONCE = 50
TODAY = dt.date(2024, 1, 1)
BEGAN, ENDED = dt.date(2020, 1, 1), dt.date(2023, 1, 1)
REPEALED = 0.01
"""Of the documents: as on any shelf, a search may not see everything."""
SHARES = {"50 %": 0.5, "10 %": 0.1, "1 %": 0.01, ".1 %": 0.001}
"""Jurisdictions by the share of documents that have them; the rest has `OTHER`."""
OTHER = "rest"
ALL = "100 %"


def filters_of(share: str) -> Filters:
    """What a search may see that is limited to such a jurisdiction; `ALL`: everything in force."""
    return Filters(as_of=TODAY, jurisdictions=None if share == ALL else frozenset({share}))


def fill(folder: Path, encoder: Encoder, count: int) -> int:
    """Add documents until there are `count` passages; returns how many there are. `folder` holds the law."""
    state_path = Path(settings.LAWQA_DATA) / STATE
    state = _state(state_path)
    with closing(Law(folder, encoder.dimension).read(state["place"])) as sections:
        while state["passages"] < count:
            # As many as are certainly missing, so that a few passages more are a few documents and no more.
            wanted = min(DOCUMENTS_AT_ONCE, 1 + (count - state["passages"]) // (8 * SECTIONS_EACH))
            taken = [list(islice(sections, SECTIONS_EACH)) for _ in range(wanted)]
            state["passages"] += _add(taken, state["documents"], encoder)
            state["documents"] += len(taken)
            state_path.write_text(json.dumps(state))
    return int(state["passages"])


def _state(path: Path) -> dict[str, Any]:
    """How far the shelf was filled."""
    if not path.exists():
        return {"passages": 0, "documents": 0, "place": {}}
    kept: dict[str, Any] = json.loads(path.read_text())
    return kept


@transaction.atomic
def _add(taken: Sequence[Sequence[SectionOfLaw]], first: int, encoder: Encoder) -> int:
    """Save some documents and what is in them; returns the number of passages."""
    documents = _documents(first, len(taken))
    editions = Edition.objects.bulk_create(
        Edition(document=document, dated=BEGAN, sha256="") for document in documents
    )
    sections = Section.objects.bulk_create(
        _section(edition, position, section)
        for edition, held in zip(editions, taken, strict=True)
        for position, section in enumerate(held)
    )
    law = [section for held in taken for section in held]
    passages = [
        passage for row, section in zip(sections, law, strict=True) for passage in _cut(row, section, encoder)
    ]
    Passage.objects.bulk_create(passages)
    return len(passages)


def _documents(first: int, count: int) -> list[Document]:
    shelf = Collection.objects.shelf("bench", name="Bench")
    names = [*SHARES, OTHER]
    chances = np.array([*SHARES.values(), 1 - sum(SHARES.values())])
    drawn = np.random.default_rng(first).choice(len(names), size=count, p=chances).tolist()
    return Document.objects.bulk_create(
        Document(
            collection=shelf, key=f"act-{number}", kind="statute", jurisdiction=names[place], title=f"Act {number}",
            citation=f"Act {number}", short_title=f"Act {number}", version=1,
        )
        for number, place in enumerate(drawn, start=first)
    )  # fmt: skip


def _section(edition: Edition, position: int, section: SectionOfLaw) -> Section:
    document = edition.document
    ended = np.random.default_rng(document.pk).random() < REPEALED
    return Section(
        document=document, edition=edition, path=f"s{position}", label=f"{document.short_title} {section.label}"[:300],
        heading=section.heading, text=section.text, position=position, sha256="", valid_from=BEGAN,
        valid_to=ENDED if ended else None,
    )  # fmt: skip


def _cut(row: Section, section: SectionOfLaw, encoder: Encoder) -> Iterable[Passage]:
    for (start, end), vector in zip(section.passages, section.vectors, strict=True):
        yield Passage(section=row, start=start, end=end, encoder=encoder, embedding=to_bytes(vector))
