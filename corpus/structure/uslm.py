"""United States Legislative Markup (USLM 1.0 and 2.x) to sections, read as a stream. Pure.

After the USLM User Guide of the Office of the Law Revision Counsel. The file is never held in memory: each
section is taken off the tree as soon as its end tag is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from lxml import etree

from corpus.structure import uscode
from corpus.types import DocumentText, SectionText

CONTAINERS = frozenset(
    "title subtitle appendix division subdivision part subpart chapter subchapter article subarticle"
    " compiledAct courtRules reorganizationPlans".split()
)
SECTIONS = frozenset({"section", "courtRule", "reorganizationPlan"})
SUBDIVISIONS = frozenset(
    "subsection paragraph subparagraph clause subclause item subitem subsubitem level".split()
)
EDITORIAL = frozenset(
    "note notes sourceCredit toc editorialContent editorialNote statutoryNote meta footnote".split()
)
BLOCKS = frozenset(
    "chapeau content text continuation p proviso tr tocItem signature quotedContent row li flushText".split()
)
CELLS = frozenset("td th column entry".split())

_IDENTIFIER = re.compile(r"/us/usc/t(?P<title>\d{1,2}[aA]?)(?:/s(?P<number>[^/]+))?")
_QUOTED = frozenset({"quotedContent", "note", "notes"})


class UslmError(Exception):
    """The file is not USLM as this reader knows it; `line` is where."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(slots=True)
class _Heading:
    """A chapter, part … that is open while the stream is read."""

    tag: str
    number: str = ""
    heading: str = ""


@dataclass(slots=True)
class _State:
    """Where in the file the reader is."""

    source: str
    title: str = ""
    publication: str = ""
    created: dt.date | None = None
    announced: bool = False
    open: list[_Heading] = field(default_factory=list)
    quoted: int = 0
    """How many notes and quotations are open: their sections are not this title's."""
    inside: int = 0
    """How many sections are open, quoted ones among them."""


def read(file: IO[bytes], source: str) -> Iterator[DocumentText | SectionText]:
    """Yield the title (or appendix) and its sections. Raises UslmError with a line number."""
    state = _State(source)
    events = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for event, element in events:
            if event == "start":
                _enter(state, element)
            else:
                yield from _leave(state, element)
    except etree.XMLSyntaxError as error:
        raise UslmError(error.lineno or 0, f"not well-formed XML ({error.msg})") from error
    if not state.announced:
        raise UslmError(1, "no section was found: is this USLM of the United States Code?")


def _enter(state: _State, element: etree._Element) -> None:
    name = local_name(element)
    if name in _QUOTED:
        state.quoted += 1
    elif name in SECTIONS and not state.quoted:
        state.inside += 1
    elif name in CONTAINERS and not state.quoted and not state.inside:
        state.open.append(_Heading(name))
    if not state.title and (found := _IDENTIFIER.match(element.get("identifier", ""))):
        state.title = found["title"].lower()


def _leave(state: _State, element: etree._Element) -> Iterator[DocumentText | SectionText]:
    name = local_name(element)
    if name in _QUOTED:
        state.quoted -= 1
    elif name in SECTIONS and not state.quoted:
        state.inside -= 1
        if not state.inside:
            yield from _finished_section(state, element)
    elif not state.quoted and not state.inside:
        _leave_above(state, element, name)
    if not state.inside and not state.quoted and name not in {"num", "heading"}:
        _forget(element)


def _leave_above(state: _State, element: etree._Element, name: str) -> None:
    """What stands above the sections: metadata, numbers and headings of chapters, ends of chapters."""
    parent = element.getparent()
    if name in CONTAINERS:
        state.open.pop()
    elif name == "docPublicationName":
        state.publication = _plain(element)
    elif name == "created":
        state.created = _date(element)
    elif parent is None or not state.open or local_name(parent) != state.open[-1].tag:
        return
    elif name == "num":
        state.open[-1].number = _plain(element)
    elif name == "heading":
        state.open[-1].heading = _plain(element)


def _finished_section(state: _State, element: etree._Element) -> Iterator[DocumentText | SectionText]:
    if not state.title:
        raise UslmError(_line(element), "a section before the title is identified (/us/usc/t…)")
    if not state.announced:
        state.announced = True
        yield _document(state)
    yield _section(state, element)


