"""Sentences that tell a reader why a citation led nowhere."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Sequence

from corpus.models import Document, Section
from corpus.types import Citation

_WITH_ARTICLE = re.compile(
    r"(?:^|\s)(?:Act|Code|Constitution|GDPR|Rules|Directive|Regulation|Laws?|Treaty|Convention|Charter|Ordinance)(?:$|[\s,])"
)
_NUMBER = re.compile(r"(?P<sign>§|[A-Za-z]+\.?)\s?(?P<number>[0-9]\S*)$")
_PLURALS = {"§": "§§", "Art.": "Articles", "Article": "Articles", "Rule": "Rules", "Section": "Sections"}
_SINGULARS = {"Art.": "Article"}


def with_article(name: str) -> str:
    """`The GDPR`, but `17 U.S.C.`, `Directive 2001/29/EC` and `Roe v. Wade`."""
    numbered = re.search(r"[0-9]/[0-9]|^[0-9]|\sv\.\s", name)
    return f"The {name}" if _WITH_ARTICLE.search(name) and not numbered else name


def _is(name: str) -> str:
    return "are" if re.search(r"^Federal Rules|(?:Rules|Regulations|Statutes|Laws)$", name) else "is"


def day(date: dt.date) -> str:
    """`25 May 2018`"""
    return f"{date.day} {date:%B %Y}"


def absent(citation: Citation) -> str:
    """Of an instrument or judgment that nothing on the shelf is called by."""
    if citation.case_name and citation.case_name != citation.document:
        return f"{citation.case_name}, {citation.document} is not on the shelf."
    return f"{with_article(citation.document)} {_is(citation.document)} not on the shelf."


def unnamed(citation: Citation) -> str:
    """Of an act that may be held as a part of something else."""
    return f"{with_article(citation.document)} {_is(citation.document)} not on the shelf under that name."


def holds(document: Document, citation: Citation, labels: Sequence[str]) -> str:
    """Of a number that a held document does not have, and which it has."""
    name = document.short_title or document.citation
    numbers = [match for label in labels if (match := _NUMBER.search(label.removeprefix(name).strip()))]
    if not numbers:
        return f"{with_article(name)} has no {citation.section} on this shelf."
    sign = numbers[0]["sign"]
    same = [match["number"] for match in numbers if match["sign"] == sign]
    worded = not citation.section[0].isdigit()
    wanted = citation.section if worded else f"{_SINGULARS.get(sign, sign)} {citation.section}"
    extent = f"{same[0]} to {same[-1]}" if len(same) > 1 else same[0]
    plural = _PLURALS.get(sign, sign) if len(same) > 1 else sign
    return f"{with_article(name)} has no {wanted} on this shelf; it holds {plural} {extent}."


def lacks(row: Section, pin: Sequence[str], depth: int) -> str:
    """Of a pin cite whose first `depth` subdivisions exist, and the next does not."""
    there = "".join(f"({word})" for word in pin[:depth])
    return f"{row.label}{there} has no ({pin[depth]}) on this shelf."


def not_in_force(rows: Sequence[Section], as_of: dt.date, editions: Container[dt.date]) -> str:
    """Of a section whose texts all belong to other days. `editions`: the days of those that the shelf holds."""
    coming = sorted((row for row in rows if row.valid_from and row.valid_from > as_of), key=_begins)
    if coming:
        row, begins = coming[0], day(_begins(coming[0]))
        if row.entered_into_force and row.entered_into_force <= as_of:
            return f"{row.label} is in force since {day(row.entered_into_force)} but applies from {begins}."
        return f"The shelf holds {row.label} only as it reads from {begins}."
    ended = max((row for row in rows if row.valid_to), key=lambda row: row.valid_to or dt.date.min)
    if ended.valid_from == ended.valid_to:  # an edition only says in its place what became of it
        return f"In the edition of {day(ended.valid_to or as_of)} {ended.label} is no longer law: “{ended.heading}”."
    if ended.valid_to in editions:  # it only lacks the section: neither the day nor the reason is known
        return f"The edition of {day(ended.valid_to or as_of)} does not have {ended.label} any more."
    return f"{ended.label} was repealed or replaced by {day(ended.valid_to or as_of)}."


def _begins(row: Section) -> dt.date:
    return row.valid_from or dt.date.min
