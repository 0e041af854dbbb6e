"""Figures of a text: numbers with what they count, periods in one unit, references apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lawqa.verification.numerals import ORDINALS, TIMES, read_value, singular
from lawqa.verification.words import FUNCTION_WORDS

MONTHS = {
    month: number
    for number, month in enumerate(
        "january february march april may june july august september october november december".split(),
        start=1,
    )
}
DURATIONS = {  # hours and months: what is not a whole multiple of the other stays different
    "minute": ("hour", 1 / 60),
    "hour": ("hour", 1.0),
    "day": ("hour", 24.0),
    "week": ("hour", 168.0),
    "fortnight": ("hour", 336.0),
    "workweek": ("hour", 168.0),
    "month": ("month", 1.0),
    "year": ("month", 12.0),
    "decade": ("month", 120.0),
}
MONEY = {
    **dict.fromkeys(("$", "dollar", "usd"), "dollar"),
    **dict.fromkeys(("€", "euro", "eur"), "euro"),
    **dict.fromkeys(("£", "pound", "gbp"), "pound"),
    **dict.fromkeys(("rupee", "inr"), "rupee"),
    "cent": "cent",
}
PERCENT = frozenset(("%", "percent", "percentum"))
REFERENCES = frozenset(
    """section sections sec § article articles art arts paragraph paragraphs para subparagraph subparagraphs chapter
    chapters title titles part parts rule rules subsection subsections subchapter point points annex annexes directive
    regulation clause clauses subclause schedule no nos item list entry division order u.s.c usc stat form""".split()
)
CHAIN = frozenset(("and", "or", "to", "through", ",", "-", "(", ")"))
LONGEST_CHAIN = 8  # tokens between two numbers of one list of references


class Kind(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    MULTIPLE = "multiple"
    ORDINAL = "ordinal"
    YEAR = "year"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts; `at` and `after` are the places of its first token and of the token behind it.

    The value of a period is in hours or in months (`unit`); `count` is the number as written, 14 of `14 years`.
    """

    kind: Kind
    value: float
    unit: str
    text: str
    at: int
    after: int
    count: float = 0.0


def read_figures(tokens: Sequence[str]) -> list[Figure]:
    """The figures among the tokens, in order."""
    found: list[Figure] = []
    at = 0
    while at < len(tokens):
        value, after = read_value(tokens, at)
        if after == at and tokens[at] in ORDINALS:
            found.append(Figure(Kind.ORDINAL, ORDINALS[tokens[at]], "", tokens[at], at, at + 1))
        elif after > at:
            figure = _classify(tokens, value, at, after, found[-1] if found else None)
            found += [figure] if figure else []
            after = figure.after if figure else after
        at = max(after, at + 1)
    return found


def _classify(tokens: Sequence[str], value: float, at: int, after: int, last: Figure | None) -> Figure | None:
    text = " ".join(tokens[at:after]).replace(" - ", "-")
    before = tokens[at - 1] if at else ""
    if before in MONEY:
        return Figure(Kind.MONEY, value, MONEY[before], f"{before} {text}", at, after)
    if tokens[after : after + 1] in (["st"], ["nd"], ["rd"], ["th"]):
        return Figure(Kind.ORDINAL, value, "", text + tokens[after], at, after + 1)
    if _is_reference(tokens, at, last):
        return Figure(Kind.REFERENCE, value, "", text, at, after)
    return _measured(tokens, value, at, after, text) or _bare(tokens, value, at, after, text)


def _measured(tokens: Sequence[str], value: float, at: int, after: int, text: str) -> Figure | None:
    """A number with its unit behind it: per cent, money, a period, a multiple."""
    unit = [singular(token) for token in tokens[after : after + 4] if token not in ("-", "(", ")", ",")]
    first = unit[0] if unit else ""
    if first in PERCENT or unit[:2] in (["per", "centum"], ["per", "cent"]):
        return Figure(Kind.PERCENT, value, "", f"{text} %", at, after + 1)
    if first in MONEY:
        return Figure(Kind.MONEY, value, MONEY[first], f"{text} {first}", at, after + 1)
    period = next((word for word in unit[:2] if word in DURATIONS), None)
    if period:
        base, factor = DURATIONS[period]
        return Figure(Kind.DURATION, value * factor, base, f"{text} {period}", at, after + 1, value)
    if first == "time" or (
        tokens[at] in TIMES and first in {"the", "a", "that", "what", "it", "their", "damage", "amount"}
    ):
        return Figure(Kind.MULTIPLE, value, "", text, at, after)
    return None


def _bare(tokens: Sequence[str], value: float, at: int, after: int, text: str) -> Figure | None:
    """A number without a unit: a year, a count, or nothing that can be compared (`one` as a pronoun, `(1)`)."""
    if (tokens[at] in ("one", "two") or tokens[at] in TIMES) and after == at + 1:
        return None
    if list(tokens[at - 1 : at]) in (["("], []) and list(tokens[after : after + 1]) in ([")"], ["."]):
        return None
    if tokens[after : after + 1] == ["."] and "".join(tokens[after + 1 : after + 2]).isalpha():
        return None  # the number of a paragraph
    year = tokens[at].isdigit() and len(tokens[at]) == 4 and 1700 <= value <= 2200
    following = "".join(tokens[after : after + 1])
    unit = following if following.isalpha() and following not in FUNCTION_WORDS else ""
    return Figure(Kind.YEAR if year else Kind.NUMBER, value, unit, text, at, after, value)


def _is_reference(tokens: Sequence[str], at: int, last: Figure | None) -> bool:
    """A number that names a provision, or continues a list of such numbers."""
    if not tokens[at][0].isdigit():
        return False
    if at and (tokens[at - 1] in REFERENCES or tokens[at - 1] == "/"):
        return True
    if tokens[at + 1 : at + 2] == ["/"] and "".join(tokens[at + 2 : at + 3])[:1].isdigit():
        return True
    if last is None or last.kind is not Kind.REFERENCE or at - last.after > LONGEST_CHAIN:
        return False
    return all(token in CHAIN or len(token) <= 2 for token in tokens[last.after : at])
