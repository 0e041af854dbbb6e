"""The retriever that needs no search: passages of the sections that the question cites itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.models import Collection, Passage, Section
from corpus.structure.outline import find_pin
from corpus.types import Filters, Named, Resolution

MOST_PASSAGES = 8
"""Passages taken from one cited section, the pinned one first."""


def named(query_named: Sequence[Named], filters: Filters, *, limit: int = MOST_PASSAGES) -> list[int]:
    """Passage ids in the order of citation, at most `limit` a citation, the best of each section first.

    An ambiguous citation is explained and not retrieved; of law that is not in force, what is enacted and does
    not apply yet is shown with that notice, and what has ended is not permitted on that day.
    """
    known = (Resolution.RESOLVED, Resolution.NOT_IN_FORCE)
    resolved = [one for one in query_named if one.resolution in known]
    rows = _passages({key for one in resolved for key in one.section_ids}, filters)
    official = _official(rows) if any(len(one.section_ids) > 1 for one in resolved) else frozenset()
    ordered = [row.pk for one in resolved for row in _of(one, rows, official)[:limit]]
    return list(dict.fromkeys(ordered))


def _passages(sections: set[int], filters: Filters) -> dict[int, list[Passage]]:
    """Permitted passages by section, in the order of the text."""
    if not sections:
        return {}
    ids = Passage.objects.filter(section__in=sections).values_list("pk", flat=True)
    found: dict[int, list[Passage]] = {}
    for row in Passage.objects.shown_for(filters, ids).values():
        found.setdefault(row.section_id, []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.start)
    return found


def _official(sections: Iterable[int]) -> frozenset[int]:
    """Those on shelves of public law: whatever else bears the same name and number comes behind them."""
    found = Section.objects.filter(pk__in=sections, document__collection__access=Collection.Access.PUBLIC)
    return frozenset(found.values_list("pk", flat=True))


def _of(one: Named, rows: dict[int, list[Passage]], official: frozenset[int]) -> list[Passage]:
    keys = sorted(one.section_ids, key=lambda key: key not in official)
    return [row for key in keys for row in _pinned_first(one, rows.get(key, []))]


def _pinned_first(one: Named, rows: list[Passage]) -> list[Passage]:
    """The passages that hold the subdivision cited, then the others, each in the order of the text."""
    place = find_pin(rows[0].section.text, one.citation.pin) if rows and one.citation.pin else None
    if place is None:
        return rows
    start, end = place
    return sorted(rows, key=lambda row: (not (row.start < end and start < row.end), row.start))
