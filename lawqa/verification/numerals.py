"""Numbers as law writes them, in digits and in words, read into figures. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lawqa.verification.words import fold

TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[a-z]+(?:'[a-z]+)?|[$€£§%^/()-]|[.;:,]")
SPACED_THOUSANDS = re.compile(r"(?<![\d.])(\d{1,3}) (?=\d{3}(?:\D|$))")
POWER = re.compile(r"\b10\s?\(?\^\s?\(?(\d{1,3})\)?")

UNITS = dict(
    zip(
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen""".split(),
        range(1, 20),
        strict=True,
    )
)
TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
MULTIPLES = {
    "hundred": 100.0,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        """second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
        sixteenth seventeenth eighteenth nineteenth twentieth""".split(),
        start=2,
    )
}
FRACTIONS = {"half": 1 / 2, "quarter": 1 / 4, "quarters": 1 / 4, "thirds": 1 / 3, "fifths": 1 / 5}
TIMES = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "triple": 3.0, "treble": 3.0, "trebled": 3.0}
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
    "month": ("month", 1.0),
    "year": ("month", 12.0),
    "decade": ("month", 120.0),
}
MONEY = frozenset("$ € £ dollar eur euro usd gbp pound cent rupee".split())
PERCENT = frozenset(("%", "percent", "percentum"))
REFERENCES = frozenset(
    """section sections sec § article articles art arts paragraph paragraphs para subparagraph subparagraphs chapter
    chapters title titles part parts rule rules subsection subsections subchapter point points annex annexes directive
    regulation clause clauses subclause schedule no nos item list entry division order u.s.c usc stat form""".split()
)


