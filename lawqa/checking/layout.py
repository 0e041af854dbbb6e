"""A checked text laid out for reading: its paragraphs with numbered marks, and beside each what was found out. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.differences import Piece
from corpus.reading import interval
from lawqa.checking.quotations import PAIRS
from lawqa.checking.types import (
    Agreement,
    Checked,
    CheckedCitation,
    CheckedQuotation,
    CheckedSentence,
    CheckedText,
    Existence,
    Weight,
    Wording,
)

TITLES = {
    Existence.IN_FORCE: "Exists, in force",
    Existence.ENDED: "No longer law",
    Existence.NOT_YET: "Does not apply yet",
    Existence.AMBIGUOUS: "Not clear which",
    Existence.MISSING: "Does not exist",
    Existence.NOT_HELD: "Not on the shelf",
    Wording.EXACT: "Word for word",
    Wording.NORMALISED: "Word for word, but for typography",
    Wording.FORMER: "Not the wording of the day",
    Wording.ELSEWHERE: "Stands elsewhere",
    Wording.DEPARTS: "Departs from the law",
    Wording.NOT_FOUND: "Not found there",
    Wording.UNCHECKED: "Not checked",
    Agreement.AGREES: "Figures agree",
    Agreement.DIFFERS: "Differs from the law",
    Agreement.NOT_THERE: "Not in the section",
}
NO_PLACE = "No such subdivision"
UNSEEN_PLACE = "Exists, in force; its subdivision was not found"
OUTSIDE = "Word for word, but elsewhere in the section"
PARAGRAPH = re.compile(r"\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing found out, with the number by which the text points at it."""

    number: int
    weight: Weight
    kind: str
    """`citation`, `quotation`, `sentence`"""
    title: str
    said: tuple[str, ...]
    label: str
    heading: str = ""
    section_id: int | None = None
    start: int | None = None
    end: int | None = None
    """Of the words in the section's text."""
    differences: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of a paragraph; `number` 0: nothing was found out about it."""

    text: str
    number: int = 0
    weight: Weight | None = None
    point: bool = False
    """It only points: the sentence before it is what was found out about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of the text and the facts beside it."""

    runs: tuple[Run, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    place: int
    end: int
    number: int
    weight: Weight
    point: bool


def facts_of(checked: CheckedText) -> list[Fact]:
    """Every fact, numbered from 1 in the order of the text."""
    return [fact_of(one, number) for number, one in enumerate(checked.all, start=1)]


def fact_of(one: Checked, number: int) -> Fact:
    """The words for one thing found out."""
    if isinstance(one, CheckedCitation):
        return _citation(one, number)
    return _quotation(one, number) if isinstance(one, CheckedQuotation) else _sentence(one, number)


def lay_out(checked: CheckedText) -> list[Paragraph]:
    """The paragraphs of the text, in order; those of white space alone are left out."""
    found = checked.all
    marks = [_mark(one, number, checked.text) for number, one in enumerate(found, start=1)]
    facts = facts_of(checked)
    starts = [0, *(match.end() for match in PARAGRAPH.finditer(checked.text))]
    ends = [*starts[1:], len(checked.text)]
    beside: list[list[int]] = [[] for _ in starts]
    for number, mark in enumerate(marks):
        beside[bisect_right(starts, max(0, mark.place - mark.point)) - 1].append(number)
    return [
        Paragraph(
            runs=tuple(_runs(checked.text, start, end, marks)), facts=tuple(facts[number] for number in numbers)
        )
        for start, end, numbers in zip(starts, ends, beside, strict=True)
        if checked.text[start:end].strip()
    ]  # fmt: skip


def _mark(one: Checked, number: int, text: str) -> _Mark:
    """A quotation is drawn with its quotation marks."""
    if isinstance(one, CheckedSentence):
        return _Mark(one.end, one.end, number, one.weight, point=True)
    wide = isinstance(one, CheckedQuotation) and text[one.start - 1 : one.start] in PAIRS and one.start > 0
    return _Mark(one.start - wide, min(len(text), one.end + wide), number, one.weight, point=False)


def _runs(text: str, start: int, end: int, marks: Sequence[_Mark]) -> Iterator[Run]:
    """The paragraph cut at its marks; of two that overlap the first is drawn, the second points."""
    at = start
    inside = [
        one
        for one in marks
        if (one.place < end and one.end > start) or (one.point and start < one.place <= end)
    ]
    for mark in sorted(inside, key=lambda one: (one.place, one.number)):
        first, last = max(mark.place, start), min(mark.end, end)
        if first > at:
            yield Run(text=text[at:first].rstrip("\n"))
            at = first
        if mark.point or last <= at:
            yield Run(text="", number=mark.number, weight=mark.weight, point=True)
            continue
        yield Run(text=text[at:last].rstrip("\n"), number=mark.number, weight=mark.weight)
        at = last
    if at < end:
        yield Run(text=text[at:end].rstrip("\n"))


def _citation(one: CheckedCitation, number: int) -> Fact:
    dates = one.valid_from or one.valid_to or one.entered_into_force
    days = interval(one) if dates and one.existence is Existence.IN_FORCE else ""
    return Fact(
        number=number, weight=one.weight, kind="citation",
        title=NO_PLACE if one.pin_missing else UNSEEN_PLACE if one.pin_unseen else TITLES[one.existence],
        said=tuple(filter(None, (one.detail, days))), label=one.label or one.text, heading=one.heading,
        section_id=one.section_ids[0] if one.heading or len(one.section_ids) == 1 else None,
    )  # fmt: skip


def _quotation(one: CheckedQuotation, number: int) -> Fact:
    return Fact(
        number=number, weight=one.weight, kind="quotation",
        title=OUTSIDE if one.elsewhere_in else TITLES[one.wording],
        said=(one.detail,) if one.detail else (), label=one.label or one.cited, section_id=one.section_id,
        start=one.quote_start, end=one.quote_end, differences=one.differences,
    )  # fmt: skip


def _sentence(one: CheckedSentence, number: int) -> Fact:
    doubt = "It may be a fact of the case." if one.weight is Weight.NOTE and one.check != "exception" else ""
    return Fact(
        number=number, weight=one.weight, kind="sentence", title=TITLES[one.agreement],
        said=tuple(filter(None, (one.detail, doubt))), label=one.label, section_id=one.section_id,
        start=one.quote_start, end=one.quote_end,
    )  # fmt: skip
