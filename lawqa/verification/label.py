"""Whether a label as a writer wrote it names the section that it is put to. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lawqa.verification.words import fold

GENERIC = frozenset(
    "art article articles section sections sec s the of in and no paragraph para point subsection v vs".split()
)
CASE_NAME = re.compile(r"\bvs?\.?\s", re.IGNORECASE)
SHORTEST_ACRONYM = 3
TOKEN = re.compile(r"\d+[a-z]{0,2}(?![a-z0-9])|[a-z]+|\([a-z0-9]{1,4}\)|§")
LEAD_IN = re.compile(
    r"^\s*(?:under|pursuant to|according to|in accordance with|as provided in|by virtue of|as|per)\s+"
    r"(?P<label>[^,;:]{2,120}?\d[^,;:]{0,60}?),\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The words of a label, its numbers as written, and its pin-point."""

    words: frozenset[str]
    numbers: tuple[str, ...]
    pin: tuple[str, ...]


def split_lead_in(claim: str) -> tuple[str, str]:
    """The label that a claim opens with (`Under 12 X.Y.C. § 3, …`), empty if none, and the claim without it."""
    match = LEAD_IN.match(claim)
    if match is None or not re.search(
        r"§|\b(?:art|sec|article|section|rule)\b", match["label"], re.IGNORECASE
    ):
        return "", claim
    return match["label"].strip(), claim[match.end() :]


def labels_match(cited: str, own: str, *, also: str = "") -> bool:
    """Whether `cited` names what `own` names: the same numbers, no other instrument, no other subdivision.

    `also` is another name of the instrument (its title) whose words may stand in the cited label.
    """
    if not cited.strip():
        return True
    left, right = _parts(cited), _parts(own)
    known, initials = right.words | _parts(also).words, _initials(also)
    strange = {word for word in left.words - known if len(word) < SHORTEST_ACRONYM or word not in initials}
    if not left.numbers and CASE_NAME.search(cited):
        return not strange
    numbers_fit = set(left.numbers) <= set(right.numbers) | set(_parts(also).numbers)
    section_fits = not right.numbers or right.numbers[-1] in left.numbers
    pins_fit = all(a == b for a, b in zip(left.pin, right.pin, strict=False))
    return numbers_fit and section_fits and pins_fit and not strange


def _parts(label: str) -> Parts:
    text = re.sub(r"\b([a-z])\.\s?(?=[a-z]\b)", r"\1", fold(label)).replace("u.s.c", "usc")
    words, numbers, pin = [], [], []
    for part in TOKEN.findall(text):
        if part.startswith("("):
            pin.append(part[1:-1])
        elif part[0].isdigit():
            numbers.append(part)
        elif part not in GENERIC and part != "§":
            words.append(part)
    if "title" in words:
        words.remove("title")
    return Parts(frozenset(words), tuple(numbers), tuple(pin))


def _initials(title: str) -> str:
    """The first letters of a title's words: its acronym is a stretch of them."""
    return "".join(word[0] for word in re.findall(r"[A-Z]\w+", title)).lower()
