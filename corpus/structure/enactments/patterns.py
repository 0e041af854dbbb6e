"""How headings of enactments are written, style by style. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

ENUMERATOR = re.compile(r"[\[‘“\"']?\((?:[0-9]{1,3}[A-Z]{0,2}|[A-Za-z]{1,5})\)(?=\s|\(|$|[A-Z])")
"""`(1)`, `(a)`, `(iv)`, `(2A)` at the beginning of a paragraph."""

_PLAIN = r"[0-9]{1,4}[A-Z]{0,3}"
_COMPOUND = r"(?>[0-9]{1,4}[A-Za-z]{0,2}(?:[-.:–‑][0-9]{1,5}[A-Za-z]{0,3}){1,4})"
_ANY = rf"(?>{_COMPOUND}|[0-9]{{1,5}}[A-Za-z]{{0,4}}(?:[–‑-][0-9A-Za-z]{{1,4}})?)"
_ROMAN = r"[IVXLC]{1,7}"
_TO = r"(?:\s?(?:,(?=\s)|-|–|—|\.\.\.?|to|through|and|&)\s?)"


def _range(number: str) -> str:
    """A number, and those behind it in `13 to 15`; atomic, so that no run of numbers is read twice."""
    return rf"(?P<number>{number})(?P<more>(?>(?:{_TO}{number}){{0,12}}))"


class Style(StrEnum):
    """How the sections of an enactment are numbered and called."""

    SIGN = "sign"  # § 107. Heading
    SECTION = "section"  # SEC. 2. HEADING., Section 12-34-5. Heading.
    ARTICLE = "article"  # Article 5 / heading
    RULE = "rule"  # Rule 12. Heading
    REGULATION = "regulation"  # Regulation 4. Heading
    CLAUSE = "clause"  # Clause 4. Heading
    DOTTED = "dotted"  # 3. Heading.—(1) …
    PLAIN = "plain"  # 12 Heading
    COMPOUND = "compound"  # 12.34.050 Heading.


_BEHIND = r"(?:(?P<stop>\s?(?:\.\s?[—–-]|[.:—–]))|(?=\s|$|\]))\s*(?P<rest>.*)"
_OPENING = r"(?P<mark>[\[‘“\"']{0,3}(?:[0-9]{1,3}\[)?\s?)"

UNITS: dict[Style, re.Pattern[str]] = {
    Style.SIGN: re.compile(rf"{_OPENING}§{{1,2}}\s?{_range(_ANY)}{_BEHIND}", re.DOTALL),
    Style.SECTION: re.compile(
        rf"{_OPENING}(?P<word>SEC|SECTION|Sec|Section|SECS|SECTIONS|Secs|Sections)(?:\.\s{{0,3}}|\s{{1,3}}){_range(_ANY)}{_BEHIND}",
        re.DOTALL,
    ),
    Style.ARTICLE: re.compile(
        rf"{_OPENING}(?P<word>ARTICLES?|Articles?|Art)\.?\s{{1,3}}{_range(f'(?:{_ANY}|{_ROMAN}|1er)')}{_BEHIND}",
        re.DOTALL,
    ),
    Style.RULE: re.compile(rf"{_OPENING}(?P<word>RULES?|Rules?)\s{{1,3}}{_range(_ANY)}{_BEHIND}", re.DOTALL),
    Style.REGULATION: re.compile(
        rf"{_OPENING}(?P<word>REGULATIONS?|Regulations?)\s{{1,3}}{_range(_ANY)}{_BEHIND}", re.DOTALL
    ),
    Style.CLAUSE: re.compile(
        rf"{_OPENING}(?P<word>CLAUSES?|Clauses?)\s{{1,3}}{_range(_ANY)}{_BEHIND}", re.DOTALL
    ),
    Style.DOTTED: re.compile(
        rf"{_OPENING}{_range(_PLAIN)}(?P<stop>\.\s?[—–-]|\.(?=[\s\[(“\"‘]|$|[A-Z*])|\.?(?=[—–]\())\s*(?P<rest>.*)",
        re.DOTALL,
    ),
    Style.PLAIN: re.compile(
        rf"{_OPENING}{_range(_PLAIN)}(?P<stop>[—–-](?=\())?(?=\s|$|\(|\])\s*(?P<rest>.*)", re.DOTALL
    ),
    Style.COMPOUND: re.compile(
        rf"{_OPENING}{_range(_COMPOUND)}(?P<stop>\.)?(?=\s|$|\])\s*(?P<rest>.*)", re.DOTALL
    ),
}
"""The beginning of a section in each style; `rest` is what stands behind the number."""

ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_ABOVE_KINDS = "part|chapter|title|subtitle|subchapter|subpart|sub-part|division|subdivision|book|article|section|sub-chapter|amendment"
_ABOVE_NUMBER = (
    r"(?-i:[0-9]{1,3}[A-Za-z]{0,3}(?:[-–.][0-9A-Z]{1,3})?|[IVXLC]{1,7}[A-Z]{0,2}|"
    r"(?!(?:OF|TO|IN|ON|BY|AN|AS|AT|IS|IT|NO|OR|IF)\b)[A-Z]{1,2})"
    rf"|{'|'.join(_WORDS)}"
)
ABOVE = re.compile(
    rf"[\[‘“\"']{{0,2}}(?P<kind>{_ABOVE_KINDS})[.\s]\s{{0,3}}\[?"
    rf"(?P<number>{_ABOVE_NUMBER}|(?:the\s)?(?:{'|'.join(ORDINALS)}))"
    r"(?P<stop>\s?(?:\.\s?[—–-]|[.:—–-]))?\]?(?=\s|$|(?<=[—–-]))\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""`PART II`, `Chapter 3—Heading`, `TITLE I. HEADING`: what stands above sections."""

