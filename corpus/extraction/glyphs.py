"""From characters with places to words and lines, in the order in which the page gives them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from corpus.extraction import characters
from corpus.types import Line, Word

WIDEST_SPACE = 1.5
"""In type sizes: a wider gap divides lines (columns, cells of tables, line numbers)."""
SMALLEST_GAP = 0.6
"""In type sizes: nearer neighbours belong to one line even if the page gives them out of order."""
JUMP = 0.9
"""In type sizes: characters farther apart than this are of two words, though no space was written."""
RAISED = 0.15
SMALLER = 0.85
CLOSING = frozenset(",.;:!?)]'’”")
"""What follows the mark of a footnote without a space."""
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Style:
    """What the characters of one text object share."""

    size: float
    """In points, as displayed."""
    bold: bool = False
    italic: bool = False
    turn: int = 0
    """Quarter turns clockwise by which the text stands on the displayed page; -1: aslant."""


@dataclass(slots=True)  # not frozen, which would make each of a page's thousands three times as slow
class Glyph:
    """One character, in the frame in which its text runs from left to right; `base` is the height of its baseline."""

    text: str
    x0: float
    x1: float
    base: float
    style: Style


@dataclass(slots=True)
class Token:
    """A word with its style. Its height is that of the type: a uniform box, good for comparing and highlighting."""

    text: str
    x0: float
    x1: float
    base: float
    style: Style

    @property
    def y0(self) -> float:
        return self.base - 0.78 * self.style.size

    @property
    def y1(self) -> float:
        return self.base + 0.22 * self.style.size


@dataclass(slots=True)
class Stretch:
    """Neighbouring words of one line."""

    tokens: list[Token] = field(default_factory=list)
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0

    def add(self, token: Token) -> None:
        if self.tokens:
            self.x0, self.x1 = min(self.x0, token.x0), max(self.x1, token.x1)
            self.y0, self.y1 = min(self.y0, token.y0), max(self.y1, token.y1)
        else:
            self.x0, self.y0, self.x1, self.y1 = token.x0, token.y0, token.x1, token.y1
        self.tokens.append(token)

    @property
    def size(self) -> float:
        """The type size of most characters."""
        sizes: dict[float, int] = {}
        for token in self.tokens:
            sizes[token.style.size] = sizes.get(token.style.size, 0) + len(token.text)
        return max(sizes, key=lambda size: (sizes[size], size))


def tokens(glyphs: Iterable[Glyph | None]) -> Iterator[Token]:
    """Words; None among the glyphs is white space."""
    token: Token | None = None
    spaced = False
    for glyph in glyphs:
        if glyph is None:
            spaced = True
            continue
        apart = token is not None and (_divides(token, glyph) or (spaced and not _closes(token, glyph)))
        spaced = False
        if token is not None and apart:
            yield token
            token = None
        if token is None:
            token = Token(glyph.text, glyph.x0, glyph.x1, glyph.base, glyph.style)
        else:
            token.text += glyph.text
            token.x0, token.x1 = min(token.x0, glyph.x0), max(token.x1, glyph.x1)
    if token is not None:
        yield token


def _divides(token: Token, glyph: Glyph) -> bool:
    """Whether a glyph that follows without a space begins another word all the same."""
    size = max(token.style.size, glyph.style.size)
    if token.style.turn != glyph.style.turn or abs(glyph.base - token.base) > 0.6 * size:
        return True
    if token.style is not glyph.style and _is_mark(token, glyph):
        return True
    return glyph.x0 - token.x1 > JUMP * size or glyph.x1 < token.x0 - size


def _is_mark(token: Token, glyph: Glyph) -> bool:
    """A raised figure beside a word, or a word beside one: the mark of a footnote."""
    if _is_raised(glyph, token) and glyph.text.isdigit():
        return True
    return token.text.isdigit() and _is_raised(token, glyph) and glyph.text not in CLOSING


def _closes(token: Token, glyph: Glyph) -> bool:
    """A comma or the like close behind a footnote's mark; pdfium sees a space there because of the lower baseline."""
    near = glyph.x0 - token.x1 < 0.1 * glyph.style.size
    return near and glyph.text in CLOSING and token.text.isdigit() and _is_raised(token, glyph)


