"""What the tests of the writer with a model share: invented sources, replies in its form, a model at the wire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from corpus.types import Filters
from lawqa.inference import Models
from lawqa.types import Draft, DraftCitation, DraftClaim, Keywords, Query, Source, VerifiedClaim
from lawqa.verification import checker
from lawqa.writing.drafting import DraftingWriter
from tests.library import BEES, HONEY, WASPS
from tests.model_server import ModelServer

DAY = dt.date(2026, 3, 1)
REGISTER = "A keeper of bees shall register every hive with the county within 30 days of acquiring it."
SCHOOL = "Paragraph 1 shall not apply to a school that keeps no more than two hives."
FINE = "Whoever sells other goods as honey shall pay a fine of up to 5 000 crowns."
VERBATIM = Draft(claims=(DraftClaim(text=WASPS, citations=(DraftCitation(marker="S3", quote=WASPS),)),))


def source(marker: str = "S1", text: str = BEES, **changes: Any) -> Source:
    number = int(marker[1:])
    given: dict[str, Any] = {
        "section_id": 100 - number, "passage_id": number, "document_id": 1, "label": f"Bees Act Art. {number}",
        "heading": "Hives", "heading_path": f"Bees Act > Art. {number}", "document_title": "Act on Bees",
        "jurisdiction": "xx", "kind": "statute", "start": 0, "end": len(text), "score": 1.0 - number / 10,
    }  # fmt: skip
    return Source(**{"marker": marker, "section_text": text, **given, **changes})


SOURCES = (source("S1", BEES), source("S2", HONEY), source("S3", WASPS))
"""In the prompt they stand the other way round, by section: D3, D2, D1."""


def claim(text: str = REGISTER, source: object = "D3", quote: object = REGISTER) -> dict[str, Any]:
    return {"citations": [{"source": source, "quote": quote}], "text": text}


def opinions(*used: str) -> list[dict[str, str]]:
    return [
        {"source": name, "use": "used" if name in used else "set_aside", "reason": f"about {name}"}
        for name in ("D1", "D2", "D3")
    ]


def reply(*claims: object, sources: object = None) -> dict[str, Any]:
    return {"claims": list(claims), "sources": opinions("D3") if sources is None else sources}


def beginning(one: str, other: str) -> str:
    """What two texts begin with."""
    pairs = zip(one, other, strict=False)
    return one[: sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))]


class Reader:
    """Who reads the answer: what is told, and whether it is wanted any more."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.troubles: list[str] = []
        self.wants_no_more = False

    def note(self, stage: str, text: str, *, trouble: bool = False) -> None:
        assert stage == "writing"
        self.notes.append(text)
        if trouble:
            self.troubles.append(text)

    def stopped(self) -> bool:
        return self.wants_no_more


def query(text: str = "Must a hive be registered?") -> Query:
    return Query(text=text, keywords=Keywords(terms=()), named=(), filters=Filters(as_of=DAY))


def writer(
    server: ModelServer, reader: Reader | None = None, sources: Sequence[Source] = SOURCES, text: str = ""
) -> DraftingWriter:
    reader = reader or Reader()
    models = Models(servers=server.roles("answer"), note=reader.note, stopped=reader.stopped)
    return DraftingWriter(query(text) if text else query(), sources, models, VERBATIM)


def checked(claims: Sequence[DraftClaim], sources: Sequence[Source] = SOURCES) -> list[VerifiedClaim]:
    return list(map(checker(sources, as_of=DAY), claims))


def answered(writes: DraftingWriter, sources: Sequence[Source] = SOURCES) -> list[VerifiedClaim]:
    """All claims with their verdicts, in the order of the pipeline."""
    claims = checked(list(writes.claims()), sources)
    claims += checked(list(writes.rewritten([one for one in claims if not one.shown])), sources)
    return claims + checked(list(writes.instead(claims)), sources)
