"""How a section is laid out for reading: its lines, the words pointed at, the days on which it is law, and how it changed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from corpus.structure.outline import Subdivision, outline


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch `[start, end)` of a text, in characters."""

    start: int
    end: int

    def fits(self, text: str) -> bool:
        return 0 <= self.start < self.end <= len(text) and bool(text[self.start : self.end].strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of one line, pointed at or not."""

    text: str
    marked: bool = False
    first: bool = False
    """The first run pointed at: where the page is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A subdivision or paragraph with its depth, outermost 0."""

    depth: int
    marker: str
    parts: tuple[Part, ...]

    @property
    def marked(self) -> bool:
        return any(part.marked for part in self.parts)


def lay_out(text: str, quote: Span | None = None) -> list[Line]:
    """The lines of a section; those that hold words of `quote` are cut around them."""
    units = _by_line(text)
    outermost = min((unit.depth for unit, _ in units), default=0)
    lines = [
        Line(depth=unit.depth - outermost, marker=unit.marker, parts=tuple(_cut(text, span, quote)))
        for unit, span in units
    ]
    return list(_with_first(lines))


def _by_line(text: str) -> list[tuple[Subdivision, Span]]:
    """The first subdivision that begins on each line, and that line without the ones below it."""
    found: list[tuple[Subdivision, Span]] = []
    for unit in outline(text):
        line_end = text.find("\n", unit.start)
        end = line_end if line_end >= 0 else len(text)
        if not found or unit.start >= found[-1][1].end:
            found.append((unit, Span(unit.start, end)))
    return found


def _cut(text: str, line: Span, quote: Span | None) -> Iterator[Part]:
    start = max(line.start, quote.start) if quote else line.end
    end = min(line.end, quote.end) if quote else line.end
    if start >= end:
        yield Part(text=text[line.start : line.end])
        return
    before, inside, after = text[line.start : start], text[start:end], text[end : line.end]
    if before:
        yield Part(text=before)
    yield Part(text=inside, marked=True)
    if after:
        yield Part(text=after)


def _with_first(lines: list[Line]) -> Iterator[Line]:
    found = False
    for line in lines:
        if found or not line.marked:
            yield line
            continue
        found = True
        parts = tuple(Part(text=part.text, marked=part.marked, first=part.marked) for part in line.parts)
        yield Line(depth=line.depth, marker=line.marker, parts=parts)


class Dated(Protocol):
    """Whatever says from when to when it is law: a section, or a source of an answer."""

    @property
    def entered_into_force(self) -> dt.date | None: ...
    @property
    def valid_from(self) -> dt.date | None: ...
    @property
    def valid_to(self) -> dt.date | None: ...


class Standing(StrEnum):
    """What a text is on a given day."""

    APPLIES = "applies"
    NOT_YET_APPLICABLE = "not-yet-applicable"
    NOT_YET_IN_FORCE = "not-yet-in-force"
    ENDED = "ended"


def standing(law: Dated, on: dt.date) -> Standing:
    """What a text is on a day. The day of repeal is the first on which it is no longer law."""
    if law.valid_to is not None and law.valid_to <= on:
        return Standing.ENDED
    if law.valid_from is None or law.valid_from <= on:
        return Standing.APPLIES
    if law.entered_into_force is not None and law.entered_into_force <= on:
        return Standing.NOT_YET_APPLICABLE
    return Standing.NOT_YET_IN_FORCE


def interval(law: Dated) -> str:
    """`In force since 10 December 2024; applies from 11 December 2027.`"""
    said = []
    entered = law.entered_into_force
    if entered is not None and entered != law.valid_from:
        said.append(f"in force since {day(entered)}")
    if law.valid_from is not None:
        said.append(f"applies from {day(law.valid_from)}")
    if law.valid_to is not None:
        said.append(f"no longer law from {day(law.valid_to)}")
    if not said:
        return "No dates are recorded for this text."
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def day(date: dt.date) -> str:
    """`11 December 2027`"""
    return f"{date.day} {date:%B} {date.year}"


class Turn(StrEnum):
    """What became of a wording."""

    CHANGED = "changed"
    REPEALED = "repealed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One wording gives way to the next, or to none."""

    turn: Turn
    before: int
    """Database key of the section's row with the wording that ended."""
    after: int | None
    """Of the one that follows; of a repeal the row that says so; None where the shelf only lacks the section."""
    on: dt.date
    """From this day the wording before is no longer law, as far as the shelf knows."""
    last_seen: dt.date | None
    """The last edition on the shelf that had the wording before; None where the act itself names the day."""
    heading: str = ""
    """Of a repeal: what the edition says in the section's place."""

    @property
    def said(self) -> str:
        """In one or two sentences. The days of two editions enclose a change; only an act says when it was."""
        on = day(self.on)
        if self.turn is Turn.CHANGED:
            if self.last_seen is None:
                return f"The rule changed on {on}."
            return f"The rule changed between {day(self.last_seen)} and {on}, the days of two editions."
        if self.turn is Turn.REPEALED:
            quoted = f": “{self.heading}”" if self.heading else ""
            return f"The edition of {on} lists this section as no longer law{quoted}."
        if self.last_seen is None:
            return f"This section ends on {on}."
        return (
            f"The edition of {on} does not have this section any more; that of {day(self.last_seen)} had it."
        )

    def caution(self, as_of: dt.date) -> str:
        """What must be said to a reader who asked for a day between two editions; empty for other days."""
        if self.last_seen is None or not self.last_seen < as_of < self.on:
            return ""
        return (
            f"This is the text of the edition of {day(self.last_seen)}. On which day it gave way is not known here, so "
            f"it may already have been otherwise on {day(as_of)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How a wording came, and how it gave way; None: it is the first, or the last, that the shelf has."""

    came: Change | None = None
    went: Change | None = None
