"""Invented acts as PDFs, with the place of every word known, and the rows that their upload would have left."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

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
    # reportlab wants to be told the size of the page as it is shown.
    size = (HEIGHT, WIDTH) if rotation in {90, 270} else (WIDTH, HEIGHT)
    canvas = Canvas(written, pagesize=size, invariant=True)
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


def turned(placed: Sequence[Word]) -> list[Word]:
    """The places of words when their page is shown turned by 90 degrees clockwise."""
    return [Word(word.text, HEIGHT - word.y1, word.x0, HEIGHT - word.y0, word.x1) for word in placed]


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


def a_long_section(count: int = 60) -> Section:
    """Sixty pages of one line each."""
    pages = [[f"{number}. Hive {number} stands in field {number}."] for number in range(1, count + 1)]
    text = "\n".join(line for (line,) in pages)
    breaks = [[text.index(line), number] for number, (line,) in enumerate(pages, start=1)]
    return _another("long", a_file(pdf(pages), pages=pages), text=text, page_breaks=breaks)


def a_turned_section() -> Section:
    """One page that is shown turned by 90 degrees."""
    line = "A keeper of bees shall register every hive."
    file = a_file(pdf([[line]], rotation=90))
    packed = places.pack(turned(words([line])))
    Page.objects.create(file=file, number=1, width=HEIGHT, height=WIDTH, lines=b"", words=packed)
    return _another("turned", file, text=line, page_breaks=[[0, 1]])


def a_damaged_section() -> Section:
    """An original that ends after its first line."""
    return _another("damaged", a_file(b"%PDF-1.7\nno more than this"), page_breaks=[[0, 1]])


def a_plain_section() -> Section:
    """An original without pages."""
    return _another("plain", a_file(b"1. A keeper of bees shall register every hive.", "act.txt"))


def _another(key: str, file: StoredFile, **facts: object) -> Section:
    shelf = factories.a_collection(key)
    document = factories.a_document(shelf, key=key, short_title=f"{key.title()} Act")
    section = factories.a_section(document, **facts)  # type: ignore[arg-type]  # facts of a section, whatever they are
    Edition.objects.filter(pk=section.edition_id).update(file=file)
    return section


def one_of_each() -> dict[str, int]:
    """Keys of sections by what is special about them."""
    made = {
        "act": a_section(),
        "long": a_long_section(),
        "turned": a_turned_section(),
        "damaged": a_damaged_section(),
    }
    return {name: section.pk for name, section in {**made, "plain": a_plain_section()}.items()}
