"""What travels between the stages of the library, in the order in which it is made. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What sort of instrument a document is."""

    CONSTITUTION = "constitution"
    STATUTE = "statute"
    CODE = "code"
    REGULATION = "regulation"
    DIRECTIVE = "directive"
    RULES = "rules"
    JUDGMENT = "judgment"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """One section as a pack or an extractor read it, before it has a row.

    `path` is the section's identity inside its document, for ever: the same article of a later edition has
    the same path (`t17/s107`, `art_17`). `text` is plain text, one paragraph or subdivision a line, each line
    starting with its own enumerator, if it has one (`1.`, `(a)`), without indentation and without the heading.
    """

    path: str
    label: str
    heading: str
    text: str
    ancestors: tuple[str, ...] = ()
    """Headings above the section, outermost first: ("Chapter III Rights of the data subject", "Section 3 …")."""
    notes: str = ""
    """Source credit and editorial matter: shown beside the law, never searched or quoted as law."""
    valid_from: dt.date | None = None
    """First day on which the text applies; None: the edition's date."""
    valid_to: dt.date | None = None
    """First day on which it no longer does (repealed with that day), None while it is law."""
    entered_into_force: dt.date | None = None
    """Where the act says that it applies later than it enters into force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """One instrument as read: a code title, an act, a judgment. Its sections follow it in the stream."""

    key: str
    """Identity inside its collection, for ever: `32016R0679`, `us/usc/t17`, `scotus/560us1`."""
    kind: Kind
    jurisdiction: str
    """`eu`, `in`, `us`, `us-ca` …: ISO 3166 code, lower case, with the subdivision if there is one."""
    title: str
    citation: str
    """How a lawyer cites the whole: `17 U.S.C.`, `Regulation (EU) 2016/679`, `410 U.S. 113`."""
    short_title: str = ""
    """What goes in front of a heading path and into labels: `GDPR`, `17 U.S.C.`, `Roe v. Wade`."""
    aliases: tuple[str, ...] = ()
    """Other names by which a question may call it."""
    source: str = ""
    """Address or file that it was read from."""
    edition: str = ""
    """What the publisher calls this edition: `Online@113-31`, `consolidated 2016-05-04`."""
    dated: dt.date | None = None
    """The day whose law this edition states."""
    covered_through: dt.date | None = None
    """The last day for which the publisher vouches, when later than `dated`."""
    court: str = ""
    decided_on: dt.date | None = None
    docket: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageText:
    """A stretch `[start, end)` of a section's text, in characters."""

    start: int
    end: int


class Resolution(StrEnum):
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A reference as written, parsed. Offsets are characters of the text that was read.

    `document` is what the citation calls the instrument, normalised as far as grammar can (`17 U.S.C.`, `GDPR`,
    `Constitution of India`, `410 U.S. 113`); `section` the number inside it as written (`107`, `17`, `21A`), empty
    for a whole instrument; `pin` the subdivisions inside the section (`("a", "1")`).
    """

    start: int
    end: int
    text: str
    document: str
    section: str = ""
    pin: tuple[str, ...] = ()
    case_name: str = ""
    """As written before a reporter citation: it must fit the case that is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A citation and what the shelf says of it."""

    citation: Citation
    resolution: Resolution
    section_ids: tuple[int, ...] = ()
    """Database keys: one when resolved, several when ambiguous, of other days when not in force."""
    document_ids: tuple[int, ...] = ()
    detail: str = ""
    """A sentence for the reader: what was looked for, what is held instead."""

    @property
    def is_gap(self) -> bool:
        """It names an instrument or a judgment that is not on the shelf at all."""
        unknown = self.resolution is Resolution.NOT_FOUND and not self.document_ids
        return unknown and bool(self.citation.document)

    @property
    def is_missing(self) -> bool:
        """A section that does not exist in what is held, or a number that nothing held has."""
        return self.resolution is Resolution.NOT_FOUND and not self.is_gap


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of the shelf a search may see. Decided before ranking."""

    as_of: dt.date
    collections: frozenset[int] | None = None
    """Database keys; None: all (only for commands that have no user)."""
    jurisdictions: frozenset[str] | None = None
    documents: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found by one retriever, best first; the score is that retriever's own."""

    passage_id: int
    score: float


@dataclass(slots=True)
class LoadReport:
    """What loading a pack changed."""

    documents: int = 0
    sections: int = 0
    opened: int = 0
    closed: int = 0
    unchanged: int = 0
    passages: int = 0
    problems: list[str] = field(default_factory=list)
