"""Whom the audit log speaks of: it holds numbers of rows, and names and addresses come from the rows that are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from audit import hashed
from audit.models import Entry
from corpus.models import User
from people.models import Invitation

MOST = 500
"""People whom one search may mean."""
MOST_HASHED = 5_000
REFUSED = "session.refused"
WITH_ADDRESS = ("user.invited", "user.link", "user.withdrawn")
"""Entries that hold the keyed hash of an address."""


@dataclass(slots=True)
class Names:
    """Of the people in some entries; who was erased is in none of them."""

    users: dict[int, User] = field(default_factory=dict)
    invitations: dict[int, str] = field(default_factory=dict)
    tried: dict[str, str] = field(default_factory=dict)
    """Addresses by their keyed hash, of people under whose name a sign-in was refused."""

    def actor(self, entry: Entry) -> str:
        """Whoever did it: the name of now, else the user name that the entry holds."""
        user = self.users.get(entry.actor or 0)
        return str(user) if user else entry.actor_name

    def subject(self, entry: Entry) -> str:
        """Whom it was done to, where that is a person or an invitation and the row is there."""
        user = self.users.get(key_of(entry.subject, "user"))
        if user is not None:
            return user.email or str(user)
        if entry.action == REFUSED:
            return self.tried.get(str(entry.facts.get("name_hash")), "")
        return self.invitations.get(key_of(entry.subject, "invitation"), "")


def names_in(entries: Iterable[Entry]) -> Names:
    """A few look-ups for a page of entries."""
    users, invitations, refused = set(), set(), False
    for entry in entries:
        refused |= entry.action == REFUSED
        users |= {entry.actor or 0, key_of(entry.subject, "user"), _member(entry)}
        invitations.add(key_of(entry.subject, "invitation"))
    rows = Invitation.objects.filter(pk__in=invitations - {0})
    addresses = dict(rows.values_list("pk", "email"))
    return Names(User.objects.in_bulk(users - {0}), addresses, _by_hash() if refused else {})


def _by_hash() -> dict[str, str]:
    """Whoever signs in here, by the hash under which a refused attempt stands in the log."""
    held = User.objects.exclude(email="").values_list("email", flat=True)[:MOST_HASHED]
    return {hashed(email.strip().lower()): email for email in held}


def did(words: str) -> Q:
    """Entries of whoever has this in a name or an address, now or as the entry holds it."""
    names = Q(first_name__icontains=words) | Q(last_name__icontains=words)
    meant = User.objects.filter(names | Q(email__icontains=words)).values_list("pk", flat=True)[:MOST]
    return Q(actor__in=list(meant)) | Q(actor_name__icontains=words)


def about(address: str) -> Q:
    """Entries about an e-mail address: of its rows, and those that hold its hash when the rows are gone."""
    users = User.objects.filter(email__iexact=address).values_list("pk", flat=True)[:MOST]
    asked = Invitation.objects.filter(email__iexact=address).values_list("pk", flat=True)[:MOST]
    rows = [*(f"user:{pk}" for pk in users), *(f"invitation:{pk}" for pk in asked)]
    by_hash = Q(action__in=WITH_ADDRESS, facts_json__contains=hashed(address.strip().lower()))
    return Q(subject__in=rows) | by_hash


def key_of(subject: str, kind: str) -> int:
    """`user:3` is 3 of the kind `user`; 0 where it is of another."""
    name, _, key = subject.partition(":")
    return int(key) if name == kind and key.isascii() and key.isdecimal() and len(key) < 19 else 0


def _member(entry: Entry) -> int:
    """Whom access was granted or revoked: a fact of those entries."""
    found = entry.facts.get("user") if entry.action.startswith("membership.") else None
    return found if isinstance(found, int) else 0
