"""What differs between an answer's record and the same question asked of today's shelf, in words. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.reading import day
from lawqa.marks import marks
from lawqa.types import QuoteMatch

TOLERANCE = 0.01
"""Of scores and similarities. Another processor computes the encoder in another precision: cosines differ by .002."""
JUDGED = 5
"""The marks before a model's opinion, which is not asked for again."""

Place = tuple[str, str, str]
"""Collection, document and path of a section: its identity, whatever becomes of the rows."""


class Matter(StrEnum):
    """What a difference is about."""

    RECORD = "record"
    LAW = "law"
    RETRIEVAL = "retrieval"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was."""

    matter: Matter
    subject: str
    """The section's label, or the claim's sentence; empty: the record itself."""
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text of a section as it is on the shelf now."""

    sha256: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    entered_into_force: dt.date | None


def place_of(source: Mapping[str, Any]) -> Place:
    """The identity of a recorded source; of one that stood nowhere when it was recorded, its label."""
    if not source["path"]:
        return "", "", source["label"]
    return source["collection"], source["document"], source["path"]


def compare_law(source: Mapping[str, Any], now: Wording | None, *, held: bool, as_of: dt.date) -> str:
    """What became of a section's text; nothing when it reads as it did. `now` is its text on the day asked for."""
    if not held:
        return "It has left the shelf."
    if now is None:
        return f"It is no longer law on {day(as_of)}, as the shelf has it now."
    if now.sha256 != source["section_sha256"]:
        return "It reads differently now."
    return ""


def compare_dates(source: Mapping[str, Any], now: Wording, *, as_of: dt.date) -> str:
    """What became of a section's days, where the answer is not touched by it; nothing when they are as they were."""
    if _written(now.valid_to) != source["valid_to"]:
        if now.valid_to is None:
            return "It is not known to end any more."
        return f"It changes or ends on {day(now.valid_to)}, after {day(as_of)}, which was asked for."
    dates = {"valid_from": now.valid_from, "entered_into_force": now.entered_into_force}
    if any(_written(date) != source[name] for name, date in dates.items()):
        return "The day from which it applies was corrected."
    return ""


def compare_retrieved(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[Difference]:
    """Sections that are found now and were not, or were and are not; those that moved; scores and passages that differ."""
    then, found = _by_place(before), _by_place(now)
    said = [(source, "It is found now, and was not.") for place, source in found.items() if place not in then]
    said += [(source, "It is not found any more.") for place, source in then.items() if place not in found]
    both = [place for place in then if place in found]
    order = [place for place in found if place in then]
    ranks = {place: (list(then).index(place) + 1, list(found).index(place) + 1) for place in both}
    for place in both:
        if both.index(place) != order.index(place):
            said.append((found[place], "It was at place {} and is at place {} now.".format(*ranks[place])))
        said += [(found[place], words) for words in _compare_scores(then[place], found[place])]
    return [_retrieval(source, words) for source, words in said]


def compare_facts(then: Mapping[str, Any], now: Mapping[str, Any], *, as_of: dt.date) -> list[str]:
    """What verification found of a citation then and finds now; a model's opinion is left out.

    A record keeps quoted words as the section has them, so what matched but for typography is exact when it is read again.
    """
    if then["quote"] == QuoteMatch.NORMALISED and now["quote"] == QuoteMatch.EXACT:
        then = {**then, "quote": QuoteMatch.EXACT}
    pairs = zip(marks(then, as_of)[:JUDGED], marks(now, as_of)[:JUDGED], strict=True)
    said = [
        f"{old.words} then; {new.words[0].lower()}{new.words[1:]} now." for old, new in pairs if old != new
    ]
    known = [problem["detail"] for problem in then["problems"]]
    return said + [problem["detail"] for problem in now["problems"] if problem["detail"] not in known]


def _compare_scores(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    said = []
    if (then["start"], then["end"]) != (now["start"], now["end"]):
        said.append("Another passage of it is found.")
    for name in ("score", "similarity"):
        old, new = then[name], now[name]
        if (old is None) != (new is None) or (old is not None and abs(old - new) > TOLERANCE):
            said.append(f"Its {name} was {_number(old)} and is {_number(new)} now.")
    return said


def _by_place(sources: Iterable[Mapping[str, Any]]) -> dict[Place, Mapping[str, Any]]:
    return {place_of(source): source for source in sources}


def _retrieval(source: Mapping[str, Any], words: str) -> Difference:
    return Difference(matter=Matter.RETRIEVAL, subject=source["label"], said=words)


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _written(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
