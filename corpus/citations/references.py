"""References to numbered places, without the instrument's name: `§§ 107-108, 110`, `Article 6(1), point (f)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ITEMS = 40
"""Numbers read from one list; longer ones are no citation that a person wrote."""
WIDEST_RANGE = 25

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: value for value, word in enumerate(_UNITS, start=1)}
_WORDS |= {ten: 10 * place for place, ten in enumerate(_TENS, start=2)}
_WORDS |= {f"{ten}-{unit}": _WORDS[ten] + _WORDS[unit] for ten in _TENS for unit in _UNITS[:9]}

# A number is read whole or not at all: no digit, letter or decimal may follow it, so 823 never meets 1823.
NUMBER = (
    r"[0-9]{1,5}(?!(?:st|nd|rd|th)\b)[A-Za-z]{0,3}(?:[-.][0-9]{1,5}[A-Za-z]{0,3}){0,3}(?:-[A-Z]{1,2})?"
    r"(?!\w|[-.:/][0-9]|%)"
)
_NUMBER = re.compile(NUMBER)
_ROMAN = re.compile(r"[IVXLC]{1,7}(?!\w)")
_WORD = re.compile(
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[:9])}))?|{'|'.join(reversed(_UNITS))})(?!\w)",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"(?P<section>§(?:\s?§)?|(?<![\w.'-])(?:sections?(?=\s)|(?:sect|sec)s?(?:\.|(?=\s))))"
    r"|(?<![\w.'-])(?:(?P<article>articles?|arts?\.?)|(?P<rule>rules?)|(?P<recital>recitals?)|(?P<annex>annex(?:es)?)"
    r"|(?P<preamble>preamble(?=\s))|(?P<regulation>regulations?|regs?\.?)|(?P<clause>clauses?|cls?\.?)"
    r"|(?P<schedule>schedule|sch\.?)"
    r"|(?P<short>(?-i:ss?)\.?))(?=[\s0-9])",
    re.IGNORECASE,
)
_GAP = re.compile(r"\s{0,3}")
_PIN = re.compile(r"\s?\(\s?([A-Za-z0-9]{1,5})\s?\)")
_BEFORE_PIN = frozenset("(, \t\n\u2028")
_WORDED_PIN = re.compile(
    r",?\s{1,2}(?:subsections?|(?:sub-?)?(?:point|paragraph|para|clause)s?\.?|letter|lit\.?|Abs\.?)"
    r"\s{0,2}(?:\(\s?([A-Za-z0-9]{1,5})\s?\)|([0-9]{1,3}|(?-i:[a-z]))(?![\w(-]))",
    re.IGNORECASE,
)
# `(a) and (b)`: one citation points at one place, the first; the others belong to what was written.
_MORE_PINS = re.compile(
    r"(?:\s{0,2}(?:,|,?\s?(?:and|or)|to|-)\s{0,2}\((?:[a-zA-Z]|[0-9]{1,2}|[ivx]{2,4})\)(?:\([a-z0-9]{1,3}\)){0,3}){1,12}"
)
_PIN_BEFORE = re.compile(
    r"(?<!\w)(?:subsection|(?:sub-?)?(?:point|paragraph|para|clause)\.?|letter|lit\.?)"
    r"\s{1,2}(?:\(\s?([A-Za-z0-9]{1,5})\s?\)|([0-9]{1,3}|[a-z]))\s{1,2}(?:of|in)\s{1,2}$",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s{0,2}(?P<word>,\s{0,2}(?:and|or|&)(?![a-z])|[,;]|(?:and|or|to|through)(?![a-z])|&|-)\s{0,2}(?:§{1,2}\s?)?",
    re.IGNORECASE,
)
# `Article 14, 19 and 21 of the Constitution`: a list after all, for the instrument follows it.
_SINGULAR_LIST = re.compile(
    rf"(?:,\s?{NUMBER}(?:\(\w{{1,5}}\)){{0,4}}){{1,20}},?\s(?:and|or|&)\s{NUMBER}(?:\(\w{{1,5}}\)){{0,4}}"
    r"(?=\s(?:of|in|under)\s|\s[A-Z]{2})"
)
_AFTER_SINGULAR_LIST = re.compile(r"\s{0,2}(?:[.;:?!)]|$|(?:of|in|under)\s|[A-Z]{2})")
_PARAGRAPH = re.compile(
    r",?\s{1,2}(?:paragraph|para\.?)\s{1,2}(?P<number>[0-9]{1,3}[A-Z]{0,2})(?![\w-])", re.IGNORECASE
)
_ROMAN_NUMERAL = re.compile(r"(?:x{0,3}(?:ix|iv|v?i{0,3}))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One number of a reference with the subdivisions behind it; offsets into the folded text."""

    start: int
    end: int
    number: str
    pin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """`items` in the order written. `weak`: a citation only beside an instrument's name."""

    start: int
    end: int
    kind: str
    items: tuple[Item, ...]
    weak: bool = False


