"""The log as a file: one line of JSON an entry, the oldest first, and a closing line."""

from __future__ import annotations

from collections.abc import Iterator

from audit import keys
from audit.chain import line
from audit.models import Entry
from audit.verify import Report, canonical, closing_line, verify

CHUNK = 2_000
MEDIA_TYPE = "application/x-ndjson"


def exported(*, since: int = 1) -> Iterator[str]:
    """The log from that entry on. What is written while it runs is not in it."""
    last = Entry.objects.values_list("number", flat=True).first()
    if last is not None:
        yield from lines(since, last)
        yield closing(last)


def lines(first: int, last: int) -> Iterator[str]:
    """The lines of these entries, both included."""
    wanted = Entry.objects.filter(number__gte=first, number__lte=last).order_by("number")
    for entry in wanted.iterator(CHUNK):
        yield canonical(line(entry)) + "\n"


def closing(last: int) -> str:
    """The line behind the entry with which an export ends."""
    digest = Entry.objects.values_list("digest", flat=True).get(number=last)
    return canonical(closing_line(keys.key(), last, digest)) + "\n"


def verify_rows(*, since: int = 1) -> Report:
    """Check the rows themselves, from that entry on. Entries of a former key count as not checked."""
    rows = Entry.objects.filter(number__gte=since).order_by("number")
    return verify((line(entry) for entry in rows.iterator(CHUNK)), [keys.key()])
