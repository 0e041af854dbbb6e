"""The subdivisions of a section, read off the enumerators at its line starts: for indenting, and for pin cites. Pure.

Styles differ by legislature, `1.` > `(a)` > `(i)`, `(a)` > `(1)` > `(A)` > `(i)` > `(I)`, `(1)` > `(a)` > `(i)`,
so none is presumed: a marker continues the innermost open list that it can continue, and otherwise begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.structure.statute import roman_value

_MARKER = re.compile(
    r"[\[‘“\"']?(?P<marker>\((?P<inner>[0-9]{1,3}[A-Za-z]{0,2}|[A-Za-z]{1,6})\)|(?P<dotted>[0-9]{1,3}[a-z]?)\.)(?:\s+|(?=\()|$)"
)

LOOK_AHEAD = 12
"""How many markers are looked at to tell the letter (i) from the number (i)."""

Reading = tuple[str, float]
"""Style and place in it: `(a)` may be ("a", 1), `(2A)` is ("1", 2.01), `(i)` is ("i", 1) or ("a", 9)."""


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A stretch `[start, end)` of the text, in characters, with everything below it.

    A line without an enumerator is one too, with no marker: its depth and pin are those of the subdivision
    that it goes on with, (0, ()) for the section's own words.
    """

    start: int
    end: int
    depth: int
    marker: str
    pin: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    start: int
    marker: str
    inner: str
    readings: list[Reading]


@dataclass(slots=True)
class _Level:
    style: str
    value: float
    inner: str


def outline(text: str) -> tuple[Subdivision, ...]:
    """Every line of a section in order, and the second enumerator of a line such as `(b)(1) A certificate`."""
    found = [item for start, line in _lines(text) for item in _markers(start, line)]
    levels: list[_Level] = []
    coming = [item.inner for item in found if item.marker]
    passed = 0
    placed = []
    for index, item in enumerate(found):
        if item.marker:
            passed += 1
            _place(levels, item, coming[passed : passed + LOOK_AHEAD])
            depth = len(levels)
        else:
            depth = _depth_of_continuation(levels, found[index - 1] if index else None)
        pin = tuple(level.inner for level in levels[:depth])
        placed.append(Subdivision(item.start, len(text), depth, item.marker, pin))
    return tuple(_ended(placed, text))


def find_pin(text: str, pin: Sequence[str]) -> tuple[int, int] | None:
    """Where a pin cite such as ("1", "a") stands in a section's text; None if there is no such place."""
    wanted = tuple(pin)
    for part in outline(text):
        if part.marker and part.pin == wanted:
            return part.start, part.end
    return None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start + len(line) - len(line.lstrip()), line.strip()
        start += len(line) + 1


def _markers(start: int, line: str) -> list[_Found]:
    """The enumerators that a line begins with; one without marker if there is none."""
    found: list[_Found] = []
    offset = 0
    while len(found) < 4 and (match := _MARKER.match(line, offset)):
        if found and match["dotted"]:
            break  # `(a) 1. May` is a date, `1. 2. …` nothing that a law has
        inner = match["inner"] or match["dotted"]
        found.append(
            _Found(start + offset, match["marker"], inner, _readings(inner, dotted=bool(match["dotted"])))
        )
        offset = match.end()
    return found or [_Found(start, "", "", [])]


def _readings(inner: str, *, dotted: bool) -> list[Reading]:
    if inner[0].isdigit():
        digits = re.match(r"\d+", inner)
        number = digits[0] if digits else ""
        inserted = inner[len(number) :].lower()  # (2A) stands between (2) and (3)
        value = int(number) + sum(
            (ord(letter) - 96) / 100 ** (place + 1) for place, letter in enumerate(inserted)
        )
        return [("1." if dotted else "1", value)]
    case = "A" if inner.isupper() else "a"
    dot = "." if dotted else ""
    readings: list[Reading] = []
    if roman := roman_value(inner.lower()):
        readings.append((("I" if case == "A" else "i") + dot, roman))
    if len(inner) == 1:
        readings.append((case + dot, ord(inner.lower()) - 96))
    elif len(set(inner)) == 1:
        place = ord(inner[0].lower()) - 96
        readings += [(case * 2 + dot, place), (case + dot, place + 26 * (len(inner) - 1))]
    return readings or [(inner, 1)]


def _place(levels: list[_Level], item: _Found, coming: Sequence[str]) -> None:
    """Bring the open lists up to date with one more marker."""
    continued = _continued(levels, item.readings)
    begun = next(((style, value) for style, value in item.readings if value == 1), None)
    if begun and any(level.style == begun[0] for level in levels):
        begun = None
    if continued and begun and _begins(item.inner, coming):
        continued = None
    if continued:
        depth, (style, value) = continued
        del levels[depth:]
        levels.append(_Level(style, value, item.inner))
    elif begun:
        levels.append(_Level(*begun, item.inner))
    else:
        _skip_to(levels, item)


def _continued(levels: list[_Level], readings: list[Reading]) -> tuple[int, Reading] | None:
    """The innermost open list that the marker is the next of, as its depth from 0, and the reading that fits."""
    for depth in range(len(levels) - 1, -1, -1):
        for style, value in readings:
            if style == levels[depth].style and levels[depth].value < value <= levels[depth].value + 1:
                return depth, (style, value)
    return None


def _begins(inner: str, coming: Sequence[str]) -> bool:
    """Whether `(i)` behind `(h)` begins a list of roman numbers: `(ii)` comes before `(j)`."""
    second = "II" if inner.isupper() else "ii"
    next_letter = chr(ord(inner[0]) + 1)
    return second in coming and (
        next_letter not in coming or coming.index(second) < coming.index(next_letter)
    )


def _skip_to(levels: list[_Level], item: _Found) -> None:
    """A marker that continues nothing: a list with a gap, or a text that begins midway."""
    place = ord(item.inner[0].lower()) - 96
    if len(set(item.inner)) == 1 < len(item.inner) and levels and levels[-1].value == place:
        levels[-1] = _Level(levels[-1].style, place + 0.01, item.inner)  # (cc), inserted behind (c)
        return
    for depth in range(len(levels) - 1, -1, -1):
        for style, value in item.readings:
            if style == levels[depth].style and value > levels[depth].value:
                del levels[depth:]
                levels.append(_Level(style, value, item.inner))
                return
    style, value = item.readings[-1]
    open_styles = [level.style for level in levels]
    if style in open_styles:
        del levels[open_styles.index(style) :]
    levels.append(_Level(style, value, item.inner))


def _depth_of_continuation(levels: list[_Level], before: _Found | None) -> int:
    """Flush words behind the items of a list belong above it; a second paragraph of (a) belongs to (a)."""
    if before and before.marker and len(levels) > 1:
        del levels[-1:]
    return len(levels)


def _ended(placed: list[Subdivision], text: str) -> Iterator[Subdivision]:
    """Each subdivision up to the next that is not below it."""
    for index, part in enumerate(placed):
        end = len(text)
        for later in placed[index + 1 :]:
            if later.depth <= part.depth if later.marker or not part.marker else later.depth < part.depth:
                end = later.start
                break
        yield replace(part, end=part.start + len(text[part.start : end].rstrip()))
