"""Characters of PDF pages with their places and styles, by pdfium. Runs in the reading process only.

Nothing is rendered and no picture is decoded: pdfium is asked for text and for the outlines of objects alone.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # its bindings carry no types

from corpus.extraction.errors import Damaged, NeedsPassword
from corpus.extraction.glyphs import Glyph, Style

SMALLEST_SEEN = 1.0
"""Points: smaller type cannot be seen."""
WHITE = 250
"""Of 255: nothing paler can be seen on paper."""
PICTURE_SHARE = 0.5
"""Of the page: unseen text over a picture as large as that is the layer that text recognition laid there."""
MOST_OBJECTS = 20_000
MOST_PAINTED = 2_000
DEEPEST_FORM = 4
BOLD_WEIGHT = 600
FLAG_ITALIC = 1 << 6
FLAG_BOLD = 1 << 18
ASLANT = -1
INVISIBLE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
FILLED_TWICE = pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
"""How programs make type bold that has no bold font."""
HYPHEN = 2
"""What pdfium puts in place of a hyphen at the end of a line."""

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Found:
    """The characters of a page as displayed; None stands for white space."""

    width: float
    height: float
    glyphs: list[Glyph | None] = field(default_factory=list)
    everything: list[str] = field(default_factory=list)
    """Every character, those that cannot be seen too: for comparing with another reader."""
    hidden: int = 0
    """Letters and figures that cannot be seen; they are not among the glyphs."""
    recognised: int = 0
    """Characters of a layer that text recognition laid over a picture."""
    cut: bool = False
    picture: bool = False


class Document:
    """An open PDF. Raises NeedsPassword and Damaged."""

    def __init__(self, path: Path) -> None:
        pdfium.FPDF_InitLibrary()
        self._raw = pdfium.FPDF_LoadDocument(bytes(path), b"")
        if not self._raw:
            wrong = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD
            raise NeedsPassword if wrong else Damaged
        self.count = int(pdfium.FPDF_GetPageCount(self._raw))

    def page(self, number: int, most: int) -> Found:
        """Page `number` from 1, at most so many characters of it."""
        page = pdfium.FPDF_LoadPage(self._raw, number - 1)
        if not page:
            raise Damaged
        text = pdfium.FPDFText_LoadPage(page)
        try:
            return _Page(page, text, most).read() if text else _blank(page)
        finally:
            if text:
                pdfium.FPDFText_ClosePage(text)
            pdfium.FPDF_ClosePage(page)


def _blank(page: pdfium.FPDF_PAGE) -> Found:
    return Found(pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page))


@dataclass(slots=True)
class _Seen:
    """A style, and whether and how the eye meets it."""

    style: Style
    base: float
    unseen: bool
    recognised: bool
    """Whether text recognition laid it over a picture, where it cannot be seen and need not."""


class _Page:
    def __init__(self, page: pdfium.FPDF_PAGE, text: pdfium.FPDF_TEXTPAGE, most: int) -> None:
        self.page, self.text, self.most = page, text, most
        self.found = _blank(page)
        self.to_display = _Matrix.of(page, self.found)
        self.styles: dict[int, _Seen] = {}
        self.fonts: dict[int, tuple[bool, bool]] = {}
        self.rect = pdfium.FS_RECTF()
        self.paint = list(islice(self._paint(), MOST_PAINTED))
        pictures = [box for box, picture in self.paint if picture]
        covered = sum((box[2] - box[0]) * (box[3] - box[1]) for box in pictures)
        self.found.picture = bool(pictures)
        self.is_scan = covered >= PICTURE_SHARE * self.found.width * self.found.height

    def read(self) -> Found:
        count = pdfium.FPDFText_CountChars(self.text)
        self.found.cut = count > self.most
        for place in range(min(count, self.most)):
            self._read(place)
        return self.found

    def _read(self, place: int) -> None:
        code = pdfium.FPDFText_GetUnicode(self.text, place)
        holder = pdfium.FPDFText_GetTextObject(self.text, place)
        if (code <= 32 and code != HYPHEN) or not holder:
            self.found.glyphs.append(None)
            return
        char = "-" if code == HYPHEN else chr(code) if code < 0x110000 else "\ufffd"
        self.found.everything.append(char)
        address = ctypes.addressof(holder.contents)
        seen = self.styles.get(address)
        if seen is None:
            seen = self.styles[address] = self._look(place, holder)
        glyph, middle = self._glyph(char, place, seen)
        if seen.unseen or not self._is_on_page(*middle):
            self.found.hidden += char.isalnum()
        else:
            self.found.recognised += seen.recognised
            self.found.glyphs.append(glyph)

    def _glyph(self, char: str, place: int, seen: _Seen) -> tuple[Glyph, tuple[float, float]]:
        """A character, and the middle of its box on the page."""
        rect = self.rect
        pdfium.FPDFText_GetLooseCharBox(self.text, place, rect)
        box = self.to_display.box(rect.left, rect.top, rect.right, rect.bottom)
        start, end = _span(box, seen.style.turn, self.found.width, self.found.height)
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return Glyph(char, start, end, seen.base, seen.style), middle

    def _look(self, place: int, holder: pdfium.FPDF_PAGEOBJECT) -> _Seen:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.text, place, matrix)
        across = self.to_display.turn(matrix.a, matrix.b)
        up = self.to_display.turn(matrix.c, matrix.d)
        size = pdfium.FPDFText_GetFontSize(self.text, place) * math.hypot(*up)
        turn = _quarter(*across)
        bold, italic = self._font(holder)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(holder)
        x, y = self.to_display.point(*self._origin(place))
        white, transparent = _paleness(holder)
        invisible = mode == INVISIBLE
        pale = transparent or (white and not self._is_painted(x + across[0], y + up[1]))
        return _Seen(
            Style(round(max(abs(size), 0.1), 2), bold or mode == FILLED_TWICE, italic, turn),
            _height(x, y, turn, self.found.width, self.found.height),
            unseen=abs(size) < SMALLEST_SEEN or (not self.is_scan if invisible else pale),
            recognised=invisible and self.is_scan,
        )

    def _origin(self, place: int) -> tuple[float, float]:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self.text, place, x, y)
        return x.value, y.value

    def _font(self, holder: pdfium.FPDF_PAGEOBJECT) -> tuple[bool, bool]:
        font = pdfium.FPDFTextObj_GetFont(holder)
        if not font:
            return False, False
        address = ctypes.addressof(font.contents)
        if address not in self.fonts:
            self.fonts[address] = _boldness(font)
        return self.fonts[address]

    def _is_on_page(self, x: float, y: float) -> bool:
        return 0 <= x <= self.found.width and 0 <= y <= self.found.height

    def _is_painted(self, x: float, y: float) -> bool:
        return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box, _ in self.paint)

    def _paint(self) -> Iterator[tuple[Box, bool]]:
        """Where something other than white was painted, and whether it is a picture."""
        for place in range(min(pdfium.FPDFPage_CountObjects(self.page), MOST_OBJECTS)):
            thing = pdfium.FPDFPage_GetObject(self.page, place)
            paint, picture = _painting(thing)
            sides = [ctypes.c_float() for _ in range(4)]
            if paint and pdfium.FPDFPageObj_GetBounds(thing, *sides):
                left, bottom, right, top = (side.value for side in sides)
                yield self.to_display.box(left, top, right, bottom), picture


@dataclass(frozen=True, slots=True)
class _Matrix:
    """From the page's own coordinates to those of the displayed page, from its top left corner downwards."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @classmethod
    def of(cls, page: pdfium.FPDF_PAGE, size: Found) -> _Matrix:
        scale, far = 100, 1000
        e, f = _device(page, size, 0, 0, scale)
        ax, ay = _device(page, size, far, 0, scale)
        cx, cy = _device(page, size, 0, far, scale)
        return cls((ax - e) / far, (ay - f) / far, (cx - e) / far, (cy - f) / far, e, f)

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def turn(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y, self.b * x + self.d * y

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        x0, y0 = self.point(left, top)
        x1, y1 = self.point(right, bottom)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _device(page: pdfium.FPDF_PAGE, size: Found, x: float, y: float, scale: int) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    width, height = round(size.width * scale), round(size.height * scale)
    pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
    return across.value / scale, down.value / scale


def _quarter(x: float, y: float) -> int:
    """Quarter turns clockwise of a direction, y downwards; ASLANT when it is nearer to a diagonal."""
    degrees = math.degrees(math.atan2(y, x)) % 360
    turn = round(degrees / 90)
    return turn % 4 if abs(degrees - 90 * turn) <= 15 else ASLANT


def _span(box: Box, turn: int, width: float, height: float) -> tuple[float, float]:
    """Where a character starts and ends along its line, in the frame of its turn."""
    x0, y0, x1, y1 = box
    if turn == 1:
        return y0, y1
    if turn == 2:
        return width - x1, width - x0
    if turn == 3:
        return height - y1, height - y0
    return x0, x1


def _height(x: float, y: float, turn: int, width: float, height: float) -> float:
    """How far down a baseline stands, in the frame of its turn."""
    return {1: width - x, 2: height - y, 3: x}.get(turn, y)


def _boldness(font: pdfium.FPDF_FONT) -> tuple[bool, bool]:
    """(bold, italic) of a font, by its name and what it says of itself."""
    buffer = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.value.decode("latin-1").casefold()
    flags = pdfium.FPDFFont_GetFlags(font)
    bold = any(part in name for part in ("bold", "black", "heavy", "-demi")) or bool(flags & FLAG_BOLD)
    italic = "italic" in name or "oblique" in name or bool(flags & FLAG_ITALIC)
    return bold or pdfium.FPDFFont_GetWeight(font) >= BOLD_WEIGHT, italic


def _paleness(thing: pdfium.FPDF_PAGEOBJECT) -> tuple[bool, bool]:
    """(white, transparent) of what an object is filled with."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha):
        return False, False
    return min(red.value, green.value, blue.value) >= WHITE, alpha.value == 0


def _painting(thing: pdfium.FPDF_PAGEOBJECT, depth: int = 0) -> tuple[bool, bool]:
    """(whether something other than white is painted, whether it is a picture); for a form, of what is in it."""
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        return _is_filled(thing), False
    if kind != pdfium.FPDF_PAGEOBJ_FORM or depth == DEEPEST_FORM:
        return kind != pdfium.FPDF_PAGEOBJ_TEXT, kind == pdfium.FPDF_PAGEOBJ_IMAGE
    count = min(pdfium.FPDFFormObj_CountObjects(thing), MOST_PAINTED)
    inside = [_painting(pdfium.FPDFFormObj_GetObject(thing, place), depth + 1) for place in range(count)]
    return any(paint for paint, _ in inside), any(picture for _, picture in inside)


def _is_filled(path: pdfium.FPDF_PAGEOBJECT) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroke)
    white, transparent = _paleness(path)
    return mode.value != pdfium.FPDF_FILLMODE_NONE and not white and not transparent
