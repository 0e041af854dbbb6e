"""From which day an instrument is law, and on which day a case was decided, as the text says it. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from corpus.structure import guessing_dates as dates
from corpus.structure.guessing_dates import DATE

WINDOW = 260  # characters around the words that may say from when an instrument is law
MOST_WINDOWS = 400
_I = re.IGNORECASE
_IM = re.IGNORECASE | re.MULTILINE

_EDITION = (
    re.compile(
        rf"\b\d{{5}}[A-Z]\d{{4}}\s*[—–-]+\s*[A-Z]{{2}}\s*[—–-]+\s*{DATE}"
    ),  # 02016R0679 — EN — 4.5.2016
    re.compile(
        r"\b(?:current|consolidated|consolidation|updated|up[ -]to[ -]date|revised|reprinted|amended|modified|in force|in effect"
        r"|version|compilation|as it stands|as it stood|law)(?:\s(?:date|period|version|text))?\W{1,3}"
        rf"(?:(?:up\s)?to|through|as\s(?:of|at|on)|on\sor\sbefore|on|at|of|from|until|and including)?(?:\sand\sincluding)?:?\s{{0,3}}{DATE}",
        _I,
    ),
    re.compile(rf"^\W{{0,3}}as\s(?:of|at|on)\s{{1,3}}{DATE}", _IM),
)
_THIS = (
    r"(?:\bthis\s(?:act|regulation|directive|law|code|decision|order|constitution|ordinance|decree|agreement|instrument|proclamation"
    r"|measure|rule|section)|\bthese\s(?:regulations|rules|orders|provisions)|\bit|\bthe\s(?:act|code|constitution|regulations|rules))"
)
_VERB = (
    r"(?:shall|will|does|is\sto|has|have|are\sto)?\s?(?:be\s)?(?:deemed\sto\shave\s)?(?:come|comes|came|coming|enter|enters|entered"
    r"|take|takes|took|taken|have|has|become|becomes)\s(?:into\s(?:force|operation|effect)|effect(?:ive)?)"
)
_FROM = r"(?:,?\s(?:on\sand\sfrom|on\sand\safter|on|from|with\seffect\sfrom|as\sof|as\sfrom))"
_COMMENCES = re.compile(rf"{_THIS}[^.;]{{0,60}}?\s{_VERB}{_FROM}\s{{1,3}}{DATE}", _I)
_APPLIES = re.compile(rf"{_THIS}\s(?:shall|will)\sapply\s(?:as\s)?from\s{{1,3}}{DATE}", _I)
_LABELLED = re.compile(
    r"(?:^|[\[(])\W{0,3}(?:(?:date\sof\s)?commencement(?:\sdate)?|coming\sinto\s(?:force|operation)|(?:entry\sinto\sforce)|effective(?:\sdate)?"
    rf"|in\sforce(?:\s(?:on|from))?|commence[sd](?:\son)?)\W{{0,6}}(?:on\s|from\s|as\sof\s)?\s{{0,3}}{DATE}",
    _IM,
)
_NOTIFIED = re.compile(rf"{DATE}\W{{0,3}}(?:see|vide)\s", _I)
_BY_NOTIFICATION = re.compile(r"come into (?:force|operation) on such dates? as", _I)
_ASSENT = (
    re.compile(
        r"(?:\bapproved|\bassented\sto|\broyal\sassent|\bdate\sof\sassent|\benacted|\bassent(?:ed)?|\bpromulgated|\bsigned\sinto\slaw"
        rf"|^\W{{0,3}}(?:made|passed|adopted|ratified))\W{{1,6}}(?:(?:by\s(?:the\s)?(?:president|governor))?\W{{0,3}}(?:on\s)?)\s{{0,3}}{DATE}",
        _IM,
    ),
    re.compile(rf"^\[\s?{DATE}\W{{0,3}}\]", _IM),
    re.compile(rf"\bpublic\slaw\s[\d–-]+\W{{1,4}}{DATE}", _I),
    re.compile(rf"^[^\n]{{0,160}}\bof\s{DATE}", _IM),
)
_SIGNED = re.compile(rf"\b(?:approved|assented\sto|done\s(?:at|in)\s[\w ]{{2,30}}),?\s(?:on\s)?{DATE}", _I)
_AGREED = re.compile(
    r"\b(?:effective\s(?:date:?|as\sof|on|from)|(?:dated|made|entered\sinto|executed)(?:\s(?:and\seffective|and\sentered\sinto))?"
    rf"(?:\s(?:as\sof|on|this))*)\s{{1,3}}{DATE}",
    _I,
)
_DECIDED = (
    re.compile(
        r"\b(?:decided|delivered|handed\sdown|pronounced|date\sof\s(?:the\s)?(?:judge?ment|decision|order|delivery|ruling|hand[ -]?down)"
        r"|judge?ment\s(?:delivered|given|pronounced|dated?|of)|decision\sdate|announced|released|opinion\sfiled|opinion\sdate"
        rf"|(?:judge?ment|order)\sentered|^entered|^filed|^issued)\W{{0,8}}(?:on\b|in\s(?:open\s)?court\son\b)?\W{{0,4}}{DATE}",
        _IM,
    ),
    re.compile(rf"\]\s[A-Z]{{2,}}[A-Za-z ]{{0,12}}\s\d+\s{{0,3}}\({DATE}\)"),
)
_STAMPED = (
    re.compile(rf"\b(?:date\s)?filed\W{{0,8}}{DATE}", _I),
    re.compile(rf"^\W{{0,3}}dated?(?:\sat\s[^\n]{{3,30}})?\W{{0,8}}(?:this\s|on\s)?\W{{0,3}}{DATE}", _IM),
    re.compile(rf"\bon\sthe\s{{1,3}}{DATE}", _I),
)
_NEEDLES = (
    "into force",
    "into operation",
    "into effect",
    "take effect",
    "takes effect",
    "apply from",
    "become effective",
)


def effective(head: str, whole: str, jurisdiction: str) -> dt.date | None:
    """The day whose law a statute states: that of the edition, else of commencement, else of enactment.

    `head` is how the text begins, `whole` all of it; both with a line break after each line.
    """
    for pattern in _EDITION:
        if day := _first(pattern, head, jurisdiction):
            return day
    return (
        _commencement(whole, jurisdiction)
        or _first(_LABELLED, head, jurisdiction)
        or _notified(whole, jurisdiction)
        or next(filter(None, (_first(pattern, head, jurisdiction) for pattern in _ASSENT)), None)
        or _first(_SIGNED, whole[-6000:], jurisdiction)
    )


def agreed(head: str, jurisdiction: str) -> dt.date | None:
    """The day of a contract or another paper that is no law."""
    found = _first(_AGREED, head, jurisdiction)
    return found or next((one.day for one in dates.alone(head, jurisdiction)), None)


def decided(head: str, tail: str, jurisdiction: str) -> dt.date | None:
    """The day of a judgment, never that of its hearing."""
    for pattern in _DECIDED:
        if day := _first(pattern, head, jurisdiction):
            return day
    stands_alone = next((one.day for one in dates.alone(head, jurisdiction)), None)
    if stands_alone:
        return stands_alone
    for pattern in _STAMPED:
        if day := _first(pattern, head, jurisdiction):
            return day
    return dates.signed(tail, jurisdiction)


def _commencement(whole: str, jurisdiction: str) -> dt.date | None:
    """From when the instrument applies, or enters into force, where its own words give the day."""
    entered = None
    for window in _windows(whole):
        if day := _first(_APPLIES, window, jurisdiction):
            return day
        entered = entered or _first(_COMMENCES, window, jurisdiction)
    return entered


def _windows(whole: str) -> Iterator[str]:
    """Stretches with the words of a commencement, so that long texts are not read by slow patterns."""
    lower = whole.lower()
    for needle in _NEEDLES:
        place, count = lower.find(needle), 0
        while place >= 0 and count < MOST_WINDOWS:
            yield " ".join(whole[max(0, place - WINDOW // 2) : place + WINDOW].split())
            place, count = lower.find(needle, place + WINDOW), count + 1


def _notified(whole: str, jurisdiction: str) -> dt.date | None:
    """`on such date as … appoint`, and the footnote that says which: `17th October, 2031, vide notification …`."""
    leaves_open = _BY_NOTIFICATION.search(whole[:60_000])
    if leaves_open is None:
        return None
    return _first(_NOTIFIED, whole[leaves_open.end() : leaves_open.end() + 6000], jurisdiction)


def _first(pattern: re.Pattern[str], text: str, jurisdiction: str) -> dt.date | None:
    days = (dates.of_match(found, jurisdiction) for found in pattern.finditer(text))
    return next(filter(None, days), None)
