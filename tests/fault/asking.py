"""A question that goes through the whole pipeline, and what is asked of its answer whatever a model server did."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.models import Section
from corpus.types import Filters
from lawqa import pipeline
from lawqa.inference import Models
from lawqa.types import Finished, Request
from lawqa.watch import Watch
from tests.model_server import Asked

DAY = dt.date(2024, 1, 1)
HIVES = "How long do I have to register a hive?"
RULE = "A keeper of bees shall register every hive with the county within 30 days of acquiring it."
SCHOOLS = "Paragraph 1 shall not apply to a school that keeps no more than two hives."
FORGED = "Whoever fails to register a hive XYZZY shall forfeit every hive to the county."


@dataclass
class Asking:
    """A question on its way, and what its reader sees."""

    finished: Finished
    watch: Watch
    models: Models
    seconds: float

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.watch.notes[stage]) for stage in ("keywords", "writing"))


def answered(stopped: Callable[[], bool] = lambda: False) -> Asking:
    watch = Watch()
    watch.stopped = stopped  # type: ignore[method-assign]  # a reader who may press Stop
    models = Models(stopped=stopped, note=watch.note)
    started = time.monotonic()
    finished = pipeline.answer(Request(text=HIVES, filters=Filters(as_of=DAY)), watch, models)
    return Asking(finished, watch, models, time.monotonic() - started)


def check_shown(finished: Finished) -> None:
    """Every shown sentence cites given law, whose quote stands there word for word; nothing forged is among them."""
    given = {source.marker: source for source in finished.sources}
    for claim in finished.shown:
        assert claim.verdicts, "a claim without a citation"
        for citation, verdict in zip(claim.claim.citations, claim.verdicts, strict=True):
            assert citation.marker in given, f"{citation.marker} is no source"
            text = Section.objects.get(pk=given[citation.marker].section_id).text
            assert verdict.quote.text
            assert text[verdict.quote.start : verdict.quote.end] == verdict.quote.text, "not a quote"
        assert "XYZZY" not in claim.claim.text, "a forged sentence is shown"
        assert "\0" not in claim.claim.text


def check_fell_back(asking: Asking) -> None:
    """The law answers in its own words, and the stage of writing says that something failed."""
    assert asking.finished.outcome == "answered"
    assert [claim.claim.text for claim in asking.finished.shown] == [f"1. {RULE}"]
    assert asking.finished.draft.writer == "quoting"
    assert "writing" in asking.watch.troubled
    check_shown(asking.finished)


def good(asked: Asked) -> dict[str, Any]:
    """An answer as a careful model writes it: two true claims, each with its quote."""
    return reply_of(asked, [(RULE, RULE), (SCHOOLS, SCHOOLS)])


def reply_of(asked: Asked, claims: Sequence[tuple[str, str]], source: str = "") -> dict[str, Any]:
    """Sentences with their quotes, under the source that holds the rule or the one that is named."""
    ids = re.findall(r"^[0-9a-f]{16} (D\d+) begins$", asked.user, re.MULTILINE)
    before = asked.user[: asked.user.find(RULE)]
    home = source or ["D1", *re.findall(r"\bD\d+\b", before)][-1]  # a prompt of another role has no ids
    return {
        "claims": [{"citations": [{"source": home, "quote": quote}], "text": text} for text, quote in claims],
        "sources": [
            {"source": name, "use": "used" if name == home else "set_aside", "reason": "r"} for name in ids
        ],
    }