def _is_raised(small: Glyph | Token, large: Glyph | Token) -> bool:
    return (
        small.style.size < large.style.size * SMALLER and large.base - small.base > RAISED * large.style.size
    )


def stretches(tokens: Iterable[Token]) -> list[Stretch]:
    """Words put together to lines, or to the parts of lines that stand wide apart."""
    found: list[Stretch] = []
    for token in tokens:
        if not found or not _continues(found[-1], token):
            found.append(Stretch())
        found[-1].add(token)
    return _joined(found)


def _continues(stretch: Stretch, token: Token) -> bool:
    last = stretch.tokens[-1]
    size = max(last.style.size, token.style.size)
    near = -SMALLEST_GAP * size <= token.x0 - last.x1 <= WIDEST_SPACE * size
    return near and _on_one_line(last, token)


def _on_one_line(one: Token | Stretch, other: Token | Stretch) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared >= 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _joined(found: list[Stretch]) -> list[Stretch]:
    """Parts of a line that the page gives out of order, put together."""
    joined: list[Stretch] = []
    for stretch in sorted(found, key=lambda one: (round(one.y1), one.x0)):
        near = [one for one in joined[-12:] if _are_neighbours(one, stretch)]
        if near:
            for token in stretch.tokens:
                near[-1].add(token)
            near[-1].tokens.sort(key=lambda token: token.x0)
        else:
            joined.append(stretch)
    return joined


def _are_neighbours(one: Stretch, other: Stretch) -> bool:
    size = max(one.y1 - one.y0, other.y1 - other.y0)
    gap = max(one.x0, other.x0) - min(one.x1, other.x1)
    return -SMALLEST_GAP * size <= gap <= SMALLEST_GAP * size and _on_one_line(one, other)


def line(stretch: Stretch) -> tuple[Line, list[Word], int]:
    """A stretch as a line, its words, and how many odd characters were left out."""
    size, odd, length, bold, italic = stretch.size, 0, 0, 0, 0
    words = []
    for token in stretch.tokens:
        text, strange = characters.clean(_mark(token, stretch))
        odd += strange
        if text:
            words.append(Word(text, token.x0, token.y0, token.x1, token.y1))
            length += len(text)
            bold += len(text) * token.style.bold
            italic += len(text) * token.style.italic
    whole = Line(
        text=" ".join(word.text for word in words), x0=stretch.x0, y0=stretch.y0, x1=stretch.x1, y1=stretch.y1,
        size=round(size, 2), bold=2 * bold > length, italic=2 * italic > length, paragraph=False,
    )  # fmt: skip
    return whole, words, odd


def _mark(token: Token, stretch: Stretch) -> str:
    """A raised figure as the superscript that it is, so that nobody takes a footnote's mark for a number."""
    figures = token.text.rstrip("".join(CLOSING))
    if not figures.isdigit() or not figures.isascii() or len(stretch.tokens) == 1:
        return token.text
    others = [one for one in stretch.tokens if one.style.size * SMALLER > token.style.size]
    raised = others and min(one.base for one in others) - token.base > RAISED * token.style.size
    return token.text.translate(SUPERSCRIPTS) if raised else token.text


def turned(line: Line, words: list[Word], turn: int, width: float, height: float) -> tuple[Line, list[Word]]:
    """A line and its words from their own frame back onto the page, whose width and height are given."""
    if turn == 0:
        return line, words
    x0, y0, x1, y1 = turned_box((line.x0, line.y0, line.x1, line.y1), turn, width, height)
    back = [
        Word(word.text, *turned_box((word.x0, word.y0, word.x1, word.y1), turn, width, height))
        for word in words
    ]
    return replace(line, x0=x0, y0=y0, x1=x1, y1=y1), back


def turned_box(
    box: tuple[float, float, float, float], turn: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """A box of a frame that stands a number of quarter turns clockwise on the page, in the page's coordinates."""
    x0, y0, x1, y1 = box
    if turn == 1:  # text runs downwards: its x is the page's y
        return width - y1, x0, width - y0, x1
    if turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    if turn == 3:  # text runs upwards
        return y0, height - x1, y1, height - x0
    return box