def is_pin(word: str) -> bool:
    """Whether `(word)` after a number is a subdivision: `1`, `a`, `aa`, `iv`, `B`, and not `EU`, `of` or a year."""
    if word.isdigit():
        return len(word) <= 3
    if len(word) == 1 or (len(word) == 2 and word[0] == word[1]):
        return word.isalpha()
    return bool(_ROMAN_NUMERAL.fullmatch(word))


def find_references(text: str) -> Iterator[Reference]:
    """References of a folded text from left to right; they do not overlap."""
    done = 0
    for sign in _SIGN.finditer(text):
        if sign.start() < done:
            continue
        reference = _read(text, sign)
        if reference is not None:
            done = reference.end
            yield reference


def read_items(text: str, place: int, *, plural: bool) -> tuple[Item, ...]:
    """The numbers that stand at a place, with their subdivisions: empty if none does."""
    first = _read_item(text, place)
    if first is None:
        return ()
    plural = plural or (text.startswith(",", first.end) and bool(_SINGULAR_LIST.match(text, first.end)))
    items = _expand(first, plural=plural)
    while len(items) < MOST_ITEMS:
        more = _read_next(text, items[-1], plural=plural)
        if not more:
            break
        items.extend(more)
    return tuple(items)


def _read(text: str, sign: re.Match[str]) -> Reference | None:
    kind = str(sign.lastgroup)
    if kind == "preamble":
        item = Item(sign.start(), sign.end(), "Preamble")
        return Reference(sign.start(), sign.end(), kind, (item,), weak=True)
    if kind == "schedule":
        return _read_schedule(text, sign)
    written = sign.group().lower()
    plural = written.count("§") > 1 or written.rstrip(".").endswith("s")
    gap = _GAP.match(text, sign.end())
    place = gap.end() if gap else sign.end()
    items = read_items(text, place, plural=plural)
    weak = kind in {"short", "regulation", "clause"} or (kind == "rule" and bool(items) and not items[0].pin)
    if not items:
        items, weak = _read_unusual(text, place, sign)
    if not items:
        return None
    start, items = _with_pins_before(text, sign.start(), items)
    if kind in {"recital", "annex"}:
        items = tuple(Item(it.start, it.end, f"{kind.title()} {it.number}", it.pin) for it in items)
    return Reference(start, items[-1].end, kind, items, weak)


def _read_schedule(text: str, sign: re.Match[str]) -> Reference | None:
    """`Schedule 1 para. 3`, which has a label of its own; a schedule alone is a part of its instrument."""
    number = re.compile(r"\s{0,2}([0-9]{1,2})(?!\w)").match(text, sign.end())
    paragraph = _PARAGRAPH.match(text, number.end()) if number else None
    if not number or not paragraph:
        return None
    pin, end = _read_pins(text, paragraph.end())
    item = Item(number.start(1), end, f"Schedule {number[1]} para. {paragraph['number']}", pin)
    return Reference(sign.start(), end, "schedule", (item,), weak=True)


