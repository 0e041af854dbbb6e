"""An invented act as a PDF, with the place of every word known, and the rows that its upload would have left."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # it carries no types

from corpus import files, places
from corpus.models import Edition, Page, Section, StoredFile
from corpus.types import Word
from tests import factories

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 12.0
LETTER = 0.6 * SIZE
"""Width of every letter of Courier."""
LEADING = 18.0
LEFT, TOP = 60.0, 90.0

FIRST = [
    "County Gazette                              page 1",
    "",
    "Bees Act",
    "",
    "1. A keeper of bees shall register every hive with",
    "the county within 30 days of acquiring it.",
    "2. A keeper shall write down each year how many hi-",
    "ves were kept and how much honey each of them gave,",
    "and shall send this register to the county before",
]
SECOND = [
    "County Gazette                              page 2",
    "",
    "the end of February. A keeper who keeps a register¹",
    "for another may send it for both.",
    "3. A keeper of wasps shall register every nest with",
    "the county within 30 days of acquiring it.",
]
TEXT = """\
1. A keeper of bees shall register every hive with the county within 30 days of acquiring it.
2. A keeper shall write down each year how many hives were kept and how much honey each of them gave, and shall send \
this register to the county before the end of February. A keeper who keeps a register for another may send it for both.
3. A keeper of wasps shall register every nest with the county within 30 days of acquiring it."""
SECOND_PAGE = TEXT.index("the end of February")


def pdf(pages: Sequence[Sequence[str]], *, rotation: int = 0) -> bytes:
    """Lines of Courier from the top left of each page."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=True)
    for lines in pages:
        canvas.setPageRotation(rotation)
        canvas.setFont("Courier", SIZE)
        for number, line in enumerate(lines):
            canvas.drawString(LEFT, HEIGHT - TOP - number * LEADING, line)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def words(lines: Sequence[str]) -> list[Word]:
    """Where `pdf` wrote each word: from nine points above the line to three below."""
    found = []
    for number, line in enumerate(lines):
        at, base = 0, TOP + number * LEADING
        for text in line.split(" "):
            if text:
                left = LEFT + at * LETTER
                found.append(Word(text, left, base - 9, left + len(text) * LETTER, base + 3))
            at += len(text) + 1
    return found


def a_file(content: bytes, name: str = "act.pdf", pages: Sequence[Sequence[str]] = ()) -> StoredFile:
    file = files.store([content], name)
    for number, lines in enumerate(pages, start=1):
        Page.objects.create(
            file=file, number=number, width=WIDTH, height=HEIGHT, lines=b"", words=places.pack(words(lines))
        )
    StoredFile.objects.filter(pk=file.pk).update(page_count=len(pages) or 1)
    return file


def a_section(file: StoredFile | None = None, **facts: object) -> Section:
    """The act as one section whose text was cleaned, with its original of two pages."""
    file = file or a_file(pdf([FIRST, SECOND]), pages=[FIRST, SECOND])
    given = {"text": TEXT, "page_breaks": [[0, 1], [SECOND_PAGE, 2]], "heading": "Registers", **facts}
    section = factories.a_section(**given)  # type: ignore[arg-type]  # facts of a section, whatever they are
    Edition.objects.filter(pk=section.edition_id).update(file=file)
    return Section.objects.get(pk=section.pk)
