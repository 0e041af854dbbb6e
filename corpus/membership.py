"""What changes who belongs to a matter: each change stands in the audit log, in the transaction of the deed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

import audit
from corpus.models import Collection, Membership, User


class Refused(ValueError):
    """A change that would leave a matter to nobody, or comes too late; says what to do."""


NOBODY_LEFT = (
    "Nobody would be left who decides about this matter. Let somebody else decide first, or close the matter."
)
CLOSED = "This matter is closed. Open it again first."


def create(name: str, by: User) -> Collection:
    """A matter of that name, whose maker decides about it."""
    with transaction.atomic():
        # The address says nothing of the name, and numbers none of them.
        slug = f"m-{secrets.token_hex(8)}"
        matter = Collection.objects.create(slug=slug, name=name, access=Collection.Access.MATTER)
        Membership.objects.create(collection=matter, user=by, may_add=True, leads=True)
        _record("collection.created", by, matter, access=str(matter.access))
        _record("membership.granted", by, matter, user=by.pk, may_add=True, leads=True)
    return matter


def admit(matter: Collection, person: User, by: User, *, may_add: bool, leads: bool) -> Membership:
    """Make a person a member, or give a member these rights. Raises Refused."""
    with _held(matter):
        row = Membership.objects.filter(collection=matter, user=person).first()
        if row is not None:
            _check_lead(row, leads=leads)
        given = {"may_add": may_add, "leads": leads}
        row, is_new = Membership.objects.update_or_create(collection=matter, user=person, defaults=given)
        action = "membership.granted" if is_new else "membership.changed"
        _record(action, by, matter, user=person.pk, may_add=may_add, leads=leads)
    return row


def dismiss(row: Membership, by: User) -> None:
    """End a membership: from now on that person finds, opens and asks nothing of the matter. Raises Refused."""
    matter = row.collection
    with _held(matter, closed=True):
        _check_lead(row, leads=False)
        row.delete()
        _record("membership.revoked", by, matter, user=row.user_id)


def close(matter: Collection, by: User) -> None:
    """Nothing is added to it or asked within it any more; members read on. Raises Refused."""
    with _held(matter):
        Collection.objects.filter(pk=matter.pk).update(closed_at=timezone.now())
        _record("collection.changed", by, matter, closed=True)


def reopen(matter: Collection, by: User) -> None:
    with _held(matter, closed=True):
        Collection.objects.filter(pk=matter.pk).update(closed_at=None)
        _record("collection.changed", by, matter, closed=False)


@contextmanager
def _held(matter: Collection, *, closed: bool = False) -> Iterator[None]:
    """A transaction in which nobody else changes this matter; `closed`: it may be closed."""
    with transaction.atomic():
        row = Collection.objects.select_for_update().get(pk=matter.pk)
        if row.closed_at is not None and not closed:
            raise Refused(CLOSED)
        yield


def _check_lead(row: Membership, *, leads: bool) -> None:
    others = Membership.objects.filter(collection=row.collection_id).leading().exclude(pk=row.pk)
    if row.leads and not leads and row.collection.closed_at is None and not others.exists():
        raise Refused(NOBODY_LEFT)


def _record(action: str, by: Any, matter: Collection, **facts: str | int | bool) -> None:
    audit.record(action, by, subject=f"collection:{matter.pk}", facts=facts)
