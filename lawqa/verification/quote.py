"""Where quoted words stand in a text: one contiguous run, as they are or but for typography. Pure.

An ellipsis may join runs of one sentence only, and only over words that change nothing: what it leaves out may hold
no negation, exception, condition or modal verb. Anything less certain is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lawqa.types import Quote, QuoteMatch
from lawqa.verification.clauses import sentences
from lawqa.verification.lexicon import DECISIVE
from lawqa.verification.words import FOLD, read_words

NOT_FOUND = Quote(match=QuoteMatch.NOT_FOUND)
ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|…|\.\s?\.\s?\.(?:\s?\.)?|\*\s?\*\s?\*)\s*")
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
SUBDIVISION = re.compile(r"(?:^|[;:,.]|\b(?:and|or))\s*\(\w{1,4}\)\s")
LONGEST_GAP = 400  # characters that an ellipsis may leave out
LONGEST_QUOTE = 20_000
MOST_TRIES = 2_000  # occurrences that are looked at before giving up
MOST_STARTS = 40  # places where a quote with ellipses may begin
SHORTEST_RUN = 2  # words on either side of an ellipsis
LINE_BREAK = re.compile(r"[-\u2010\u00ad][ \t]*\r?\n\s*(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Key:
    """A text without its typography; `places[i]` is the offset of key character i in the original.

    Hyphens inside words are left out: `hyphens` holds where one stood in the key, `soft` where it ended a line and
    may be the printer's.
    """

    text: str
    places: list[int]
    hyphens: set[int]
    soft: set[int]


def find_quote(quote: str, text: str) -> Quote:
    """Find the quoted words; offsets are characters of `text`."""
    quote = quote.strip()
    if not quote or len(quote) > LONGEST_QUOTE:
        return NOT_FOUND
    start = next(_occurrences(quote, text, 0), None)
    if start is not None:
        return Quote(match=QuoteMatch.EXACT, start=start, end=start + len(quote), text=quote)
    key = _key_of(text)
    span = _find_run(quote, key, 0)
    if span is None:
        span = _find_elided(quote, text, key)
    if span is None:
        return NOT_FOUND
    return Quote(match=QuoteMatch.NORMALISED, start=span[0], end=span[1], text=text[span[0] : span[1]])


@lru_cache(maxsize=16)
def _key_of(text: str) -> Key:
    """Kept, as the quotes of one answer, or of one text, are looked for in the same few sections."""
    return read_key(text)


def read_key(text: str) -> Key:
    """The text as it is compared: see `Key`."""
    broken = {match.start() for match in LINE_BREAK.finditer(text)}
    skip = {i for match in LINE_BREAK.finditer(text) for i in range(match.start() + 1, match.end())}
    chars: list[str] = []
    places: list[int] = []
    hyphens: set[int] = set()
    for place, char in enumerate(text):
        if place in skip:
            continue
        plain = _plain(char)
        if plain == "-" and chars and chars[-1].isalnum():
            hyphens.add(len(chars))
            continue
        if plain == " " and (not chars or chars[-1] in " ("):
            continue
        if plain and plain in ",.;:)" and chars and chars[-1] == " ":
            chars.pop(), places.pop()
        chars += plain
        places += [place] * len(plain)
    soft = {i for i in hyphens if _hyphen_place(places, i, text) in broken}
    return Key("".join(chars), places, hyphens, soft)


def _hyphen_place(places: list[int], index: int, text: str) -> int:
    """The offset of the hyphen that stood before key character `index`."""
    place = places[index - 1] + 1
    while place < len(text) and _plain(text[place]) == "" and text[place] != "\u00ad":
        place += 1
    return place


def _plain(char: str) -> str:
    if char < "\x7f":
        return char if char > " " else (" " if char.isspace() else "")
    if char in LIGATURES:
        return LIGATURES[char]
    if char.isspace():
        return " "
    folded = char.translate(FOLD)
    if not folded or unicodedata.category(char) in {"Cf", "Cc"}:
        return ""
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    return unicodedata.normalize("NFD", folded)


def _find_run(run: str, key: Key, begin: int) -> tuple[int, int] | None:
    """Offsets in the original of one contiguous run, searched from key offset `begin`."""
    found = _find_in_key(run, key, begin)
    return (key.places[found[0]], key.places[found[1] - 1] + 1) if found else None


def _find_in_key(run: str, key: Key, begin: int) -> tuple[int, int] | None:
    wanted = read_key(run)
    needle = wanted.text.strip()
    shift = len(wanted.text) - len(wanted.text.lstrip())
    if not any(char.isalnum() for char in needle):
        return None
    # Only the first letter may change case: a sentence quoted inside another one begins with a small letter.
    for form in dict.fromkeys((needle, needle[0].swapcase() + needle[1:])):
        for at in _occurrences(form, key.text, begin):
            if _same_hyphens(wanted, key, at - shift, at, at + len(form)):
                return at, at + len(form)
    return None


def _occurrences(wanted: str, text: str, begin: int) -> Iterator[int]:
    """Where `wanted` stands in a text as whole words."""
    at = text.find(wanted, begin)
    for _ in range(MOST_TRIES):
        if at < 0:
            return
        if _whole_words(text, at, at + len(wanted)):
            yield at
        at = text.find(wanted, at + 1)


def _same_hyphens(wanted: Key, key: Key, shift: int, start: int, end: int) -> bool:
    """Hyphens must agree, but for those that end a line on either side."""
    if not wanted.hyphens and not key.hyphens:
        return True
    ours = {i + shift for i in wanted.hyphens}
    soft = {i + shift for i in wanted.soft} | key.soft
    theirs = {i for i in key.hyphens if start < i < end}
    return {i for i in ours ^ theirs if start < i < end} <= soft


def _whole_words(text: str, start: int, end: int) -> bool:
    """A run starts and ends with whole words and numbers: `§ 823` is not found in `§ 1823`."""
    opens = start == 0 or not (text[start].isalnum() and text[start - 1].isalnum())
    closes = end >= len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    return opens and closes


def _find_elided(quote: str, text: str, key: Key) -> tuple[int, int] | None:
    """Offsets from the first to the last run of a quote with ellipses, if each gap is harmless."""
    runs = [run for run in ELLIPSIS.split(quote) if any(char.isalnum() for char in run)]
    if (
        not runs
        or (len(runs) == 1 and runs[0] == quote)
        or any(len(run.split()) < SHORTEST_RUN for run in runs)
    ):
        return None
    first = _find_in_key(runs[0], key, 0)
    for _ in range(MOST_STARTS):
        if first is None:
            return None
        last = _follow(runs[1:], first, text, key)
        if last is not None:
            return key.places[first[0]], key.places[last - 1] + 1
        first = _find_in_key(runs[0], key, first[0] + 1)
    return None


def _follow(runs: list[str], found: tuple[int, int], text: str, key: Key) -> int | None:
    """The key offset where the last run ends; None if a run is missing or a gap hides something decisive."""
    end = found[1]
    for run in runs:
        after = _find_in_key(run, key, end)
        if after is None or not _harmless(text[key.places[end - 1] + 1 : key.places[after[0]]]):
            return None
        end = after[1]
    return end


def _harmless(gap: str) -> bool:
    if (
        len(gap) > LONGEST_GAP
        or "\n" in gap
        or SUBDIVISION.search(gap)
        or len(sentences(f"x {gap.strip()} X")) > 1
    ):
        return False
    return not any(word.text in DECISIVE or word.text.endswith("n't") for word in read_words(gap))
