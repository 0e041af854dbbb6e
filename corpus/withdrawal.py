"""Takes an edition off the shelf again, as if it had never been loaded."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.db.models import Q

from corpus.editions import reads_as
from corpus.models import Document, Edition, Section


def withdraw(edition: Edition) -> None:
    """Remove an edition and what it brought; wordings that it had closed are law again. The document goes with its last."""
    document = edition.document
    with transaction.atomic():
        Document.objects.filter(
            pk=document.pk
        ).touch()  # before its passages: writers wait for each other in one order
        if not document.editions.exclude(pk=edition.pk).exists():
            document.delete()
            return
        _take_back(edition, _next(edition))
        edition.delete()


def _next(edition: Edition) -> Edition | None:
    later = Q(dated__gt=edition.dated) | Q(dated=edition.dated, pk__gt=edition.pk)
    return edition.document.editions.filter(later).order_by("dated", "pk").first()


def _take_back(edition: Edition, later: Edition | None) -> None:
    held: defaultdict[str, list[Section]] = defaultdict(list)
    for row in Section.objects.filter(document_id=edition.document_id).defer("text", "notes"):
        held[row.path].append(row)  # its text is read where two rows have to be compared
    for rows in held.values():
        brought = next((row for row in rows if row.edition_id == edition.pk), None)
        closed = [
            row for row in rows if row.edition_id != edition.pk and row.valid_to == _end(edition, brought)
        ]
        before = max(closed, key=lambda row: (str(row.valid_from), row.pk), default=None)
        if brought is None:
            _reopen(before, later.dated if later else None)
        elif later and (brought.valid_to is None or brought.valid_to > later.dated):
            # The later edition found the same words: from its day they stay.
            brought.edition, brought.valid_from = later, later.dated
            brought.save(update_fields=["edition", "valid_from"])
            _reopen(before, later.dated)
        else:
            _reopen(before, _with_what_follows(before, brought, rows))
            brought.delete()


def _with_what_follows(before: Section | None, brought: Section, rows: list[Section]) -> object:
    """Until when the wording before is law again: where the one behind has the same words, the two become one row."""
    end = brought.valid_to
    behind = next((row for row in rows if end and row.valid_from == end and row is not brought), None)
    if before is None or behind is None or not reads_as(before, behind):
        return end
    behind.delete()
    return behind.valid_to


def _end(edition: Edition, brought: Section | None) -> object:
    """The day on which this edition ended what was law before."""
    return brought.valid_from if brought else edition.dated


def _reopen(row: Section | None, until: object) -> None:
    if row:
        Section.objects.filter(pk=row.pk).update(valid_to=until)
