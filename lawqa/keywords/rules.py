"""Keywords by rules: the words and phrases of the question that carry its matter, places and a day."""

from __future__ import annotations

import datetime as dt
import re

from lawqa.types import Keywords

MAX_TERMS = 12

# Words that carry a question's form and not its matter.
_FORM = frozenset(
    """
    a about according address after against all allow allowed also am an and any anybody anyone anything apply are
    as ask at be because been before being between by can cannot could did do does doing done during each either
    ever every explain for from get give given had happen happens has have having he her here him his how i if in
    into is it its just kind law laws legal legally let like long made make makes many may me mean means might much
    must my need needs no not of on once one only or other our ours out over own people person please provide put
    required rule rules said same say says section shall she should so some somebody someone something still such
    summarise summarize take tell than that the their them then there these they thing things this those through
    to too under until up us use used using very want was we were what whatever when where whether which while who
    whom whose why will with within without would you your
    """.split()
)

_JURISDICTIONS = {
    "eu": r"\b(?:EU|European Union|GDPR|Union law|AI Act|DORA|NIS\s?2|CSRD|Cyber Resilience Act)\b",
    "in": r"\bIndian?\b",
    "us": r"\b(?:U\.?S\.?C?\.?A?\.?|USA|United States|American|federal)(?=\W|$)",
}
_DAY = re.compile(
    r"\b(?:as of|as at|on|in)\s+(?:(?P<day>\d{1,2})\s+)?(?:(?P<month>[A-Z][a-z]{2,8})\s+)?(?P<year>(?:18|19|20)\d\d)\b"
)
_ISO_DAY = re.compile(r"\b((?:18|19|20)\d\d)-(\d\d)-(\d\d)\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def extract(text: str) -> Keywords:
    """The words and phrases that carry the question's matter, in the question's order."""
    return Keywords(
        terms=_terms(text),
        jurisdictions=tuple(code for code, pattern in _JURISDICTIONS.items() if re.search(pattern, text)),
        as_of=_day(text),
    )


def _terms(text: str) -> tuple[str, ...]:
    """Runs of words that are not form: `personal data breach`, `supervisory authority`."""
    runs: list[str] = []
    run: list[str] = []
    for token in [*re.findall(r"[\w’'-]+|[^\w\s]", text), "."]:
        if token.lower() in _FORM or not re.match(r"\w", token):
            runs.append(" ".join(run[:4]))
            run = []
        else:
            run.append(token)
    return tuple(dict.fromkeys(run for run in runs if len(run) > 1))[:MAX_TERMS]


def _day(text: str) -> dt.date | None:
    """The day that the question names: a whole date, or the first day of a named month or year."""
    if found := _ISO_DAY.search(text):
        return _date(*(int(group) for group in found.groups()))
    found = _DAY.search(text)
    if not found:
        return None
    month = (found["month"] or "jan")[:3].lower()
    if month not in _MONTHS:
        return None
    return _date(int(found["year"]), _MONTHS.index(month) + 1, int(found["day"] or 1))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
