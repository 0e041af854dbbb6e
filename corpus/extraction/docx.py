"""Word files (.docx): paragraphs with the numbers Word shows before them, tables row by row, notes after what they note.

Tracked deletions are left out, insertions are read as text. Headers, footers, comments and tables of contents are no law.
Follows ECMA-376, part 1, chapter 17.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus import flags
from corpus.extraction import characters, docx_parts, flowing
from corpus.extraction.counting import roman
from corpus.extraction.docx_numbering import Numbering
from corpus.extraction.docx_parts import Element, Parts, child, local, value
from corpus.extraction.docx_styles import Look, Styles
from corpus.extraction.sniff import DOCX
from corpus.types import FileFacts, Line, PageText

_GONE = frozenset({"del", "moveFrom", "Fallback", "rt", "instrText", "delText", "pPr", "rPr", "sectPr"})
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_UNSEEN_SIZE = 1.0
"""Points: nobody reads such type."""
_LONGEST_HEADING = 300
"""Characters; numbered paragraphs of contracts are often styled as headings throughout."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    look: Look


@dataclass(slots=True)
class _Found:
    """What one paragraph holds: its text, and what stands elsewhere on the page."""

    pieces: list[_Piece] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


def read(path: Path) -> Iterator[FileFacts | PageText]:
    """Facts, then the text as one page. Raises an ExtractionError."""
    parts = docx_parts.read(path)
    reader = _Reader(parts)
    body = child(parts.document, "body")
    lines = reader.everything(body) if body is not None else iter(())
    pages = flowing.pages([lines], reader="docx", flagged=reader.flagged)
    yield FileFacts(
        media_type=DOCX, page_count=len(pages), title=characters.clean(parts.title)[0] or _title(pages[0])
    )
    yield from pages


def _title(page: PageText) -> str:
    return next((line.text for line in page.lines if line.heading == 1), "")


class _Reader:
    """Walks the body once, in order: lists count as it passes."""

    def __init__(self, parts: Parts) -> None:
        self.styles = Styles(parts.styles)
        self.numbering = Numbering(parts.numbering, self.styles)
        self.notes = {
            (kind, value(note, "id")): note
            for kind, root in (("footnote", parts.footnotes), ("endnote", parts.endnotes))
            for note in (root if root is not None else ())
            if local(note) == kind and value(note, "type") in {"", "normal"}
        }
        self.noted: Counter[str] = Counter()
        self.carried: list[_Piece] = []
        """Text whose paragraph mark was deleted: the next paragraph takes it in."""
        self.flagged: list[str] = []

    def everything(self, body: Element) -> Iterator[Line]:
        yield from self.blocks(body)
        yield from _lines("", self.carried, 0)

    def blocks(self, parent: Element) -> Iterator[Line]:
        for block in parent:
            name = local(block)
            if name == "p":
                yield from self.paragraph(block)
            elif name == "tbl":
                yield from self.table(block)
            elif name not in _GONE:
                yield from self.blocks(block)

    def paragraph(self, block: Element) -> Iterator[Line]:
        properties = child(block, "pPr")
        style = self.styles.of_paragraph(properties)
        found = _Found()
        self._collect(block, style, found)
        pieces, self.carried = [*self.carried, *found.pieces], []
        if _mark_deleted(properties):
            self.carried = pieces
        elif not self.styles.name(style).startswith("toc "):
            yield from _lines(self.numbering.prefix(properties), pieces, self.styles.heading(properties))
        for kind, name in found.notes:
            yield from self.note(kind, name)
        for box in found.boxes:
            yield from self.blocks(box)

    def _collect(self, element: Element, style: str, found: _Found) -> None:
        for part in element:
            name = local(part)
            if name == "r":
                self._collect_run(part, style, found)
            elif name == "txbxContent":
                found.boxes.append(part)
            elif name not in _GONE:
                self._collect(part, style, found)

    def _collect_run(self, run: Element, style: str, found: _Found) -> None:
        properties = child(run, "rPr")
        look = self.styles.look(style, properties)
        for part in run:
            name = local(part)
            if name in _NOTES:
                found.notes.append((_NOTES[name], value(part, "id")))
            elif name == "t" or name in _SIGNS:
                self._add(_SIGNS.get(name, part.text or ""), look, properties, found)
            elif name not in _GONE:
                self._collect(part, style, found)

    def _add(self, text: str, look: Look, properties: Element | None, found: _Found) -> None:
        if text.strip() and (look.hidden or look.size <= _UNSEEN_SIZE or _white(properties)):
            self.flagged.append(flags.HIDDEN_TEXT)
        else:
            found.pieces.append(_Piece(text, look))

    def note(self, kind: str, name: str) -> Iterator[Line]:
        """A note after the paragraph that refers to it; one to which nothing refers is not shown by Word either."""
        element = self.notes.get((kind, name))
        if element is None:
            return
        self.noted[kind] += 1
        count = self.noted[kind]
        shown = roman(count) if kind == "endnote" else str(count)
        del self.notes[kind, name]  # a note may refer to itself
        for place, line in enumerate(self.blocks(element)):
            text = line.text if place else f"{shown} {line.text.strip()}"
            yield replace(line, text=text, footnote=True, heading=0)

    def table(self, table: Element) -> Iterator[Line]:
        for row in _inside(table, "tr"):
            if child(row, "trPr", "del") is None:
                kept = [cell for cell in _inside(row, "tc") if child(cell, "tcPr", "cellDel") is None]
                yield from flowing.row([list(self.blocks(cell)) for cell in kept])


def _inside(parent: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those in controls and insertions."""
    for found in parent:
        if local(found) == name:
            yield found
        elif local(found) in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _inside(found, name)


def _mark_deleted(properties: Element | None) -> bool:
    mark = child(properties, "rPr")
    return child(mark, "del") is not None or child(mark, "moveFrom") is not None


def _white(properties: Element | None) -> bool:
    """White type on no ground of its own, outside tables: their heads are often dark."""
    if properties is None or value(child(properties, "color")).upper() != "FFFFFF":
        return False
    if child(properties, "shd") is not None or child(properties, "highlight") is not None:
        return False
    around = list(properties.iterancestors())
    shaded = any(local(each) == "p" and child(each, "pPr", "shd") is not None for each in around)
    return not shaded and not any(local(each) in {"tbl", "txbxContent"} for each in around)


def _lines(prefix: str, pieces: Iterable[_Piece], heading: int) -> Iterator[Line]:
    """The lines of a paragraph, divided where the writer divided it."""
    rows: list[list[_Piece]] = [[]]
    for piece in pieces:
        first, *others = piece.text.split("\n")
        rows[-1].append(replace(piece, text=first))
        rows += [[replace(piece, text=other)] for other in others]
    written = [row for row in rows if any(piece.text.strip() for piece in row)]
    length = sum(len(piece.text) for row in written for piece in row)
    for place, row in enumerate(written):
        line = _line(row, heading if length <= _LONGEST_HEADING else 0)
        yield replace(line, text=line.text if place else prefix + line.text.lstrip(), paragraph=not place)


def _line(pieces: list[_Piece], heading: int) -> Line:
    """One line that looks as most of its characters do."""
    looks: Counter[Look] = Counter()
    for piece in pieces:
        looks[piece.look] += len(piece.text.strip())
    look = looks.most_common(1)[0][0]
    text = "".join(piece.text for piece in pieces)
    return Line(text=text, size=look.size, bold=look.bold, italic=look.italic, heading=heading)
