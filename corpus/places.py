"""Words on pages, packed small, and where a quote stands on its page. Pure."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.alignment import align, folded
from corpus.types import Word

UNITS = 20
"""Coordinates are kept in twentieths of a point, as 32-bit integers."""
LEAST_SHARE = 0.6
"""Of a quote's letters and digits that must be found on the page before its place counts as known."""
LONG_WORD = 24
"""Letters; a longer one is a line of a script without spaces, of which a part can be marked."""
SKIPPED_WORDS = 2
"""Words inside a line that do not belong to the quote (a footnote's mark, a bullet), over which its box goes on."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: points from the top left corner of the page as it is displayed."""

    x0: float
    y0: float
    x1: float
    y1: float

    def joined(self, other: Box) -> Box:
        return Box(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    def beside(self, other: Box) -> bool:
        """Whether both stand on one line: across it they overlap by half of the smaller one.

        A line may run down the page, where the page is shown turned: its words are higher than wide, and follow
        each other closely.
        """
        if 2 * (min(self.y1, other.y1) - max(self.y0, other.y0)) >= min(self.height, other.height):
            return True
        width = min(self.width, other.width)
        gap = max(self.y0, other.y0) - min(self.y1, other.y1)
        across = 2 * (min(self.x1, other.x1) - max(self.x0, other.x0)) >= width
        return across and gap <= width and max(self.height, other.height) > 2 * width

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Located:
    """What was found of the stretch of a text on one page."""

    boxes: list[Box]
    """One for each run of words on a line, in reading order."""
    found: int
    """Letters and digits of the stretch that stand on the page."""
    asked: int
    """Letters and digits that the stretch has."""
    rest: int
    """Offset into the text after the last letter that was found."""

    @property
    def known(self) -> bool:
        return is_most(self.found, self.asked)


def is_most(found: int, asked: int) -> bool:
    """Whether so many letters of so many are enough to say that this is the place."""
    return found > 0 and found >= LEAST_SHARE * asked


def pack(words: Iterable[Word]) -> bytes:
    """Words as compressed bytes; spaces and NUL inside a word are dropped."""
    texts: list[str] = []
    numbers = array("i")
    for word in words:
        texts.append("".join(word.text.replace("\0", "").split()))
        numbers.extend(round(at * UNITS) for at in (word.x0, word.y0, word.x1, word.y1))
    joined = " ".join(texts).encode("utf-8", "replace")
    return zlib.compress(joined + b"\0" + numbers.tobytes(), 6) if texts else b""


def unpack(packed: bytes) -> list[Word]:
    """The words that `pack` was given."""
    if not packed:
        return []
    joined, _, rest = zlib.decompress(packed).partition(b"\0")
    numbers = array("i")
    numbers.frombytes(rest)
    texts = joined.decode().split(" ")
    return [
        Word(text, *(at / UNITS for at in numbers[4 * place : 4 * place + 4]))
        for place, text in enumerate(texts)
    ]


def find(quote: str, words: Sequence[Word]) -> list[Box]:
    """Where a quote stands among the words of its page; empty where most of it does not."""
    located = locate(quote, 0, len(quote), words)
    return located.boxes if located.known else []


def locate(text: str, start: int, end: int, words: Sequence[Word]) -> Located:
    """Where `[start, end)` of a text stands on a page.

    The whole text is compared with the page, so that a phrase which the page repeats is found where its
    neighbours stand. Time grows with the length of both.
    """
    letters, offsets = folded(text)
    of_page = [folded(word.text)[0] for word in words]
    matched = align(letters, "".join(of_page))
    word_of = [place for place, word in enumerate(of_page) for _ in word]
    begins = _beginnings(of_page)
    asked = [place for place, offset in enumerate(offsets) if start <= offset < end]
    hits: dict[int, list[int]] = {}
    for place in asked:
        at = matched[place]
        if at >= 0:
            hits.setdefault(word_of[at], []).append(at - begins[word_of[at]])
    last = next((place for place in reversed(range(len(offsets))) if matched[place] >= 0), -1)
    return Located(
        boxes=_runs([(at, _box(words[at], inside, len(of_page[at]))) for at, inside in hits.items()]),
        found=sum(len(inside) for inside in hits.values()),
        asked=len(asked),
        rest=offsets[last] + 1 if last >= 0 else 0,
    )


def _beginnings(words: Sequence[str]) -> list[int]:
    begins, total = [], 0
    for word in words:
        begins.append(total)
        total += len(word)
    return begins


def _box(word: Word, inside: list[int], length: int) -> Box | None:
    """The box of a word, of the part of a long one, or none where less than half of a short one was found."""
    if length <= LONG_WORD:
        return Box(word.x0, word.y0, word.x1, word.y1) if 2 * len(inside) >= length else None
    a_letter = (word.x1 - word.x0) / length
    left, right = word.x0 + min(inside) * a_letter, word.x0 + (max(inside) + 1) * a_letter
    return Box(left, word.y0, right, word.y1)


def _runs(boxes: Iterable[tuple[int, Box | None]]) -> list[Box]:
    """Boxes of words, with the words' places among those of the page, joined along each line."""
    runs: list[Box] = []
    before = -1
    for place, box in boxes:
        if box is None:
            continue
        if runs and 0 < place - before <= SKIPPED_WORDS + 1 and runs[-1].beside(box):
            runs[-1] = runs[-1].joined(box)
        else:
            runs.append(box)
        before = place
    return runs
