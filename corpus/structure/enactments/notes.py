"""What stands among sections without being law: credits, editorial notes, annotations, signatures. Pure."""

from __future__ import annotations

import re
from enum import Enum

from corpus.structure.enactments.patterns import Style

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_CREDIT = re.compile(
    rf"\((?:(?:Added|Amended|As added|As amended)\b|Pub\. ?L\.|R\.S\. ?§|act {_MONTH} [0-9]|"
    rf"{_MONTH} [0-9]{{1,2}}, [0-9]{{4}}, (?:ch|Pub|No|[0-9]+ Stat|title))"
)
_HEADING = re.compile(
    r"(?:editorial notes|historical (?:and (?:revision|statutory) )?notes?|statutory notes and related subsidiaries|"
    r"executive documents|amendments|references in text|prior provisions|effective dates?(?: of .{1,60})?|"
    r"short title of .{1,60}|codification|cross[- ]references|notes? (?:of decisions|to decisions)|annotations?|"
    r"library references|derivation|legislative history|senate revision amendment|transfer of functions|"
    r"termination of .{1,60}|change of name|construction of .{1,60}|savings provisions?|repeals|regulations|"
    r"credits?|history|source|editor.s notes?)\W*$",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"(?:History|HISTORY|Source|SOURCE|Credits?|CREDITS?|Acts|Derivation|Legislative History)(?:\s?[:.—–]|\s?-{1,2}\s)"
)
_BRACKETED = re.compile(
    r"\[(?:[0-9]{4}\b|(?:Acts|Amended|Added|Formerly|C\.|L\.|PL\.)\s?[0-9a-z]?)[^\]]*\]\W*$"
)
_AMENDED_BY = re.compile(
    r"(?:[0-9]{1,2}\.?|\*{1,3}|†)\s(?:Subs\.|Ins\.|Rep\. by|Omitted by|Added by|Substituted by|Inserted by|Renumbered|"
    r"(?:The )?(?:[Ww]ords?|[Cc]lauses?|[Ss]ub-section|[Pp]roviso|[Ee]xplanation|[Ss]ection|[Ff]igures?).{1,120}"
    r"(?:subs|ins|omitted|rep|inserted|substituted|renumbered)\.?\b.{0,4}\bby\b|w\.e\.f\.|[Vv]ide\b|[0-9]{1,2}(?:st|nd|rd|th) )"
)
_ANNOTATION = re.compile(r"(?:F|I|C|M|P|X|E|N|U)[0-9]{1,4}\s(?=[A-Z“\"\[0-9])")
_ANNOTATIONS = re.compile(
    r"(?:Textual Amendments|Commencement Information|Modifications etc\. \(not altering text\)|Annotations|"
    r"Marginal Citations|Extent Information|Editorial Information)\s?:?$"
)
_SIGNATURES = re.compile(r"Done at [A-Z]\w+")


class Standing(Enum):
    """What a block is."""

    LAW = "law"
    NOTE = "a note by itself"
    FROM_HERE = "a note, and so is what follows in this section"


def standing(text: str, style: Style) -> Standing:
    """Whether a block behind a section's heading is its law or a note on it."""
    if style is Style.SIGN and (_CREDIT.match(text) or (len(text) < 100 and _HEADING.match(text))):
        return Standing.FROM_HERE
    if style in {Style.SIGN, Style.SECTION, Style.COMPOUND} and _HISTORY.match(text):
        return Standing.FROM_HERE
    if style in {Style.SIGN, Style.SECTION, Style.COMPOUND} and _BRACKETED.match(text):
        return Standing.NOTE
    if style is Style.ARTICLE and _SIGNATURES.match(text):
        return Standing.FROM_HERE
    if style in {Style.DOTTED, Style.PLAIN} and (
        _AMENDED_BY.match(text) or _ANNOTATION.match(text) or _ANNOTATIONS.match(text)
    ):
        return Standing.NOTE
    return Standing.LAW


def is_credit(text: str) -> bool:
    """`(July 30, 1947, ch. 388, 61 Stat. 633.)`: where a section of the United States Code comes from."""
    return _CREDIT.match(text) is not None


def is_amendment_note(text: str) -> bool:
    """A footnote of an Indian act that was not set apart: `1. Subs. by Act 5 of 1999, s. 2`."""
    return _AMENDED_BY.match(text) is not None