def _read_unusual(text: str, place: int, sign: re.Match[str]) -> tuple[tuple[Item, ...], bool]:
    """Numbers in words or in Roman figures. Roman ones are weak: `Article I` may begin a clause about me."""
    if "§" in sign.group() or sign.lastgroup in {"short", "regulation", "clause"}:
        return (), False
    if word := _WORD.match(text, place):
        number = str(_WORDS[word.group().lower().replace(" ", "-")])
        pin, end = _read_pins(text, word.end())
        return (Item(place, end, number, pin),), False
    roman = _ROMAN.match(text, place)
    if roman and sign.lastgroup in {"article", "annex"} and sign.group()[0].isupper():
        return (Item(place, roman.end(), roman.group()),), sign.lastgroup == "article"
    return (), False


def _read_item(text: str, place: int) -> Item | None:
    match = _NUMBER.match(text, place)
    if not match:
        return None
    pin, end = _read_pins(text, match.end())
    return Item(place, end, match.group(), pin)


def _read_pins(text: str, place: int) -> tuple[tuple[str, ...], int]:
    pins: list[str] = []
    while len(pins) < 8 and text[place : place + 1] in _BEFORE_PIN:
        match = _PIN.match(text, place) or _WORDED_PIN.match(text, place)
        word = next(filter(None, match.groups()), "") if match else ""
        if not match or not is_pin(word):
            break
        pins.append(word)
        place = match.end()
    more = _MORE_PINS.match(text, place) if pins else None
    return tuple(pins), more.end() if more else place


def _with_pins_before(text: str, start: int, items: tuple[Item, ...]) -> tuple[int, tuple[Item, ...]]:
    """`point (f) of paragraph 1 of Article 6`: innermost first as written, outermost first in the pin."""
    before: list[str] = []
    while len(before) < 3 and text[max(0, start - 6) : start].rstrip()[-2:].lower() in {"of", "in"}:
        match = _PIN_BEFORE.search(text[max(0, start - 40) : start])
        word = next(filter(None, match.groups()), "") if match else ""
        if not match or not is_pin(word):
            break
        before.append(word)
        start -= len(match.group())
    if before and len(items) == 1:
        only = items[0]
        items = (Item(only.start, only.end, only.number, (*only.pin, *before)),)
    return start, items


def _read_next(text: str, last: Item, *, plural: bool) -> list[Item]:
    joint = _JOINT.match(text, last.end)
    item = _read_item(text, joint.end()) if joint else None
    if not joint or not item:
        return []
    word = joint["word"].lower()
    if not plural and (word not in {"and", "or", "&"} or not _AFTER_SINGULAR_LIST.match(text, item.end)):
        return []
    if word in {"to", "through", "-"}:
        between = _between(last.number, item.number)
        return [Item(last.start, item.end, number) for number in between] + [item]
    return _expand(item, plural=plural)


def _expand(item: Item, *, plural: bool) -> list[Item]:
    """`107-108` after `§§` is a range, `2000e-2` is one number."""
    first, dash, last = item.number.partition("-")
    if not plural or not dash or item.pin:
        return [item]
    if first.isdigit() and last.isdigit():
        # 107-08 is short for 107-108.
        last = first[: len(first) - len(last)] + last
        if int(last) > int(first):
            numbers = [first, *_between(first, last), last]
            return [Item(item.start, item.end, number) for number in numbers]
    elif len(last) > 2 and last[:2].isdigit() and not first.isdigit():
        return [Item(item.start, item.end, first), Item(item.start, item.end, last)]
    return [item]


def _between(first: str, last: str) -> list[str]:
    if not (first.isdigit() and last.isdigit()) or int(last) - int(first) > WIDEST_RANGE:
        return []
    return [str(number) for number in range(int(first) + 1, int(last))]
