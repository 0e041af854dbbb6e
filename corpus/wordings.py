"""The wordings that a section had, one after the other, and what is known of the day on which each gave way."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import BooleanField, ExpressionWrapper, Q

from corpus.models import Edition, Section, SectionQuerySet
from corpus.reading import Change, History, Turn

Place = tuple[int, str]
"""Database key of a document, and the path of a section in it."""


def same_place(places: Iterable[Place]) -> dict[Place, list[Section]]:
    """Every wording of sections, in the order of their days, without their texts; `gone` where there is no law."""
    wanted = set(places)
    found: defaultdict[Place, list[Section]] = defaultdict(list)
    if not wanted:
        return found
    rows = _light(Section.objects.filter(document__in={key for key, _ in wanted}))
    for row in rows.filter(path__in={path for _, path in wanted}):
        if (row.document_id, row.path) in wanted:
            found[row.document_id, row.path].append(row)
    return {place: sorted(some, key=_in_time) for place, some in found.items()}


def _light(rows: SectionQuerySet) -> SectionQuerySet:
    gone = ExpressionWrapper(Q(text=""), output_field=BooleanField())
    return rows.select_related("edition").defer("text", "notes").annotate(gone=gone)


def _in_time(row: Section) -> tuple[dt.date, dt.date, int]:
    begins = row.entered_into_force or row.valid_from or dt.date.min
    return begins, row.valid_to or dt.date.max, row.pk


def histories(keys: Iterable[int]) -> dict[int, History]:
    """Database key of a section → its history, in three queries however many there are."""
    rows = Section.objects.filter(pk__in=set(keys)).values_list("pk", "document_id", "path")
    held = {pk: (document, path) for pk, document, path in rows}
    wordings = same_place(held.values())
    days = edition_days(document for document, _ in wordings)
    return {pk: history_of(pk, wordings.get(place, []), days[place[0]]) for pk, place in held.items()}


def edition_days(documents: Iterable[int]) -> dict[int, list[dt.date]]:
    """Document → the days of its editions, ascending."""
    days: defaultdict[int, list[dt.date]] = defaultdict(list)
    rows = Edition.objects.filter(document__in=set(documents)).order_by("dated")
    for document, dated in rows.values_list("document_id", "dated"):
        days[document].append(dated)
    return days


def history_of(pk: int, wordings: Sequence[Section], days: Sequence[dt.date]) -> History:
    """The history of one of the wordings of a section."""
    found = changes(wordings, days)
    came = next((change for change in found if change.after == pk), None)
    went = next((change for change in found if change.before == pk), None)
    return History(came=came, went=went)


def changes(wordings: Sequence[Section], days: Sequence[dt.date]) -> list[Change]:
    """Every change from one wording to the next, in the order of their days."""
    law = [row for row in wordings if not row.gone]  # type: ignore[attr-defined]  # annotated by `_light`
    signs = [row for row in wordings if row.gone]  # type: ignore[attr-defined]  # the same
    found = []
    for row, behind in zip(law, [*law[1:], None], strict=True):
        sign = next((one for one in signs if row.valid_to and one.valid_from == row.valid_to), None)
        if row.valid_to is not None and (sign or behind is None or _begins(behind) > row.valid_to):
            found.append(_end(row, row.valid_to, sign, days))
        if behind is not None:
            found.append(_change(row, behind, days))
    return found


def _change(before: Section, after: Section, days: Sequence[dt.date]) -> Change:
    on = after.valid_from or before.valid_to or after.edition.dated
    named = after.valid_from != after.edition.dated and after.valid_from not in days
    seen = None if named else _last_before(on, days)
    return Change(turn=Turn.CHANGED, before=before.pk, after=after.pk, on=on, last_seen=seen)


def _end(row: Section, on: dt.date, sign: Section | None, days: Sequence[dt.date]) -> Change:
    return Change(
        turn=Turn.REPEALED if sign else Turn.ENDED, before=row.pk, after=sign.pk if sign else None, on=on,
        last_seen=_last_before(on, days) if on in days else None, heading=sign.heading if sign else "",
    )  # fmt: skip


def _begins(row: Section) -> dt.date:
    return row.valid_from or dt.date.min


def _last_before(on: dt.date, days: Sequence[dt.date]) -> dt.date | None:
    return max((dated for dated in days if dated < on), default=None)
