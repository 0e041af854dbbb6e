"""A judgment and its opinions, and the sections that they are cited by. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.structure import statute
from corpus.types import DocumentText, Kind, SectionText

LARGEST_SECTION = 3000  # characters, where an opinion has neither pages nor numbered paragraphs
SUPREME_COURT = "Supreme Court of the United States"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph or heading of an opinion."""

    text: str
    page: str = ""
    """The page on which it begins, where the source has pages."""
    number: str = ""
    """Its printed number, where the court numbers its paragraphs."""
    breaks: tuple[tuple[int, int], ...] = ()
    """(offset into the text, page of the file that begins there), the first offset 0; empty: not from pages."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote and where it belongs: the page that it stands on, or the mark that refers to it, `[5]`."""

    place: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One opinion of a judgment, or its syllabus."""

    title: str
    """`Opinion of the Court`, `Per Curiam`, `Syllabus`, `Stevens, J., dissenting`."""
    paragraphs: tuple[Paragraph, ...]
    footnotes: tuple[Footnote, ...] = ()

    @property
    def is_syllabus(self) -> bool:
        return self.title == "Syllabus"

    @property
    def is_of_the_court(self) -> bool:
        return self.title in {"Opinion of the Court", "Per Curiam", "Opinion"}

    @property
    def author(self) -> str:
        found = re.match(r"(.+?, (?:C\. )?JJ?\.)", self.title)
        return found[1].removeprefix("Opinion of ").removeprefix("Statement of ") if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A case as decided on one day."""

    name: str
    citations: tuple[str, ...]
    """`545 U.S. 1`, the official reporter first; `560 U.S. ___` where the page was not known yet."""
    court: str = SUPREME_COURT
    decided_on: dt.date | None = None
    year: int = 0
    """Of the decision, where its day is not known."""
    docket: str = ""
    slip: bool = False
    """Whether the pages are those of the slip opinion, which begin anew with each opinion."""
    paged_by: str = ""
    """The reporter whose pages are marked, if it is not that of the first citation."""
    parts: tuple[Part, ...]


def document(judgment: Judgment, source: str) -> DocumentText:
    return DocumentText(
        key=f"{_court_key(judgment.court)}/{_case_key(judgment)}",
        kind=Kind.JUDGMENT,
        jurisdiction="us",
        title=judgment.name,
        citation=_citation(judgment),
        short_title=judgment.name,
        aliases=_aliases(judgment),
        source=source,
        dated=_since(judgment),
        court=judgment.court,
        decided_on=judgment.decided_on,
        docket=judgment.docket,
        authors=tuple(dict.fromkeys(part.author for part in judgment.parts if part.author)),
    )


def sections(judgment: Judgment) -> Iterator[SectionText]:
    """The citable units: a page, or a numbered paragraph, or a stretch of paragraphs, of one opinion each."""
    paths: Counter[str] = Counter()
    for part in judgment.parts:
        if part.is_syllabus:
            yield statute.unique(_syllabus(judgment, part), paths)
            continue
        units = list(_units(part.paragraphs))
        for index, (place, paragraphs) in enumerate(units):
            following = units[index + 1][0] if index + 1 < len(units) else ""
            section = _section(judgment, part, place, paragraphs)
            notes = "\n".join(_notes(part.footnotes, section, following))
            yield statute.unique(replace(section, notes=notes), paths)


def _notes(footnotes: Iterable[Footnote], section: SectionText, following: str) -> Iterator[str]:
    """The footnotes of a section: those its text refers to, or those on its pages up to the next section's."""
    first = _page_number(section.path.rpartition("/")[2])
    end = _page_number(following)
    for note in footnotes:
        if note.place.isdigit():
            if first and first <= int(note.place) and not (end and end <= int(note.place)):
                yield note.text
        elif note.place in section.text:
            yield note.text


def _page_number(place: str) -> int:
    return int(place[1:]) if re.fullmatch(r"p\d+", place) else 0


def _section(judgment: Judgment, part: Part, place: str, paragraphs: Sequence[Paragraph]) -> SectionText:
    return SectionText(
        path=f"{slug(part.title)}/{place}",
        label=f"{judgment.name}, {_reference(judgment, part, place)}",
        heading=part.title,
        text="\n".join(paragraph.text for paragraph in paragraphs),
        valid_from=_since(judgment),
        page_breaks=tuple(_page_breaks(paragraphs)),
    )


def _page_breaks(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[int, int]]:
    """The pages of the file on which a section's lines stand."""
    start = last = 0
    for paragraph in paragraphs:
        for offset, page in paragraph.breaks:
            if page != last:
                yield start + offset, page
            last = page
        start += len(paragraph.text) + 1


