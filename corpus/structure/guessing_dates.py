"""Dates in the forms in which courts and legislatures print them, and what each says of an instrument. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = (
    "january jan janvier januar enero gennaio januari|february feb février fevrier februar febrero febbraio februari"
    "|march mar mars märz marz marzo maart|april apr avril abril aprile|may mai mayo maggio mei|june jun juin juni junio giugno"
    "|july jul juillet juli julio luglio|august aug août aout agosto augustus|september sept sep septembre septiembre settembre"
    "|october oct octobre oktober octubre ottobre|november nov novembre noviembre|december dec décembre decembre dezember diciembre"
)
_MONTH_NUMBERS = {
    name: number for number, names in enumerate(_MONTHS.split("|"), start=1) for name in names.split()
}
_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty"
).split()
_YEAR = r"1[2-9]\d\d|20\d\d|21\d\d"
_SPELT = r"two\s+thousand(?:\s+(?:and\s+)?(?P<spelt>(?:twenty|thirty)?[\s-]?[a-z]{0,9}))?"
_ORDINAL = r"\s?(?:st|nd|rd|th|er|\.)?"
DATE = (
    rf"(?:(?:the\s+)?(?P<d>\d{{1,2}}){_ORDINAL}\s{{0,3}}(?:day\s+of\s+|of\s+|de\s+)?(?P<m>{_MONTH})\b\.?,?\s{{0,3}}"
    rf"(?:de\s+|anno\s+domini\s+|a\.?d\.?\s+)?(?:(?P<y>{_YEAR})(?!\d)|{_SPELT})"
    rf"|(?P<m2>{_MONTH})\b\.?\s{{0,3}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<y2>{_YEAR})(?!\d)"
    rf"|(?P<y3>{_YEAR})-(?P<m3>\d{{2}})-(?P<d3>\d{{2}})(?!\d)"
    rf"|(?P<a>\d{{1,2}})(?P<sign>[./-])(?P<b>\d{{1,2}})(?P=sign)(?P<y4>{_YEAR})(?!\d))"
)
"""A date in a pattern that ignores case; use it once in a pattern, for its groups have names."""

_DATE = re.compile(rf"(?<![\w./-]){DATE}", re.IGNORECASE)
_ALONE = re.compile(rf"^[\W_]{{0,8}}{DATE}[\W_]{{0,8}}$", re.IGNORECASE | re.MULTILINE)
_PLACE_AND_DATE = re.compile(
    rf"^(?-i:[A-Z])[a-z]{{2,15}}(?:\s(?-i:[A-Z])[a-z]{{2,15}})?\s?[,;:.\n]\s{{0,3}}(?:dated:?\s)?{DATE}\W{{0,3}}$",
    re.IGNORECASE | re.MULTILINE,
)
_HEARING = re.compile(
    r"(?:heard|hearing|argued|argument|submitted|reserved)\b\W{0,12}(?:on|dates?)?\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """A date and where it stands: `[start, end)`."""

    start: int
    end: int
    day: dt.date


def find(text: str, jurisdiction: str = "") -> Iterator[Found]:
    """Every date of a text. `03/04/2010` is one only where the jurisdiction says which number is the month."""
    for found in _DATE.finditer(text):
        if day := of_match(found, jurisdiction):
            yield Found(*found.span(), day)


def alone(text: str, jurisdiction: str) -> Iterator[Found]:
    """Dates that have a line to themselves, unless the line above says that they are of the hearing."""
    for found in _ALONE.finditer(text):
        day = of_match(found, jurisdiction)
        if day and not _HEARING.search(text[max(0, found.start() - 40) : found.start()]):
            yield Found(*found.span(), day)


def signed(text: str, jurisdiction: str) -> dt.date | None:
    """The last date under a signature: a place, then the date, or a line with the date alone."""
    days = [
        (found.start(), day)
        for found in _PLACE_AND_DATE.finditer(text)
        if (day := of_match(found, jurisdiction))
    ]
    days.extend((found.start, found.day) for found in alone(text, jurisdiction))
    return max(days)[1] if days else None


def of_match(found: re.Match[str], jurisdiction: str) -> dt.date | None:
    """The day that a match of DATE states, None if there is no such day or it can be read in two ways."""
    if found["a"]:
        # With points the day comes first everywhere, `15.3.2010`, but in the United States.
        place = jurisdiction or ("eu" if found["sign"] == "." else "")
        return _numeric(int(found["a"]), int(found["b"]), int(found["y4"]), place)
    if found["y3"]:
        return _day(int(found["y3"]), int(found["m3"]), int(found["d3"]))
    month = _MONTH_NUMBERS[(found["m"] or found["m2"]).lower()]
    year = found["y"] or found["y2"]
    number = int(year) if year else _spelt(found["spelt"] or "")
    return _day(number, month, int(found["d"] or found["d2"]))


def _numeric(first: int, second: int, year: int, jurisdiction: str) -> dt.date | None:
    if first > 12 or first == second:
        return _day(year, second, first)
    if second > 12:
        return _day(year, first, second)
    if not jurisdiction:
        return None
    american = jurisdiction.startswith("us")
    return _day(year, first, second) if american else _day(year, second, first)


def _spelt(words: str) -> int:
    """The year of `two thousand and …`; 0 if the words are no number below forty."""
    value = 2000
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "thirty":
            value += 30
        elif word in _ONES:
            value += _ONES.index(word) + 1
        else:
            return 0
    return value


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
