"""What travels between the stages of the library, in the order in which it is made. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it stands on a page.

    Coordinates are PDF points (1/72 inch) from the top left corner of the page as it is displayed, rotation applied.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a page, in reading order: running heads, page numbers and line numbers are gone already.

    `text` has no line break and no hyphen that only divided a word (the word stands whole in the first line).
    Coordinates as in Word; all 0 where the format has no pages. `size` is the type size of most characters, in points.
    """

    text: str
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    paragraph: bool = True
    """Whether it begins a paragraph, as far as indentation, space and the end of the line before tell."""
    footnote: bool = False
    heading: int = 0
    """Level of the heading where the format itself marks it (DOCX styles, HTML h1–h6); 0: not marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """One page as extracted; a file without pages is one page of number 1 and size 0."""

    number: int
    """From 1."""
    label: str = ""
    """As the file labels it: `iv`, `A-3`; empty: the number."""
    width: float = 0.0
    height: float = 0.0
    lines: tuple[Line, ...] = ()
    words: bytes = b""
    """Every word of the page with its place, packed by corpus.places.pack."""
    reader: str = ""
    """What read it: `pypdf`, `pdfium`, `ocr`, `docx`, `html`, `text`."""
    flags: tuple[str, ...] = ()
    """What a person should look at, as codes of corpus.flags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a file says of itself. Untrusted: hints for guessing, never shown as law."""

    media_type: str = ""
    page_count: int = 0
    title: str = ""
    outline: tuple[tuple[int, str, int], ...] = ()
    """Bookmarks: (depth from 0, title, page number from 1)."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an instrument before it is on the shelf: guessed from its text, or given by a person."""

    kind: Kind | None = None
    jurisdiction: str = ""
    title: str = ""
    citation: str = ""
    short_title: str = ""
    dated: dt.date | None = None
    """Effective date: from this day the text is law."""
    court: str = ""
    decided_on: dt.date | None = None
    docket: str = ""


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
    page_breaks: tuple[tuple[int, int], ...] = ()
    """(offset into `text`, number of the page that begins there), ascending; the first offset is 0. Empty: no pages."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredText:
    """One instrument as its structure was read from pages."""

    document: DocumentText
    sections: tuple[SectionText, ...]
    guessed: Facts
    """What was read from the text alone, before a person's corrections."""
    flags: tuple[str, ...] = ()


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


Terms = Mapping[str, float]
"""What is searched by words: index terms, each with the weight of its score in the sum."""


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