def _forget(element: etree._Element) -> None:
    """Free what was read: the element's content, and the siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _document(state: _State) -> DocumentText:
    top = state.open[0] if state.open else _Heading("title")
    return uscode.title_document(
        state.title, top.heading, source=state.source, edition=state.publication, dated=state.created
    )


def _section(state: _State, element: etree._Element) -> SectionText:
    number = _number(element)
    if not number:
        raise UslmError(_line(element), f"a {local_name(element)} without a number")
    printed = _child(element, "heading")
    heading = _plain(printed).strip(" []").rstrip(".") if printed is not None else ""
    gone = (element.get("status") or uscode.status_of(heading)).lower()
    credit, notes = _editorial(element)
    lines = section_lines(element)
    text = "" if gone else "\n".join(lines)
    kept = "\n".join(lines) if gone else ""
    return SectionText(
        path=uscode.section_path(state.title, number),
        label=uscode.section_label(state.title, number),
        heading=heading or gone.capitalize(),
        text=text,
        ancestors=tuple(
            uscode.heading_above(above.number, above.heading)
            for above in state.open
            if above.tag not in {"title", "appendix"}
        ),
        notes="\n".join(part for part in (credit, kept, *notes) if part),
        valid_to=(state.created or dt.date.min) if gone else None,
    )


def _number(element: etree._Element) -> str:
    """The number by which the section is cited, from its identifier or as printed."""
    found = _IDENTIFIER.match(element.get("identifier", ""))
    if found and found["number"] and local_name(element) == "section":
        return str(found["number"])
    printed = _child(element, "num")
    if printed is None:
        return ""
    value = printed.get("value") or _plain(printed)
    return value.strip(" [].§\u202f\u00a0—")


def section_lines(element: etree._Element) -> list[str]:
    """The law of a section, one subdivision a line; notes, credits, numbers and headings above it left out."""
    writer = _Writer()
    for child in element:
        if local_name(child) not in {"num", "heading"}:
            writer.write(child)
        writer.add(child.tail or "")
    return writer.finished()


class _Writer:
    """Gathers lines while an element is walked."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.head = 0
        """How many parts of the open line are a subdivision's number and heading."""

    def add(self, text: str) -> None:
        self.parts.append(text)

    def end_line(self) -> None:
        line = " ".join("".join(self.parts).split())
        if line:
            self.lines.append(line)
        self.parts, self.head = [], 0

    def finished(self) -> list[str]:
        self.end_line()
        return [uscode.clean(line) for line in self.lines]

    def write(self, element: etree._Element) -> None:
        name = local_name(element)
        if name in EDITORIAL or element.get("class") == "footnoteRef":
            return
        if name in SUBDIVISIONS:
            self._subdivision(element)
        elif name in BLOCKS:
            self._block(element)
        else:
            self._children(element)
            if name in CELLS and element.getnext() is not None:
                self.add(" | ")

    def _block(self, element: etree._Element) -> None:
        """A paragraph: a line of its own, or the words behind a subdivision's number and heading."""
        if "".join(self.parts[self.head :]).strip():
            self.end_line()
        self._children(element)
        self.end_line()

    def _subdivision(self, element: etree._Element) -> None:
        self.end_line()
        number, heading = _child(element, "num"), _child(element, "heading")
        self.add(f"{_plain(number)} " if number is not None else "")
        if heading is not None:
            self._heading(_plain(heading), runs_in=_goes_on(element))
        self.head = len(self.parts)
        for child in element:
            if child is not number and child is not heading:
                self.write(child)
            self.add(child.tail or "")
        self.end_line()

    def _heading(self, heading: str, *, runs_in: bool) -> None:
        """A run-in heading: `(a) In general.—The court …`, as the United States Code is printed."""
        if runs_in and not heading.endswith("—"):
            heading = f"{heading.rstrip('.')}.—"
        self.add(heading)
        if not runs_in:
            self.end_line()

    def _children(self, element: etree._Element) -> None:
        self.add(element.text or "")
        for child in element:
            self.write(child)
            self.add(child.tail or "")


def _goes_on(element: etree._Element) -> bool:
    """Whether words follow the heading of a subdivision before its own subdivisions do."""
    following = (local_name(child) for child in element if local_name(child) not in {"num", "heading"})
    return next(following, "") in {"chapeau", "content", "text"}


def _editorial(element: etree._Element) -> tuple[str, list[str]]:
    """Source credit, and the lines of the notes."""
    credit = _child(element, "sourceCredit")
    lines: list[str] = []
    for child in element:
        if local_name(child) in {"notes", "note"}:
            lines.extend(_note_lines(child))
    return (_plain(credit) if credit is not None else ""), lines


def _note_lines(element: etree._Element) -> list[str]:
    """Headings and paragraphs of a note, one a line."""
    blocks = {"p", "heading", "tr"}
    outermost = (
        part
        for part in element.iter()
        if local_name(part) in blocks
        and not any(local_name(above) in blocks for above in part.iterancestors())
    )
    return [line for part in outermost if (line := _plain(part))]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if local_name(child) == name), None)


def _plain(element: etree._Element) -> str:
    """The words of an element without its footnotes, with single spaces."""
    writer = _Writer()
    writer.add(element.text or "")
    for child in element:
        writer.write(child)
        writer.add(child.tail or "")
    return " ".join(writer.finished())


def _line(element: etree._Element) -> int:
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _date(element: etree._Element) -> dt.date | None:
    try:
        return dt.date.fromisoformat((element.text or "").strip()[:10])
    except ValueError:
        return None


def local_name(element: etree._Element) -> str:
    """The tag without its namespace: USLM 1.0 and 2.x differ in nothing else that matters here."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
