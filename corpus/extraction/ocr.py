"""Text of pictures of pages, recognised by tesseract where it is installed.

Runs in the reading process (corpus.extraction.child), whose limits tesseract inherits: a picture goes in by a pipe and
text comes back by another, so no file is written. `available` alone is for everyone.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from corpus import flags, places
from corpus.extraction import characters
from corpus.types import Line, PageText, Word

if TYPE_CHECKING:
    import pypdfium2  # type: ignore[import-untyped]  # its bindings carry no types

PROGRAM = "tesseract"
LANGUAGES = "LAWQA_OCR_LANGUAGES"
"""Environment: languages of the documents, as tesseract calls them: `eng+hin`."""
DPI = 300
POINT = 72
MAX_PIXELS = 25_000_000
"""A page of more is rendered more coarsely: 300 dpi suffice for A3."""
PAGE_SECONDS = 90
"""Less than the reading process may keep its reader waiting."""
LEAST_CONFIDENCE = 30.0
"""Percent; specks and rules that were taken for letters have less, misread words as a rule more."""
_COLUMNS = 12
_NAMES = re.compile(r"[A-Za-z]\w*(?:/\w+)?")


@dataclass(frozen=True, slots=True)
class _Picture:
    """One page as displayed, in shades of grey. `scale`: pixels a point; `width`, `height`: of the page, in points."""

    pgm: bytes
    scale: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Recognised:
    """One word, and its line: (block, paragraph, line)."""

    line: tuple[int, int, int]
    word: Word


def available() -> bool:
    """Whether pictures can be read here: tesseract is there, and knows English at least."""
    return "eng" in installed()


def installed() -> frozenset[str]:
    """What tesseract knows, `osd` (the way up of a page) among it; empty without tesseract."""
    if shutil.which(PROGRAM) is None:
        return frozenset()
    try:
        listed = subprocess.run([PROGRAM, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(listed.stdout.decode("utf-8", "replace").split("\n")[1:]) - {""}


def wanted(known: Iterable[str]) -> str:
    """The languages that are set and known, joined as tesseract takes them; English where there is none."""
    asked = [name for name in os.environ.get(LANGUAGES, "eng").split("+") if _NAMES.fullmatch(name)]
    return "+".join(name for name in asked if name in set(known)) or "eng"


def read(path: Path, numbers: Iterable[int]) -> Iterator[PageText]:
    """The pages of a PDF with those numbers (from 1), in that order, one after the other as they are done.

    Places are those of the page as displayed. A page on which nothing is recognised, or not in time, has no lines.
    Raises pypdfium2.PdfiumError where the file cannot be opened.
    """
    import pypdfium2

    known = installed()
    command = [
        PROGRAM,
        "-",
        "-",
        "-l",
        wanted(known),
        "--psm",
        "1" if "osd" in known else "3",
        "--dpi",
        str(DPI),
        "tsv",
    ]
    document = pypdfium2.PdfDocument(path)
    try:
        for number in numbers:
            yield _page(document, number, command)
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int, command: list[str]) -> PageText:
    import pypdfium2

    try:
        picture = _render(document, number)
    except pypdfium2.PdfiumError:
        return PageText(number=number, reader="ocr", flags=(flags.OCR, flags.DAMAGED))
    found = list(recognised(_run(command, picture.pgm), picture.scale))
    marks = (flags.OCR,) if found else (flags.OCR, flags.NO_TEXT)
    return PageText(
        number=number, width=picture.width, height=picture.height, lines=tuple(_lines(found)),
        words=places.pack(each.word for each in found), reader="ocr", flags=marks,
    )  # fmt: skip


def _render(document: pypdfium2.PdfDocument, number: int) -> _Picture:
    page = document[number - 1]
    try:
        width, height = page.get_size()
        scale = min(DPI / POINT, math.sqrt(MAX_PIXELS / max(width * height, 1)))
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        try:
            rows = memoryview(bitmap.buffer).cast("B")
            starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
            pixels = b"".join(rows[start : start + bitmap.width] for start in starts)
            return _Picture(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels, scale, width, height)
        finally:
            bitmap.close()
    finally:
        page.close()


def _run(command: list[str], pgm: bytes) -> str:
    """Tesseract's table; empty where it fails or is too slow. One thread: other work runs beside it."""
    environ = os.environ | {"OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command, input=pgm, capture_output=True, timeout=PAGE_SECONDS, check=False, env=environ
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def recognised(table: str, scale: float) -> Iterator[_Recognised]:
    """The words of tesseract's TSV in reading order, with places in points; those it doubts are left out."""
    for row in table.split("\n"):
        values = row.split("\t")
        if len(values) != _COLUMNS or values[0] != "5" or float(values[10]) < LEAST_CONFIDENCE:
            continue
        text = characters.clean(values[11])[0]
        left, top, width, height = (int(value) / scale for value in values[6:10])
        if text:
            line = (int(values[2]), int(values[3]), int(values[4]))
            yield _Recognised(line, Word(text, left, top, left + width, top + height))


def _lines(found: Iterable[_Recognised]) -> Iterator[Line]:
    """Words of one line joined; the first line of what tesseract takes for a paragraph begins one."""
    paragraph = None
    for key, group in groupby(found, key=lambda each: each.line):
        words = [each.word for each in group]
        top, bottom = min(word.y0 for word in words), max(word.y1 for word in words)
        yield Line(
            text=" ".join(word.text for word in words), x0=min(word.x0 for word in words), y0=top,
            x1=max(word.x1 for word in words), y1=bottom, size=_size(words), paragraph=key[:2] != paragraph,
        )  # fmt: skip
        paragraph = key[:2]


def _size(words: list[Word]) -> float:
    """The type size, roughly: how tall words are, or how wide where the line runs down the page."""
    tall = median(word.y1 - word.y0 for word in words)
    wide = median(word.x1 - word.x0 for word in words)
    return round(wide if len(words) > 1 and tall > wide else tall, 1)
