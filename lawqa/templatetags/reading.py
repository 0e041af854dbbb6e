"""What the templates say of dates and counts."""

from __future__ import annotations

import datetime as dt

from django import template

from corpus.reading import Change, Dated, interval

register = template.Library()


@register.filter
def day(value: dt.date | str | None) -> str:
    """`11 December 2027` of a date, or of one as written in JSON; empty for none."""
    if not value:
        return ""
    date = dt.date.fromisoformat(value) if isinstance(value, str) else value
    return f"{date.day} {date:%B} {date.year}"


@register.filter(name="interval")
def interval_of(law: Dated) -> str:
    """From when to when a text is law."""
    return interval(law)


@register.filter
def caution(change: Change, as_of: dt.date) -> str:
    """What must be said of a change to who asked for a day between two editions."""
    return change.caution(as_of)


@register.filter
def share(part: int, whole: int) -> int:
    """Per cent of the longest bar; something that is there is never invisible."""
    return max(1, round(100 * part / whole)) if whole and part else 0


@register.filter
def milliseconds(ms: int | None) -> str:
    """`180 ms`, or `1.4 s` above a second."""
    if ms is None:
        return ""
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms} ms"
