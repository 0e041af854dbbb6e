"""The tree of an HTML page becomes lines of text, as a browser would set them out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from corpus import flags
from corpus.extraction import flowing
from corpus.extraction.counting import alphabetic, roman
from corpus.extraction.html_hidden import NEVER_SHOWN, Element, Seeing, text_of
from corpus.types import Line

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre section summary table tbody td tfoot"
    " th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_CELLS = frozenset({"td", "th"})
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em", "cite"})
_ROLES_LEFT_OUT = frozenset({"navigation", "search", "doc-noteref"})
_NOTE = re.compile(r"(?:doc-)?(?:foot|end)-?notes?", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§a-z])[\])]?")
_LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b(none|decimal|(?:lower|upper)-(?:alpha|latin|roman)|disc)\b"
)
_TYPES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman", "1": "decimal"}
_WHOLE = re.compile(r"\s*([+-]?\d{1,8})\b")


def lines(root: Element, flagged: list[str]) -> Iterator[Line]:
    """Every line of the page, in order; a code of corpus.flags is added to `flagged` where text is not shown.

    No recursion: pages can be nested very deeply.
    """
    seeing = Seeing(root)
    page = _Page()
    skipped: Element | None = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if _left_out(element, seeing, flagged):
                skipped = element
                walk.skip_subtree()
            else:
                page.enter(element)
            continue
        if element is not skipped:
            page.leave(element)
        skipped = None
        if element is not root:
            page.write(element.tail or "")
        yield from page.finished()


def _left_out(element: Element, seeing: Seeing, flagged: list[str]) -> bool:
    name = str(element.tag)
    if name in NEVER_SHOWN or name in {"del", "rt", "rp"} or element.get("role") in _ROLES_LEFT_OUT:
        return True
    if seeing.hides(element):
        if text_of(element).strip():
            flagged.append(flags.HIDDEN_TEXT)
        return True
    return name == "sup" and _refers_to_note(element)


def _refers_to_note(element: Element) -> bool:
    """A raised number that leads to a note on the same page is no part of the sentence."""
    text = text_of(element).strip()
    leads = [link for link in element.iter("a") if link.get("href", "").startswith("#")]
    return bool(leads) and bool(_NOTE_MARK.fullmatch(text))


@dataclass(slots=True)
class _List:
    """An open list: how its numbers look, and the number of the next item."""

    style: str
    next: int
    step: int

    @classmethod
    def of(cls, element: Element) -> _List:
        reverse = element.get("reversed") is not None
        items = sum(child.tag == "li" for child in element)
        start = _whole(element.get("start"), items if reverse else 1)
        return cls(
            _list_style(element, "decimal" if element.tag == "ol" else "disc"), start, -1 if reverse else 1
        )

    def marker(self, item: Element) -> str:
        """Of the next item, and counts it."""
        number = _whole(item.get("value"), self.next)
        self.next = number + self.step
        style = _list_style(item, self.style)
        if style in {"none", "disc"}:
            return "" if style == "none" else "• "
        letters = roman(number) if style.endswith("roman") else alphabetic(number)
        written = str(number) if style == "decimal" else letters
        return f"{written.upper() if style.startswith('upper') else written}. "


def _list_style(element: Element, default: str) -> str:
    stated = _LIST_STYLE.search(element.get("style", "").lower())
    style = stated[1] if stated else _TYPES.get(element.get("type", "").strip(), default)
    return style.replace("latin", "alpha")


def _whole(text: str | None, default: int) -> int:
    found = _WHOLE.match(text or "")
    return int(found[1]) if found else default


@dataclass(slots=True)
class _Page:
    """The line that is being written, and everything open around it."""

    cells: list[list[Line]] = field(default_factory=lambda: [[]])
    """Where lines go: the page, and above it the cells of tables that are open."""
    rows: list[list[list[Line]]] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    marker: str = ""
    heading: int = 0
    note: Element | None = None
    paragraph: bool = True
    pre: int = 0
    bold: int = 0
    italic: int = 0
    counts: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Characters of the line: all, bold, italic."""

    def finished(self) -> Iterator[Line]:
        """Lines that nothing can change any more."""
        if len(self.cells) == 1 and self.cells[0]:
            yield from self.cells[0]
            self.cells[0] = []

    def enter(self, element: Element) -> None:
        name = str(element.tag)
        if name in _BLOCKS:
            self.end_line()
            self.paragraph = True
            self._enter_block(element, name)
        elif name == "br":
            self._break()
        elif name == "q":
            self.write("“")
        self.bold += name in _BOLD
        self.italic += name in _ITALIC
        self.write(element.text or "")

    def _enter_block(self, element: Element, name: str) -> None:
        self.heading = _HEADINGS.get(name, self.heading)
        self.pre += name == "pre"
        if name in _LISTS:
            self.lists.append(_List.of(element))
        elif name == "li":
            self.marker = self.lists[-1].marker(element) if self.lists else "• "
        elif name == "tr":
            self.rows.append([])
        elif name in _CELLS:
            self.cells.append([])
        if self.note is None and _is_note(element):
            self.note = element

    def leave(self, element: Element) -> None:
        name = str(element.tag)
        if name == "q":
            self.write("”")
        self.bold -= name in _BOLD
        self.italic -= name in _ITALIC
        if name in _BLOCKS:
            self.end_line()
            self.paragraph = True
            self._leave_block(element, name)

    def _leave_block(self, element: Element, name: str) -> None:
        self.heading = 0 if name in _HEADINGS else self.heading
        self.pre -= name == "pre"
        if name in _LISTS:
            self.lists.pop()
        elif name == "li":
            self.marker = ""
        elif name == "tr":
            self.cells[-1] += flowing.row(self.rows.pop())
        elif name in _CELLS:
            cell = self.cells.pop()
            if self.rows:
                self.rows[-1].append(cell)
            else:
                self.cells[-1] += cell
        if element is self.note:
            self.note = None

    def write(self, text: str) -> None:
        if not self.pre or "\n" not in text:
            self._add(text)
            return
        first, *others = text.split("\n")
        self._add(first)
        for other in others:
            self._break()
            self._add(other)

    def _add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            length = len(text.strip())
            self.counts = [
                self.counts[0] + length,
                self.counts[1] + length * bool(self.bold),
                self.counts[2] + length * bool(self.italic),
            ]

    def _break(self) -> None:
        """A second break without text between makes a paragraph."""
        if self.heading:
            self._add(" ")
            return
        empty = not "".join(self.parts).strip()
        self.end_line()
        self.paragraph = self.paragraph or empty

    def end_line(self) -> None:
        text = "".join(self.parts).strip()
        total, bold, italic = self.counts
        self.parts, self.counts = [], [0, 0, 0]
        if not text:
            return
        marker = "" if flowing.has_enumerator(text) else self.marker
        line = Line(
            text=marker + text, bold=bold * 2 > total, italic=italic * 2 > total,
            paragraph=self.paragraph, footnote=self.note is not None, heading=self.heading,
        )  # fmt: skip
        self.cells[-1].append(line)
        self.marker = ""
        self.paragraph = False


def _is_note(element: Element) -> bool:
    names = [element.get("role", ""), *element.get("class", "").split()]
    return any(_NOTE.fullmatch(name) for name in names)
