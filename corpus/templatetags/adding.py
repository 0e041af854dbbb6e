"""What the pages of adding say of times and sizes."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone

register = template.Library()
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@register.filter
def ago(moment: dt.datetime | None) -> str:
    """`3 minutes ago`; no finer than a minute, so that a page that is fetched again stands still."""
    if moment is None:
        return ""
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < MINUTE:
        return "just now"
    return f"{_counted(seconds)} ago"


@register.filter
def lasting(seconds: float | None) -> str:
    """`about 2 minutes`: an estimate, rounded as one."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds"
    if seconds < MINUTE:
        return f"about {5 * round(seconds / 5)} seconds"
    return f"about {_counted(seconds)}"


def _counted(seconds: float) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


@register.filter
def utc(moment: dt.datetime | None) -> str:
    """`21 November 2026, 07:26:53 UTC`"""
    if moment is None:
        return ""
    there = moment.astimezone(dt.UTC)
    return f"{there.day} {there:%B %Y, %H:%M:%S} UTC"


@register.filter
def bytes_shown(size: int) -> str:
    """`2.4 MB`, in powers of ten, as file managers say it."""
    for unit, power in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= power:
            return f"{size / power:.1f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{size} bytes" if size != 1 else "1 byte"
