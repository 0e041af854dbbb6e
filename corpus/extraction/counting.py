"""Numbers of lists as people write them: 3, iii, c, third. Pure."""

from __future__ import annotations

from collections.abc import Callable

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_LARGEST_ROMAN = 3999
_LARGEST_LETTER = 26 * 30
_LARGEST_WORD = 99


def roman(value: int) -> str:
    """In small letters; values that have no such number as decimals."""
    if not 0 < value <= _LARGEST_ROMAN:
        return str(value)
    written = ""
    for worth, letters in _ROMAN:
        count, value = divmod(value, worth)
        written += letters * count
    return written


def letters(value: int) -> str:
    """a, b … z, aa, bb: as word processors count."""
    if not 0 < value <= _LARGEST_LETTER:
        return str(value)
    repeats, letter = divmod(value - 1, 26)
    return chr(ord("a") + letter) * (repeats + 1)


def alphabetic(value: int) -> str:
    """a, b … z, aa, ab: as browsers count."""
    if value < 1:
        return str(value)
    written = ""
    while value:
        value, letter = divmod(value - 1, 26)
        written = chr(ord("a") + letter) + written
    return written


def cardinal(value: int) -> str:
    """In words up to ninety-nine."""
    if not 0 <= value <= _LARGEST_WORD:
        return str(value)
    if value < len(_UNITS):
        return _UNITS[value]
    tens, unit = divmod(value, 10)
    return _TENS[tens] + (f"-{_UNITS[unit]}" if unit else "")


def ordinal(value: int) -> str:
    """In words up to ninety-ninth."""
    *first, last = cardinal(value).split("-")
    if last.isdecimal():
        return ordinal_figures(value)
    last = _ORDINALS.get(last, f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th")
    return "-".join([*first, last])


def ordinal_figures(value: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    ending = "th" if value % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def counted(value: int, style: str) -> str:
    """In one of the formats of a Word list; in figures where it is another."""
    return _WRITERS.get(style, str)(value)


_WRITERS: dict[str, Callable[[int], str]] = {
    "lowerLetter": letters,
    "lowerRoman": roman,
    "upperLetter": lambda value: letters(value).upper(),
    "upperRoman": lambda value: roman(value).upper(),
    "decimalZero": lambda value: f"{value:02}",
    "ordinal": ordinal_figures,
    "cardinalText": lambda value: cardinal(value).capitalize(),
    "ordinalText": lambda value: ordinal(value).capitalize(),
    "none": lambda value: "",
}
