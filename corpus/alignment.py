"""A cleaned text laid against the raw text it was read from: which letter stands where. Pure.

Stretches that occur once in both are anchors, wherever they stand, so that columns in another order do no harm.
Anchors grow as far as both texts agree; what is left between two of them is compared letter by letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

ANCHOR = 12
"""Letters and digits of a stretch that says where it stands, if it occurs once in both texts."""
SHORT_ANCHOR = 6
"""The same, for texts that have no longer one in common: a few words broken by a footnote's mark."""
SURE = 30
"""Letters and digits of a run that is believed wherever it stands."""
LEAST_BLOCK = 3
"""Shorter agreements between anchors are chance, unless both gaps are small."""
MAX_PRODUCT = 200_000
"""Letters by letters; a larger gap between anchors is not compared: it holds another text."""
KEPT_SIGNS = frozenset("§¶%&")
ABSENT = -1


def folded(text: str) -> tuple[str, list[int]]:
    """The letters, digits and currency signs of a text, without case, accents and ligatures, and their offsets."""
    letters: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for letter in _fold(char):
            letters.append(letter)
            offsets.append(offset)
    return "".join(letters), offsets


@lru_cache(maxsize=65536)
def _fold(char: str) -> str:
    """What of a character is compared; nothing of spaces, hyphens, quotation marks and other punctuation."""
    whole = unicodedata.normalize("NFKD", char).casefold()
    return "".join(part for part in whole if part in KEPT_SIGNS or _is_compared(part))


def _is_compared(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LN" or category == "Sc"


class Run(NamedTuple):
    """A stretch that text and page have in common: where it begins in each, and how long it is."""

    at: int
    place: int
    length: int

    def leads_to(self, other: Run) -> bool:
        """Whether the other follows on the page as it does in the text, with no more between than a foot of a page."""
        between = other.place - self.place - self.length
        return 0 <= between <= _reach(other.at - self.at - self.length)


def align(text: str, page: str) -> list[int]:
    """For each character of a text its place on the page, or ABSENT. Both are folded."""
    matched = [ABSENT] * len(text)
    if not text or not page:
        return matched
    for run in _without_strays(_runs(text, page)):
        matched[run.at : run.at + run.length] = range(run.place, run.place + run.length)
    anchored = any(place != ABSENT for place in matched)
    for start, end in list(_gaps(matched)) if anchored else ():
        _fill(text, page, matched, start, end)
    return matched


def _runs(text: str, page: str) -> list[Run]:
    """Anchors, grown for as long as both agree, in the order of the text; of a text without any, its first likeness."""
    for size in (ANCHOR, SHORT_ANCHOR):
        runs: list[Run] = []
        taken = bytearray(len(text))
        for at, place in _anchors(text, page, min(size, len(text))):
            if not taken[at]:
                runs.append(_grown(text, page, at, place, taken))
        if runs:
            return sorted(runs)
    return _first_likeness(text, page)


def _without_strays(runs: list[Run]) -> list[Run]:
    """The runs without short ones that stand apart from their neighbours: the page says these words twice.

    Where its own words are broken by a line's end or a mark, a section can find them whole in another section.
    """
    kept = []
    for before, run, after in zip([None, *runs], runs, [*runs[1:], None], strict=False):
        fits_before = before is None or before.leads_to(run)
        fits_after = after is None or run.leads_to(after)
        if before and after:
            astray = before.leads_to(after) and not (fits_before and fits_after)
        else:
            astray = not (fits_before and fits_after)
        if run.length >= SURE or not astray:
            kept.append(run)
    return kept


def _anchors(text: str, page: str, size: int) -> Iterator[tuple[int, int]]:
    """(place in the text, place on the page) of the stretches that occur once in both."""
    of_text, of_page = _once(text, size), _once(page, size)
    for stretch, at in of_text.items():
        place = of_page.get(stretch, ABSENT)
        if ABSENT not in (at, place):
            yield at, place


def _once(text: str, size: int) -> dict[str, int]:
    """Each stretch of that many characters and where it stands; ABSENT for one that is repeated."""
    places: dict[str, int] = {}
    for at in range(len(text) - size + 1):
        stretch = text[at : at + size]
        places[stretch] = ABSENT if stretch in places else at
    return places


def _grown(text: str, page: str, at: int, place: int, taken: bytearray) -> Run:
    """The run around an anchor: in both directions for as long as the texts agree and no other run has been there."""
    start = at
    while start > 0 and place - at + start > 0 and not taken[start - 1]:
        if text[start - 1] != page[place - at + start - 1]:
            break
        start -= 1
    end = at
    while end < len(text) and place - at + end < len(page) and not taken[end]:
        if text[end] != page[place - at + end]:
            break
        end += 1
    taken[start:end] = b"\1" * (end - start)
    return Run(start, place - at + start, end - start)


def _first_likeness(text: str, page: str) -> list[Run]:
    """A text of repeated phrases only is taken to be the first that looks like it."""
    size = min(ANCHOR, len(text))
    of_page = {page[place : place + size] for place in range(len(page) - size + 1)}
    place = page.find(text)
    at = 0 if place >= 0 else next(
        (at for at in range(len(text) - size + 1) if text[at : at + size] in of_page), ABSENT
    )  # fmt: skip
    if at == ABSENT:
        return []
    return [_grown(text, page, at, max(place, page.find(text[at : at + size])), bytearray(len(text)))]


def _reach(letters: int) -> int:
    """How much of a page may stand where a text has so many letters: a running head, a note, line numbers."""
    return 4 * letters + 400


def _gaps(matched: list[int]) -> Iterator[tuple[int, int]]:
    """The stretches that have no place yet."""
    start = ABSENT
    for at, place in enumerate([*matched, 0]):
        if place == ABSENT and start == ABSENT:
            start = at
        elif ABSENT not in (place, start):
            yield start, at
            start = ABSENT


def _fill(text: str, page: str, matched: list[int], start: int, end: int) -> None:
    """Match what it can of a gap with what stands on the page between its neighbours."""
    first, last = start == 0, end == len(text)
    reach = _reach(end - start)
    high = len(page) if last else matched[end]
    low = max(0, high - reach) if first else matched[start - 1] + 1
    high = min(high, low + reach)
    if high <= low or (end - start) * (high - low) > MAX_PRODUCT:
        return
    gap, region = text[start:end], page[low:high]
    blocks = list(_agreements(gap, region, backwards=first))
    # Unrelated prose agrees in a few short words too: they would be marked here and there.
    if 2 * sum(size for *_, size in blocks) < min(len(gap), len(region)):
        return
    for at, place, size in blocks:
        matched[start + at : start + at + size] = range(low + place, low + place + size)


def _agreements(gap: str, region: str, *, backwards: bool) -> Iterator[tuple[int, int, int]]:
    """(place in the gap, place in the region, length); equal candidates nearest to the matched neighbour win."""
    one, other = (gap[::-1], region[::-1]) if backwards else (gap, region)
    near = len(gap) <= ANCHOR and len(region) <= 4 * len(gap) + ANCHOR
    least = 1 if near else LEAST_BLOCK
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        if block.size < least:
            continue
        if backwards:
            yield len(gap) - block.a - block.size, len(region) - block.b - block.size, block.size
        else:
            yield block.a, block.b, block.size