class Kind(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    ORDINAL = "ordinal"
    YEAR = "year"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts; `at` and `after` are the places of its first token and of the token behind it."""

    kind: Kind
    value: float
    unit: str
    text: str
    at: int
    after: int


def tokenize(text: str) -> list[str]:
    """The words, numbers and signs of a text, folded; thousands set apart by spaces are joined."""
    return TOKEN.findall(
        POWER.sub(r"1e\1", SPACED_THOUSANDS.sub(r"\1,", SPACED_THOUSANDS.sub(r"\1,", fold(text))))
    )


def read_figures(tokens: list[str]) -> list[Figure]:
    """The figures among the tokens, in order."""
    found: list[Figure] = []
    at = 0
    while at < len(tokens):
        value, after = _read_value(tokens, at)
        if after == at:
            at += 1
            continue
        figure = _classify(tokens, value, at, after, found[-1] if found else None)
        if figure is not None:
            found.append(figure)
        at = max(after, figure.after if figure else after)
    return found


def _read_value(tokens: list[str], at: int) -> tuple[float, int]:
    """The number that starts at a token, and the place behind it; the same place if none does."""
    token = tokens[at]
    if token[0].isdigit():
        value, after = _number(token), at + 1
        if after + 1 < len(tokens) and tokens[after] == "e" and tokens[after + 1][0].isdigit():
            return 10.0 ** min(_number(tokens[after + 1]), 300), after + 2
        return _multiplied(tokens, value, after)
    if token in UNITS or token in TENS or token in MULTIPLES:
        return _read_number_words(tokens, at)
    if token in TIMES or token == "half":
        return TIMES.get(token, 0.5), at + 1
    if token in ("a", "an") and at + 1 < len(tokens):
        if _singular(tokens[at + 1]) in DURATIONS and at and tokens[at - 1] in _BEFORE_A_DURATION:
            return 1.0, at + 1
        if tokens[at + 1] in MULTIPLES:
            return _read_number_words(tokens, at + 1)
    return 0.0, at


_BEFORE_A_DURATION = frozenset("within than after of for least most exceed exceeding over under".split())


def _number(token: str) -> float:
    digits = token.replace(",", "")
    return float(digits) if len(digits) < 300 else float("inf")


def _multiplied(tokens: list[str], value: float, after: int) -> tuple[float, int]:
    while after < len(tokens) and tokens[after] in MULTIPLES:
        value *= MULTIPLES[tokens[after]]
        after += 1
    return value, after


def _read_number_words(tokens: list[str], at: int) -> tuple[float, int]:
    """`one hundred and fifty thousand` is 150,000; `two-thirds` is a fraction."""
    total = current = 0.0
    while at < len(tokens):
        token = tokens[at]
        if token in UNITS or token in TENS:
            current += UNITS.get(token, 0) + TENS.get(token, 0)
        elif token in MULTIPLES:
            current = (current or 1) * MULTIPLES[token]
            if current >= 1000:
                total, current = total + current, 0.0
        elif not (token in ("-", "and") and current and at + 1 < len(tokens) and _continues(tokens, at)):
            break
        at += 1
    skip = at + 1 if at < len(tokens) and tokens[at] == "-" else at
    if skip < len(tokens) and tokens[skip] in FRACTIONS | {"third": 1 / 3, "fourth": 1 / 4, "fifth": 1 / 5}:
        return (total + current) * (FRACTIONS.get(tokens[skip]) or 1 / ORDINALS[tokens[skip]]), skip + 1
    return total + current, at


def _continues(tokens: list[str], at: int) -> bool:
    """Whether a hyphen or `and` inside number words joins them: `twenty-four`, `one hundred and five`."""
    following = tokens[at + 1]
    if tokens[at] == "and":
        return tokens[at - 1] in MULTIPLES and (following in UNITS or following in TENS)
    return (tokens[at - 1] in TENS and following in UNITS) or following in MULTIPLES


def _singular(token: str) -> str:
    return token[:-1] if token.endswith("s") and len(token) > 3 else token


def _classify(tokens: list[str], value: float, at: int, after: int, last: Figure | None) -> Figure | None:
    before = tokens[at - 1] if at else ""
    text = " ".join(tokens[at:after])
    if before in MONEY:
        return Figure(Kind.MONEY, value, "", f"{before}{text}", at, after)
    behind = tokens[after : after + 3]
    unit = [_singular(token) for token in behind if token not in ("-", "(", ")", ",")]
    if behind and behind[0] in ("st", "nd", "rd", "th"):
        return Figure(Kind.ORDINAL, value, "", text + behind[0], at, after + 1)
    if _is_reference(tokens, at, last):
        return Figure(Kind.REFERENCE, value, "", text, at, after)
    if unit and (unit[0] in PERCENT or unit[:2] == ["per", "centum"] or unit[:2] == ["per", "cent"]):
        return Figure(Kind.PERCENT, value, "", f"{text} %", at, after + 1)
    if unit and unit[0] in MONEY:
        return Figure(Kind.MONEY, value, "", f"{text} {unit[0]}", at, after + 1)
    period = next((word for word in unit[:2] if word in DURATIONS), None)
    if period:
        base, factor = DURATIONS[period]
        return Figure(Kind.DURATION, value * factor, base, f"{text} {period}", at, after + 1)
    return _bare(tokens, value, at, after, text)


def _bare(tokens: list[str], value: float, at: int, after: int, text: str) -> Figure | None:
    """A number without a unit: a year, a count, or nothing that can be compared (`one` as a pronoun, `1.`)."""
    if value == 1 and tokens[at] == "one":
        return None
    enumerator = tokens[at - 1 : at] in (["("], []) and tokens[after : after + 1] in ([")"], ["."])
    if enumerator:
        return None
    year = tokens[at].isdigit() and len(tokens[at]) == 4 and 1700 <= value <= 2200
    unit = tokens[after] if after < len(tokens) and tokens[after].isalpha() else ""
    return Figure(Kind.YEAR if year else Kind.NUMBER, value, unit, text, at, after)


def _is_reference(tokens: list[str], at: int, last: Figure | None) -> bool:
    """A number that names a provision, or continues a list of such numbers."""
    if at and tokens[at - 1] in REFERENCES:
        return True
    if at and tokens[at - 1] == "/":
        return True
    if (
        at + 1 < len(tokens)
        and tokens[at + 1] == "/"
        and at + 2 < len(tokens)
        and tokens[at + 2][0].isdigit()
    ):
        return True
    if last is None or last.kind is not Kind.REFERENCE or at - last.after > 8:
        return False
    between = tokens[last.after : at]
    return all(
        token in {"and", "or", "to", "through", ",", "-", "(", ")"} or len(token) <= 2 for token in between
    )
