"""Numbers as law writes them, in digits and in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lawqa.verification.words import fold

TOKEN = re.compile(
    r"\d+,\d{1,2}(?=\s?%)|10\^\d{1,3}|\d+(?:,\d{3})*(?:\.\d+)?|[a-z]+(?:'[a-z]+)?|[$€£§%^/()-]|[.;:,]"
)
SPACED_THOUSANDS = re.compile(r"(?<![\d.])(\d{1,3}) (?=\d{3}(?:\D|$))")
DECIMAL_COMMA = re.compile(r",(?=\d{1,2}$)")
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
TIMES = {
    "twice": 2.0,
    "twofold": 2.0,
    "double": 2.0,
    "doubled": 2.0,
    "thrice": 3.0,
    "threefold": 3.0,
} | dict.fromkeys(("triple", "tripled", "treble", "trebled"), 3.0)
PART_OF_A_WHOLE = FRACTIONS | {"third": 1 / 3, "fourth": 1 / 4, "fifth": 1 / 5}
PERIODS = frozenset("minute hour day week workweek fortnight month year decade".split())
BEFORE_A_PERIOD = frozenset("within than after of for least most exceed exceeding over under".split())
LARGEST_POWER = 300


def tokenize(text: str) -> list[str]:
    """The words, numbers and signs of a text, folded; thousands set apart by spaces are joined."""
    folded = SPACED_THOUSANDS.sub(r"\1,", SPACED_THOUSANDS.sub(r"\1,", fold(text)))
    return TOKEN.findall(POWER.sub(r"10^\1", folded))


def read_value(tokens: Sequence[str], at: int) -> tuple[float, int]:
    """The number that starts at a token, and the place behind it; the same place if none does."""
    word = tokens[at]
    if word[0].isdigit():
        return _read_digits(tokens, at)
    if word in UNITS or word in TENS or word in MULTIPLES:
        return _read_number_words(tokens, at)
    if word in TIMES or word == "half":
        return TIMES.get(word, 0.5), at + 1
    return _read_article(tokens, at) if word in ("a", "an") else (0.0, at)


def _read_digits(tokens: Sequence[str], at: int) -> tuple[float, int]:
    """`1,500`, `2.5 million`, `10^25`, and the `10 25` that a lost superscript leaves."""
    mantissa, _, power = tokens[at].partition("^")
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if power:
        return 10.0 ** min(int(power), LARGEST_POWER), at + 1
    if mantissa == "10" and following.isdigit() and len(following) == 2:
        return 10.0 ** int(following), at + 2
    digits = DECIMAL_COMMA.sub(".", mantissa).replace(",", "")
    value, after = float(digits) if len(digits) < LARGEST_POWER else float("inf"), at + 1
    while after < len(tokens) and tokens[after] in MULTIPLES:
        value *= MULTIPLES[tokens[after]]
        after += 1
    return value, after


def _read_article(tokens: Sequence[str], at: int) -> tuple[float, int]:
    """`within a month` is one month, `a hundred` one hundred."""
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if following in MULTIPLES:
        return _read_number_words(tokens, at + 1)
    counts = singular(following) in PERIODS and at > 0 and tokens[at - 1] in BEFORE_A_PERIOD
    return (1.0, at + 1) if counts else (0.0, at)


def _read_number_words(tokens: Sequence[str], at: int) -> tuple[float, int]:
    """`one hundred and fifty thousand` is 150,000; `two-thirds` a part, `one and a half` a number and a part."""
    total = current = 0.0
    while at < len(tokens):
        word = tokens[at]
        if word in UNITS or word in TENS:
            current += UNITS.get(word, 0) + TENS.get(word, 0)
        elif word in MULTIPLES:
            current = (current or 1) * MULTIPLES[word]
            total, current = (total + current, 0.0) if current >= 1000 else (total, current)
        elif not _continues(tokens, at):
            break
        at += 1
    return _read_part(tokens, total + current, at)


def _read_part(tokens: Sequence[str], value: float, at: int) -> tuple[float, int]:
    """The fraction behind a whole number: its multiple, or, behind `and`, what is added to it."""
    skip = at + 1 if tokens[at : at + 1] == ["-"] else at
    if skip < len(tokens) and tokens[skip] in PART_OF_A_WHOLE:
        return value * PART_OF_A_WHOLE[tokens[skip]], skip + 1
    added = [word for word in tokens[at : at + 4] if word != "-"]
    if added[:1] == ["and"] and added[1:2] in (["a"], ["one"]) and added[2:3] == ["half"]:
        return value + 0.5, at + (3 if "-" not in tokens[at : at + 4] else 4)
    return value, at


def _continues(tokens: Sequence[str], at: int) -> bool:
    """Whether a hyphen or `and` inside number words joins them: `twenty-four`, `one hundred and five`."""
    if at == 0 or at + 1 >= len(tokens):
        return False
    before, following = tokens[at - 1], tokens[at + 1]
    if tokens[at] == "and":
        return before in MULTIPLES and (following in UNITS or following in TENS)
    return tokens[at] == "-" and ((before in TENS and following in UNITS) or following in MULTIPLES)


def singular(word: str) -> str:
    """A unit without its plural s."""
    return word[:-1] if word.endswith("s") and len(word) > 3 else word