def _syllabus(judgment: Judgment, part: Part) -> SectionText:
    """The syllabus, as a note: it is no part of the opinion, and not to be quoted as law."""
    return SectionText(
        path="syllabus",
        label=f"{judgment.name}, {_dated(judgment, _citation(judgment))} (syllabus)",
        heading="Syllabus (prepared by the Reporter of Decisions; no part of the opinion)",
        text="",
        notes="\n".join(paragraph.text for paragraph in part.paragraphs),
        valid_from=_since(judgment),
    )


def _units(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, list[Paragraph]]]:
    """Paragraphs that are cited together, with the place by which they are: `p3`, `para12`."""
    known = list(paragraphs)
    if any(paragraph.page for paragraph in known):
        for page, group in groupby(_with_pages(known), key=lambda paragraph: paragraph.page):
            yield f"p{page}", list(group)
    elif any(paragraph.number for paragraph in known):
        yield from _numbered(known)
    else:
        yield from _stretches(known)


def _with_pages(paragraphs: list[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs, each with a page: that of the one before it where it has none."""
    page = next(paragraph.page for paragraph in paragraphs if paragraph.page)
    for paragraph in paragraphs:
        page = paragraph.page or page
        yield replace(paragraph, page=page)


def _numbered(paragraphs: list[Paragraph]) -> Iterator[tuple[str, list[Paragraph]]]:
    group: list[Paragraph] = []
    number = ""
    for paragraph in paragraphs:
        if paragraph.number and group and number:
            yield f"para{number}", group
            group = []
        number = paragraph.number or number
        group.append(paragraph)
    if group:
        yield f"para{number}", group


def _stretches(paragraphs: list[Paragraph]) -> Iterator[tuple[str, list[Paragraph]]]:
    group: list[Paragraph] = []
    first = size = 0
    for position, paragraph in enumerate(paragraphs, start=1):
        if group and size + len(paragraph.text) > LARGEST_SECTION:
            yield f"para{first}", group
            group, size = [], 0
        first = first if group else position
        group.append(paragraph)
        size += len(paragraph.text)
    if group:
        yield f"para{first}", group


def _reference(judgment: Judgment, part: Part, place: str) -> str:
    """`545 U.S. 1, 5 (2005) (Thomas, J., dissenting)`; slip pages and paragraphs stand at the end."""
    opinion = "" if part.is_of_the_court else f" ({part.title})"
    citation = _citation(judgment)
    if place.startswith("para"):
        return f"{_dated(judgment, citation)}{opinion}, ¶ {place.removeprefix('para')}"
    if judgment.slip:
        return f"{_dated(judgment, citation)}{opinion}, slip op. at {place.removeprefix('p')}"
    paged = next(
        (known for known in judgment.citations if judgment.paged_by and judgment.paged_by in known), citation
    )
    pages = paged if paged.endswith(f" {place[1:]}") else f"{paged}, {place[1:]}"
    return f"{_dated(judgment, pages)}{opinion}"


def _since(judgment: Judgment) -> dt.date | None:
    """The day of the decision, or the last on which it can have been, where only the year is known."""
    return judgment.decided_on or (dt.date(judgment.year, 12, 31) if judgment.year else None)


def _dated(judgment: Judgment, citation: str) -> str:
    year = judgment.decided_on.year if judgment.decided_on else judgment.year
    return f"{citation} ({year})" if year else citation


def _citation(judgment: Judgment) -> str:
    """The first citation that has a page; else the docket number before the volume."""
    if judgment.citations and not judgment.citations[0].endswith("_"):
        return judgment.citations[0]
    volume = judgment.citations[0] if judgment.citations else ""
    docket = f"No. {judgment.docket}" if judgment.docket else ""
    return ", ".join(part for part in (docket, volume) if part) or judgment.name


def _aliases(judgment: Judgment) -> tuple[str, ...]:
    docket = (f"No. {judgment.docket}",) if judgment.docket else ()
    return (*(known for known in judgment.citations[1:] if not known.endswith("_")), *docket)


def _court_key(court: str) -> str:
    return (
        "scotus" if re.fullmatch(r"(?:The )?Supreme Court of (?:the )?United States", court) else slug(court)
    )


def _case_key(judgment: Judgment) -> str:
    """`545us1`; without a page, docket number, name and day."""
    if judgment.citations and not judgment.citations[0].endswith("_"):
        return re.sub(r"[^0-9a-z]", "", judgment.citations[0].lower())
    return slug(f"{judgment.docket} {judgment.name} {judgment.decided_on or ''}")[:150]


def slug(text: str) -> str:
    """Lower-case words and numbers joined by hyphens: `stevens-j-dissenting`."""
    return "-".join(re.findall(r"\w+", text.lower().replace("’", "").replace("'", "")))
