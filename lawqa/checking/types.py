"""What is found out about a text that somebody pasted: its citations, quotations and figures, each by itself. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from corpus.differences import Piece


class Weight(StrEnum):
    """How much a fact matters to who reads the text."""

    GOOD = "good"
    NOTE = "note"
    """Worth knowing, or not to be decided here."""
    BAD = "bad"
    """It does not agree with the law on the shelf."""


class Existence(StrEnum):
    """What the shelf says of a citation on the day asked for."""

    IN_FORCE = "in_force"
    ENDED = "ended"
    """It was law: repealed or replaced, not invented."""
    NOT_YET = "not_yet"
    """It is enacted and applies from a later day."""
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"
    """The instrument is on the shelf and has no such place; or it is another case that stands there."""
    NOT_HELD = "not_held"
    """The instrument is not on the shelf, so nobody can say here whether it exists."""


class Wording(StrEnum):
    """Whether quoted words stand where the text says that they do."""

    EXACT = "exact"
    NORMALISED = "normalised"
    """But for typography, or for changes that brackets and dots declare."""
    FORMER = "former"
    """In a text of the section that is not the law of the day."""
    ELSEWHERE = "elsewhere"
    """In another section than the one cited."""
    DEPARTS = "departs"
    """The section has them, but for some words."""
    NOT_FOUND = "not_found"
    UNCHECKED = "unchecked"
    """What they are said to stand in is not on the shelf."""


class Agreement(StrEnum):
    """Whether what a sentence says beside a citation agrees with the law cited."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_THERE = "not_there"
    """The section says nothing of the kind: it may be a fact of the case."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks: offsets of what stands between them, and the words, without the signs of a block."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCitation:
    """A citation, each time that it stands in the text; offsets are characters of the text."""

    start: int
    end: int
    text: str
    existence: Existence
    detail: str = ""
    """A sentence where there is something to say."""
    label: str = ""
    """The section's, or the document's where the whole of it is cited."""
    heading: str = ""
    section_ids: tuple[int, ...] = ()
    document_ids: tuple[int, ...] = ()
    pin_missing: bool = False
    """The section exists, the subdivision cited does not."""
    pin_unseen: bool = False
    """The text shows no such subdivision, nor that there is none."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    entered_into_force: dt.date | None = None

    @property
    def weight(self) -> Weight:
        if self.existence in {Existence.MISSING, Existence.ENDED} or self.pin_missing:
            return Weight.BAD
        sure = self.existence is Existence.IN_FORCE and not self.pin_unseen
        return Weight.GOOD if sure else Weight.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuotation:
    """Quoted words and where they stand; `quote_start` and `quote_end` are characters of that section's text."""

    start: int
    end: int
    text: str
    wording: Wording
    detail: str = ""
    cited: str = ""
    """The label that the text puts to them; empty: none that could be told."""
    label: str = ""
    """Of the section in which they stand, or that comes nearest."""
    section_id: int | None = None
    quote_start: int | None = None
    quote_end: int | None = None
    differences: tuple[Piece, ...] = ()
    """The law's words laid over the quoted ones, where they depart from each other."""
    brief: bool = False
    """Too few words to be told from somebody's own."""
    elsewhere_in: bool = False
    """They stand in the section, outside of the subdivision cited."""

    @property
    def weight(self) -> Weight:
        if self.wording in {Wording.EXACT, Wording.NORMALISED}:
            return Weight.NOTE if self.elsewhere_in else Weight.GOOD
        if self.wording is Wording.UNCHECKED or self.brief:
            return Weight.NOTE
        return Weight.BAD


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """What one sentence says in its own words beside a citation, where that can be compared without a model."""

    start: int
    end: int
    agreement: Agreement
    check: str
    """`number`, `date`, `money`, `modal`, `negation`, `exception`, `scope`, `party`; `figures` where all agree."""
    detail: str
    label: str
    section_id: int | None = None
    quote_start: int | None = None
    quote_end: int | None = None
    """The words of the section that it was compared with."""
    certain: bool = True
    """It names the section itself and says nothing else of the kind that agrees."""

    @property
    def weight(self) -> Weight:
        if self.agreement is Agreement.AGREES:
            return Weight.GOOD
        return Weight.BAD if self.agreement is Agreement.DIFFERS and self.certain else Weight.NOTE


Checked = CheckedCitation | CheckedQuotation | CheckedSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedText:
    """A text and everything that was found out about it, in the order of the text."""

    text: str
    as_of: dt.date
    citations: tuple[CheckedCitation, ...]
    quotations: tuple[CheckedQuotation, ...]
    sentences: tuple[CheckedSentence, ...]
    unread: str = ""
    """What of it was not read, and why; empty: all of it was."""

    @property
    def all(self) -> tuple[Checked, ...]:
        found: list[Checked] = [*self.citations, *self.quotations, *self.sentences]
        return tuple(sorted(found, key=lambda one: (one.start, one.end)))

    def count(self, weight: Weight) -> int:
        return sum(one.weight is weight for one in self.all)
