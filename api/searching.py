"""Searches the law: a caller's door writes down what is wanted, a worker that has the models finds it.

So no process of the pages loads a model, and there is one index warm for questions and searches alike.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from api.models import Search
from corpus.types import Filters

WAIT_SECONDS = 10.0
LOOK_SECONDS = 0.05
KEPT = dt.timedelta(minutes=5)
"""A row that nobody fetched is removed after this."""


class NotFound(Exception):
    """Nobody looked in time, or could not; the message says so to the caller."""


NO_WORKER = "No worker has searched in time. Try again in a moment; if it stays, tell the operator."


def search(
    text: str,
    *,
    collections: Iterable[int],
    as_of: dt.date,
    jurisdictions: Iterable[str] = (),
    limit: int = 10,
) -> list[dict[str, Any]]:
    """Sections of those collections (keys) that are about a text, best first, as `found_in` says. Raises NotFound."""
    from api.tasks import search as task
    from corpus.hints import tell

    wanted = {
        "text": text, "collections": sorted(collections), "as_of": as_of.isoformat(),
        "jurisdictions": sorted(jurisdictions), "limit": limit,
    }  # fmt: skip
    Search.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()
    row = Search.objects.create(wanted=wanted)
    tell(task.delay, str(row.pk))
    try:
        return _fetched(row)
    finally:
        Search.objects.filter(pk=row.pk).delete()


def _fetched(row: Search) -> list[dict[str, Any]]:
    deadline = time.monotonic() + WAIT_SECONDS
    while row.found is None and not row.failure and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        row.refresh_from_db(fields=["found", "failure"])
    if row.found is None:
        raise NotFound(row.failure or NO_WORKER)
    found: list[dict[str, Any]] = row.found
    return found


def look(pk: uuid.UUID) -> None:
    """The worker's side: find what a row wants and write it there; a row that is gone is left alone."""
    from corpus.index.errors import Unavailable

    row = Search.objects.filter(pk=pk, found__isnull=True).first()
    if row is None:
        return
    changes: dict[str, Any]
    try:
        changes = {"found": found_in(row.wanted)}
    except Unavailable as error:
        changes = {"failure": str(error)}
    Search.objects.filter(pk=pk).update(**changes)


def found_in(wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Each section by its best passage; offsets are characters of the section's text."""
    from lawqa.retrieval import retrieve

    return [
        {
            "section": source.section_id, "document": source.document_id, "label": source.label,
            "heading_path": source.heading_path, "text": source.text, "start": source.start, "end": source.end,
            "score": round(source.score, 5), "named": source.named, "valid_from": _day(source.valid_from),
            "valid_to": _day(source.valid_to),
        }
        for source in retrieve(_query(wanted), limit=wanted["limit"])
    ]  # fmt: skip


def _query(wanted: dict[str, Any]) -> Any:
    """The question's own stages before retrieval, without a model server."""
    from corpus.resolve import resolve_all
    from lawqa.inference import Models
    from lawqa.keywords import extract_keywords
    from lawqa.types import Query, Request

    text = wanted["text"]
    filters = Filters(
        as_of=dt.date.fromisoformat(wanted["as_of"]), collections=frozenset(wanted["collections"]),
        jurisdictions=frozenset(wanted["jurisdictions"]) or None,
    )  # fmt: skip
    keywords = extract_keywords(Request(text=text, filters=filters), text, Models(servers={}))
    return Query(text=text, keywords=keywords, named=resolve_all(text, filters), filters=filters)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
