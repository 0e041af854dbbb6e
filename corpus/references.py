"""What a law says of its sections elsewhere: the words around each cross-reference, by the section referred to. Pure.

They describe a section as the text of a link describes a page (Brin and Page, "The Anatomy of a Large-Scale
Hypertextual Web Search Engine", 1998), often in words that the section itself does not use; and a section that
is referred to often is one that is asked for often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BEFORE, AFTER = 120, 60
"""Characters read before and behind a reference."""

_NUMBER = r"[0-9]{1,5}[A-Za-z]{0,3}(?:[-–][0-9]{1,4}[a-z]{0,3}){0,2}"
_ITEM = rf"{_NUMBER}(?:\s?\([A-Za-z0-9]{{1,5}}\)){{0,5}}"
_REFERENCE = re.compile(
    rf"(?<![\w-])(?:sections?|articles?|rules?)\s"
    rf"(?P<items>{_ITEM}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|to)\s){_ITEM}){{0,7}})(?!\w)"
    r"(?P<of>,?\s(?:of|to)\s(?:(?P<own>this)|title\s(?P<title>[0-9]{1,2})(?!\w)|\w+))?",
    re.IGNORECASE,
)
_OF_CODE = re.compile(
    rf"(?<![\w.])(?P<title>[0-9]{{1,2}})\sU\.\s?S\.\s?C\.\s(?:§{{1,2}}\s?)?"
    rf"(?P<items>{_ITEM}(?:(?:,\s(?:and\s)?|\s(?:and|to)\s){_ITEM}){{0,7}})(?!\w)"
)
_FIRST = re.compile(_NUMBER)
_PINS = re.compile(r"\([^)]*\)")
_LAST_NUMBER = re.compile(rf"(?:^|\s)({_NUMBER})$")


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A section that a text refers to, and what stands around the reference."""

    title: str
    """Of the United States Code, where the text names one (`17`); else empty: it is in the same document."""
    number: str
    context: str


def cross_references(text: str) -> Iterator[CrossReference]:
    """References to numbered sections of the same document, then those like `17 U.S.C. 107`."""
    for match in _REFERENCE.finditer(text):
        if match["own"] or match["title"] or not match["of"]:  # else it is of another instrument
            yield from _read(text, match)
    for match in _OF_CODE.finditer(text):
        yield from _read(text, match)


def _read(text: str, match: re.Match[str]) -> Iterator[CrossReference]:
    before = text[max(0, match.start() - BEFORE) : match.start()]
    context = f"{before} {text[match.end() : match.end() + AFTER]}"
    for number in _FIRST.findall(_PINS.sub("", match["items"])):
        yield CrossReference(match["title"] or "", _plain(number), context)


def number_in(label: str) -> str:
    """The number at the end of a section's label, as references give it; empty when there is none."""
    found = _LAST_NUMBER.search(label)
    return _plain(found[1]) if found else ""


def _plain(number: str) -> str:
    """`2000e–5` and `2000E-5` are one number."""
    return number.replace("–", "-").lower()
