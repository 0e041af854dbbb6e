"""Pages of a PDF from its two readers, compared. Runs in the reading process only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import flags, places
from corpus.extraction import characters, columns, glyphs, instructions, messages, pdf_places, pdf_text
from corpus.extraction.errors import Damaged, NotSupported
from corpus.extraction.limits import Limits
from corpus.types import FileFacts, Line, PageText, Word

PDF = "application/pdf"
HEAD = 1024
"""The signature stands among so many first bytes, and the end of the file is marked in as many last ones."""
MOST_DIFFERENCE = 0.15
"""Share of the characters about which two readers may disagree before a person should look."""
FEWEST_COMPARED = 20
ODD = 0.1
"""Share of characters that mean nothing, from which on the other reader's text is preferred."""


def read(
    path: Path, limits: Limits, first: int, last: int, *, with_facts: bool
) -> Iterator[messages.Message]:
    """The facts if asked for, then pages `first` to `last` as far as the file has them."""
    _check_signature(path)
    readers = _Readers.open(path, limits)
    if with_facts:
        facts = readers.facts(path)
        yield facts
        if facts.page_count > limits.pages:
            return
    for number in range(first, min(last, readers.count) + 1):
        yield readers.page(number, limits.page_chars)


def _check_signature(path: Path) -> None:
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(HEAD):
            raise NotSupported


def _breaks_off(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - HEAD, 0))
        return b"%%EOF" not in file.read()


@dataclass(slots=True)
class _Readers:
    """The two readers of one file; at least one is there."""

    places: pdf_places.Document | None
    texts: pdf_text.Document | None
    labels: list[str]

    @classmethod
    def open(cls, path: Path, limits: Limits) -> _Readers:
        """Raises NeedsPassword, Damaged, LimitReachedError."""
        texts = None
        try:
            texts = pdf_text.Document(path)
        except pdf_text.LimitReachedError:
            found = pdf_places.Document(path)
            if found.count <= limits.pages:
                raise
            return cls(found, None, [])
        except (*pdf_text.UNREADABLE, pdf_text.TooSlow):
            pass
        try:
            found = pdf_places.Document(path)
        except Damaged:
            if texts is None:
                raise
            return cls(None, texts, texts.labels())
        return cls(found, texts, texts.labels() if texts else [])

    @property
    def count(self) -> int:
        if self.places is None or not self.places.count:
            return self.texts.count if self.texts else 0
        return self.places.count

    def facts(self, path: Path) -> FileFacts:
        marks = []
        if self.texts is None or self.places is None or self.texts.count != self.count or _breaks_off(path):
            marks.append(flags.DAMAGED)
        if self.texts and self.texts.is_active():
            marks.append(flags.ACTIVE_CONTENT)
        return FileFacts(
            media_type=PDF,
            page_count=self.count,
            title=characters.clean(self.texts.title())[0][: messages.MAX_SHORT] if self.texts else "",
            outline=_outline(self.texts.outline()) if self.texts else (),
            flags=tuple(marks),
        )

    def page(self, number: int, most: int) -> messages.Page | messages.Lost:
        """One page; lost where neither reader can say anything of it."""
        try:
            second = self.texts.text(number, most) if self.texts and number <= self.texts.count else None
        except pdf_text.LimitReachedError as error:
            return messages.Lost(number, type(error).__name__)
        try:
            found = self.places.page(number, most) if self.places else None
        except Damaged:
            found = None
        if found is None and second is None:
            return messages.Lost(number, Damaged.__name__)
        label = self.labels[number - 1] if number <= len(self.labels) else ""
        page, marks = _together(found, second)
        if self.texts and self.texts.is_page_active(number):
            marks.append(flags.ACTIVE_CONTENT)
        text = PageText(
            number=number, label=label[:40], width=page.width, height=page.height, lines=tuple(page.lines),
            words=places.pack(page.words), reader=page.reader, flags=tuple(marks),
        )  # fmt: skip
        return messages.Page(text, picture=found.picture if found else False)


def _outline(entries: tuple[tuple[int, str, int], ...]) -> tuple[tuple[int, str, int], ...]:
    return tuple(
        (depth, characters.clean(title)[0][: messages.MAX_SHORT], page) for depth, title, page in entries
    )


@dataclass(slots=True)
class _Content:
    lines: list[Line]
    words: list[Word]
    reader: str
    width: float = 0.0
    height: float = 0.0


def _together(found: pdf_places.Found | None, second: str | None) -> tuple[_Content, list[str]]:
    """What the readers say of a page, and what a person should look at."""
    if found is None:
        content, odd = _plain(second or "")
        marks = [flags.DAMAGED]
    else:
        content, odd = _placed(found)
        marks = _marks(found)
        if second is not None and differ("".join(found.everything), second):
            marks.append(flags.READERS_DIFFER)
            if _is_poor(found):
                content.lines, content.reader = _plain(second)[0].lines, "pypdf"
    text = "\n".join(line.text for line in content.lines)
    if characters.too_odd(odd, len(text)):
        marks.append(flags.ODD_CHARACTERS)
    if instructions.suspicious(text):
        marks.append(flags.INSTRUCTIONS)
    if not text:
        marks.append(flags.NO_TEXT)
    return content, marks


def _marks(found: pdf_places.Found) -> list[str]:
    marks = {flags.HIDDEN_TEXT: found.hidden, flags.OCR: found.recognised, flags.CUT: found.cut}
    return [flag for flag, holds in marks.items() if holds]


def _plain(text: str) -> tuple[_Content, int]:
    """Lines without places."""
    cleaned = [characters.clean(line) for line in text.splitlines()]
    lines = [Line(text=line, paragraph=False) for line, _ in cleaned if line]
    return _Content(lines, [], "pypdf"), sum(odd for _, odd in cleaned)


def _placed(found: pdf_places.Found) -> tuple[_Content, int]:
    """Lines and words in reading order; text that stands turned on the page comes after the rest."""
    content = _Content([], [], "pdfium", found.width, found.height)
    odd = 0
    by_turn: dict[int, list[glyphs.Token]] = {}
    for token in glyphs.tokens(found.glyphs):
        by_turn.setdefault(token.style.turn, []).append(token)
    for turn, tokens in sorted(by_turn.items(), key=lambda item: -len(item[1])):
        stretches = glyphs.stretches(tokens)
        for place in columns.order(stretches):
            line, words, strange = glyphs.line(stretches[place])
            odd += strange
            if line.text:
                line, words = glyphs.turned(line, words, turn, found.width, found.height)
                content.lines.append(line)
                content.words.extend(words)
    return content, odd


def _is_poor(found: pdf_places.Found) -> bool:
    """Whether most of what pdfium found has no meaning, or it found nothing."""
    text = "".join(found.everything)
    return characters.clean(text)[1] >= ODD * len(text)


def differ(one: str, other: str) -> bool:
    """Whether two readings of a page have too many characters that the other has not."""
    ours, theirs = _counted(one), _counted(other)
    most = max(ours.total(), theirs.total())
    apart = max((ours - theirs).total(), (theirs - ours).total())
    return most >= FEWEST_COMPARED and apart > MOST_DIFFERENCE * most


def _counted(text: str) -> Counter[str]:
    return Counter("".join(characters.clean(text)[0].split()))
