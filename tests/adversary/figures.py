"""Wrong figures: numbers, money, periods, dates, references, and the side from which they bound."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.adversary.law import Change

WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty "
    "thirty forty fifty sixty seventy eighty ninety"
).split()
ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth twelfth".split()
MONTHS = ("January February March April May June July August September October November December").split()
UNITS = "hours days weeks months years".split()
NUMBER = re.compile(r"(?<![\w.,/(§-])\d[\d,]*(?: 000)*(?:\.\d+)?(?![\w/(-]|[.,]\d)")
REFERENCE = re.compile(
    r"(?:articles?|sections?|paragraphs?|points?|§+|clauses?|chapter|title|part|rules?|annex|schedule|no\.?|directive|regulation|"
    r"subsections?|subparagraphs?|U\.\s?S\.\s?C\.|stat\.|form|entry|list|act|order|code|item|and|or|to)\s*,?\s*$",
    re.IGNORECASE,
)
CITED = re.compile(
    r"\b(?:Article|Articles|section|Section|paragraph|Paragraph|clause|Clause) (\d{1,4})\b(?![\w.,/-]\d)"
)
WORD = re.compile(rf"\b(?:{'|'.join(WORDS)})\b(?!-)", re.IGNORECASE)
ORDINAL = re.compile(rf"\b(?:{'|'.join(ORDINALS)})\b")
MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b(?= \d|,? (?:of|in) )|(?<=\d )(?:{'|'.join(MONTHS)})\b")
UNIT = re.compile(
    rf"\b(?P<count>\d+|{'|'.join(WORDS)}|one) (?P<unit>{'|'.join(u[:-1] for u in UNITS)})(?P<s>s?)\b"
)
BOUNDS = (
    ("at least", "at most"), ("not less than", "not more than"), ("no less than", "no more than"),
    ("not more than", "not less than"), ("no more than", "no less than"), ("not later than", "not earlier than"),
    ("no later than", "no earlier than"), ("more than", "less than"), ("less than", "more than"),
    ("not exceeding", "not less than"), ("at the latest", "at the earliest"), ("up to", "at least"),
)  # fmt: skip


def wrong_figures(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """Figures of a sentence changed to values that the section does not have."""
    yield from _digits(sentence, section, rng)
    yield from _listed("number in words", WORD, WORDS, sentence, section, rng)
    yield from _listed("number in words", ORDINAL, ORDINALS, sentence, section, rng)
    yield from _listed("date", MONTH, MONTHS, sentence, section, rng)
    yield from _periods(sentence, section, rng)
    yield from _references(sentence, section, rng)
    for law, wrong in BOUNDS:
        for found in re.finditer(rf"\b{law}\b(?= (?:\w+ ){{0,2}}(?:\d|{'|'.join(WORDS)}))", sentence):
            yield Change("bound", found.start(), found.end(), wrong)


def other_figures(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """A figure of a sentence changed to one that stands in another sentence of the section."""
    elsewhere = [
        match[0] for match in NUMBER.finditer(section.replace(sentence, "")) if _counts(section, match)
    ]
    for found in NUMBER.finditer(sentence):
        others = sorted({one for one in elsewhere if one not in sentence and len(one) == len(found[0])})
        if _counts(sentence, found) and others:
            yield Change("figure of another sentence", found.start(), found.end(), rng.choice(others))


def _counts(text: str, found: re.Match[str]) -> bool:
    """Whether a number counts something, rather than names a provision or an act."""
    return not REFERENCE.search(text[max(0, found.start() - 24) : found.start()]) and found[0] != "1"


def _digits(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    for found in NUMBER.finditer(sentence):
        if not _counts(sentence, found):
            continue
        new = _another(found[0], rng)
        before, after = sentence[: found.start()].rstrip(), sentence[found.end() :].lstrip()
        money = before.endswith(("$", "€", "EUR", "£")) or after.startswith(("euro", "dollar", "rupee"))
        year = re.fullmatch(r"1[789]\d\d|20\d\d", found[0]) is not None
        dated = year or before.endswith(tuple(MONTHS)) or after.startswith(tuple(MONTHS))
        if not re.search(rf"(?<![\d]){re.escape(new)}(?!\d)", section):
            yield Change("money" if money else "date" if dated else "number", found.start(), found.end(), new)


def _another(number: str, rng: random.Random) -> str:
    """Another number of the same look: its first digit is another."""
    first = rng.choice([digit for digit in "123456789" if digit != number[0]])
    if re.fullmatch(r"1[789]\d\d|20\d\d", number):
        return str(int(number) + rng.choice((-7, -3, 2, 4, 9)))
    if len(number) < 3 and number.isdigit() and int(number) <= 31:
        return str(rng.choice([n for n in range(2, 32) if n != int(number)]))
    return first + number[1:]


def _listed(
    kind: str, pattern: re.Pattern[str], words: list[str], sentence: str, section: str, rng: random.Random
) -> Iterator[Change]:
    free = [word for word in words if not re.search(rf"\b{word}\b", section, re.IGNORECASE) and word != "May"]
    for found in pattern.finditer(sentence):
        if free:
            yield Change(kind, found.start(), found.end(), rng.choice(free))


def _periods(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    for found in UNIT.finditer(sentence):
        free = [unit[:-1] for unit in UNITS if f"{found['count']} {unit[:-1]}" not in section]
        if free:
            yield Change("period", found.start("unit"), found.end("unit"), rng.choice(free))


def _references(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """A provision that the sentence refers to, changed to one that the section never names."""
    for found in CITED.finditer(sentence):
        new = str(int(found[1]) + rng.choice((3, 11, 40)))
        if not re.search(rf"(?<!\d){new}(?!\d)", section):
            yield Change("reference", found.start(1), found.end(1), new)
