"""What stands above an opinion: the parties, the citations, docket number and day. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

_CITATION = re.compile(
    r"(?<![\w.])(?P<volume>\d{1,4}) (?P<reporter>U\. ?S\.|S\. ?Ct\.|L\. ?Ed\.(?: ?2d)?|F\. ?(?:2d|3d|4th|Supp\.(?: [23]d)?)"
    r"|[A-Z][\w.]*(?: [A-Z][\w.]*){0,3}(?: [23]d)?) (?P<page>\d{1,5}|_{2,})(?![\w,.]\d)"
)
_DECIDED = re.compile(r"[Dd]ecided:?\s+(?P<day>[A-Z][a-z]+\.? \d{1,2}, \d{4})")
_NOTICE = re.compile(r"NOTI?C?E: .*?(?:goes to press|of the reader)\. ?")
_DOCKET = re.compile(r"\bNos?\.\s*(?P<number>\d[\w–—-]*)")
_ROLES = re.compile(
    r"\b(?:et al|et ux|et vir|Appellants?|Appellees?|Petitioners?|Respondents?|Plaintiffs?(?: in error)?|Defendants?|Plffs?"
    r"|in Err)\b\.?|_",
    re.IGNORECASE,
)
_SECOND_CASE = re.compile(
    r"(?i:(?<!\bco)(?<!\binc)(?<!\bst)(?<!\bcorp)(?<!\bltd)(?<!\bmr))(?<!\b[A-Z])\.\s+(?=[A-Z])"
)
_ABBREVIATED = re.compile(r"\b(?:Co|Inc|Ltd|Corp|Bros|Ass’n|Jr|Sr|[A-Z])\.$")
_SMALL = frozenset("of the and for to in on v. de la ex rel. by at".split())
_KEPT = frozenset("U.S. NLRB EPA FCC FEC INS IRS SEC FTC USA LLC LLP EEOC NFIB CIA FBI II III IV".split())
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The facts of a case as printed above it; what is not printed is empty."""

    name: str = ""
    citations: tuple[str, ...] = ()
    docket: str = ""
    decided_on: dt.date | None = None
    year: int = 0
    """Of the decision, where it is printed without its day."""


def read(blocks: Iterable[str]) -> Caption:
    """Facts from the paragraphs above the first opinion."""
    lines = [_NOTICE.sub("", " ".join(block.split())) for block in blocks]
    citations = tuple(
        dict.fromkeys(known for line in lines if len(line) < 60 for known in citations_in(line))
    )
    text = " ".join(lines)
    docket = _DOCKET.search(text)
    return Caption(
        name=next((short_name(line) for line in lines if _names_parties(line)), ""),
        citations=citations,
        docket=re.sub(r"[–—_-]+", "-", docket["number"]).strip("-") if docket else "",
        decided_on=_decided(text) or next(filter(None, map(day, lines)), None),
        year=_year(lines),
    )


def _year(lines: list[str]) -> int:
    """`FEBRUARY Term, 1824` or `545 U.S. 1 (2005)`."""
    short = " ".join(line for line in lines if len(line) < 100)
    found = re.search(r"(?i)\bterm,? (?:A\. ?D\. )?(\d{4})\b|\((\d{4})\)", short)
    return int(found[1] or found[2]) if found else 0


def _names_parties(line: str) -> bool:
    found = re.search(r"\s(?:v\.?|vs\.)\s", line)
    return (
        found is not None and found.start() < 400 and not citations_in(line) and not line.startswith("See ")
    )


def citations_in(text: str) -> list[str]:
    """Reporter citations in a short text, each in one spelling: `545 U.S. 1`, `125 S. Ct. 2195`."""
    return [
        f"{found['volume']} {_reporter(found['reporter'])} {'___' if '_' in found['page'] else found['page']}"
        for found in _CITATION.finditer(text)
    ]


def _reporter(printed: str) -> str:
    tidy = re.sub(r"\s+", "", printed)
    known = {"U.S.": "U.S.", "S.Ct.": "S. Ct.", "L.Ed.": "L. Ed.", "L.Ed.2d": "L. Ed. 2d"}
    return known.get(tidy, printed)


def short_name(caption: str) -> str:
    """`EMPLOYMENT DIVISION, DEPARTMENT OF …, et al., Petitioners v. Alfred L. SMITH et al.` in short.

    `Employment Division v. Smith`: of each side the first party's name, and of a person the name in capitals.
    """
    sides = re.split(r"\s(?:v\.?|vs\.)\s", " ".join(caption.split()), maxsplit=1)
    return " v. ".join(party for party in map(_party, sides) if party)


def _party(side: str) -> str:
    side = _ROLES.split(re.split(r" and others\b|\(", side)[0])[0].strip(" ,*")
    side = _SECOND_CASE.split(side)[0]
    first = re.split(r",(?! (?:Inc|INC|Ltd|LTD|LLC|Co\b|CO\b))", side)[0].strip()
    words = first.split()
    capitals = [
        word for word in words if word == "&" or (_is_capital(word) and not re.fullmatch(r"[A-Z]\.", word))
    ]
    if capitals and len(capitals) < len(words) and not any(word.islower() for word in words):
        words = capitals
    party = " ".join(_cased(word, first=index == 0) for index, word in enumerate(words)).rstrip(",")
    return party if _ABBREVIATED.search(party) else party.rstrip(".")


def _is_capital(word: str) -> bool:
    return re.sub(r"^(?:Mc|Mac|Van)(?=[A-Z])", "", word).isupper()


def _cased(word: str, *, first: bool) -> str:
    if word in _KEPT or not _is_capital(word) or re.fullmatch(r"(?:[A-Z]\.)+", word):
        return word
    if word.lower() in _SMALL and not first:
        return word.lower()
    tidy = re.sub(r"^\W*\w|(?<=[-.(])\w", lambda found: found[0].upper(), word.lower())
    return re.sub(r"^(?:Mc|[OM]['’]|D['’])\w", lambda found: found[0][:-1] + found[0][-1].upper(), tidy)


def _decided(text: str) -> dt.date | None:
    """The day of the decision; where only a year is printed, its first day is not made up: None."""
    found = _DECIDED.search(text)
    return day(found["day"]) if found else None


def day(printed: str) -> dt.date | None:
    """`Nov. 6, 1989`, `May 17, 2010` or `2010-05-17` as a date, None if it is none."""
    found = re.match(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}), (\d{4})$", printed.strip())
    try:
        if found:
            return dt.date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
        return dt.date.fromisoformat(printed.strip()[:10])
    except (ValueError, KeyError):
        return None