_SCHEDULE_NUMBER = r"[0-9]{1,3}[A-Z]{0,3}|[IVXLC]{1,7}[A-Z]?|[A-Z]"
SCHEDULE = re.compile(
    rf"[\[‘“\"']{{0,2}}(?:[0-9]{{1,2}}\[)?(?:the\s)?(?:(?P<ordinal>{'|'.join(ORDINALS)})\s)?"
    r"(?P<kind>schedule|annex|appendix|annexure|exhibit)"
    rf"(?:\s{{1,3}}(?P<number>(?-i:{_SCHEDULE_NUMBER}))(?![\w.,]))?"
    r"(?P<stop>\s?(?:\.\s?[—–-]|[.:—–-]))?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""`SCHEDULE 2`, `THE FIRST SCHEDULE`, `ANNEX III`, `Appendix A`."""

EXPLANATORY = re.compile(
    r"(?:statutory |executive )?(?:explanatory notes?|explanatory memorandum|statement of objects and reasons|"
    r"legislative history|editorial notes?|endnotes?)\W*$",
    re.IGNORECASE,
)
"""What follows the law in the same file without being law."""

_HEADING_START = re.compile(
    r"[\[“\"‘']?§{1,2}\s?[0-9]|[“\"‘']?(?:SEC|SECTION)\.?\s[0-9]|(?:Article|ARTICLE)\s(?:[0-9]{1,3}[A-Za-z]{0,2}|[IVXLC]+)\s?\.?$"
    r"|(?:PART|CHAPTER|TITLE|SUBTITLE|SUBCHAPTER|SUBPART|DIVISION|BOOK)\s[0-9IVXLCA-Z]{1,6}\b(?:$|\s?[—–.:-]|\s[A-Z]{2})"
    r"|(?:THE\s)?(?:[A-Z]+\s)?(?:SCHEDULE|ANNEX|APPENDIX)(?:\s[0-9IVXLCA-Z]{1,5})?$"
)
FORMULA = re.compile(r"(?:Whereas|WHEREAS)\s?:$|H(?:AS|AVE) ADOPTED THIS|B[Ee] (?:it|IT) (?:enacted|ENACTED)")
"""Words of enactment that stand on a line of their own."""
_LEADING_NUMBER = re.compile(
    r"(?P<word>§{1,2}\s?|(?:Sec(?:tion)?|SEC(?:TION)?|Article|ARTICLE|Rule|RULE|Regulation)\.?\s)?(?P<number>[0-9]{1,4})"
    r"(?P<stop>\.?)\s{1,4}(?=[A-Z“\"\[(])"
)


def starts_a_heading(line: str) -> bool:
    """Whether a line can hardly be anything but the beginning of a heading."""
    return _HEADING_START.match(line) is not None


def leading_number(line: str) -> tuple[str, int] | None:
    """(style of the numbering, number) of an entry such as `12. Heading` or `Sec. 12. Heading`."""
    found = _LEADING_NUMBER.match(line)
    if not found:
        return None
    return f"{(found['word'] or '').strip().lower()}{found['stop']}", int(found["number"])


def word_value(word: str) -> int:
    """`first` and `one` are 1; 0 for what is no such word."""
    plain = word.lower().removeprefix("the ").strip()
    for words in (ORDINALS, _WORDS):
        if plain in words:
            return words.index(plain) + 1
    return 0
