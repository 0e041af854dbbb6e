"""Adds entries to the log, one after the other, whoever writes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from audit import Json, keys
from audit.models import Entry
from audit.verify import NOTHING, canonical, digest_of, key_id, mac_of

if TYPE_CHECKING:
    from audit import Actor

ACTION = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)+")
LOCK = 7_341_902_211_478_250
"""Number of the advisory lock that writers take on PostgreSQL; SQLite has one writer at a time anyway."""
NAME_CHARS = 200


def append(action: str, actor: Actor, *, subject: str, facts: Mapping[str, Json]) -> Entry:
    """Write the next entry. Raises ValueError."""
    if not ACTION.fullmatch(action) or len(action) > 60:
        raise ValueError(f"{action!r} is no action; say noun.verb in small letters.")
    with transaction.atomic():
        _wait_for_others()
        last = Entry.objects.values_list("number", "digest").first()
        number, previous = (last[0] + 1, last[1]) if last else (1, NOTHING)
        key = keys.key()
        entry = Entry(
            number=number, at=timezone.now(), action=action, actor=getattr(actor, "pk", None),
            actor_name=_plain(_name(actor)), subject=_plain(subject), facts_json=canonical(facts),
            key_id=key_id(key), previous=previous,
        )  # fmt: skip
        entry.digest = digest_of(content(entry))
        entry.mac = mac_of(key, entry.digest)
        entry.save()
    return entry


def content(entry: Entry) -> dict[str, Any]:
    """What the digest is of."""
    return {
        "number": entry.number, "at": written(entry.at), "action": entry.action, "actor": entry.actor,
        "actor_name": entry.actor_name, "subject": entry.subject, "facts": entry.facts, "key_id": entry.key_id,
        "previous": entry.previous,
    }  # fmt: skip


def line(entry: Entry) -> dict[str, Any]:
    """An entry as it is exported and verified."""
    return {**content(entry), "digest": entry.digest, "mac": entry.mac}


def written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _wait_for_others() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _name(actor: Actor) -> str:
    """The user name, which is no name of a person; of one that is an address, as a command may make it, the part
    before the @. An entry cannot be erased, and a person may ask for that (GDPR, art. 17).
    """
    return actor.get_username().partition("@")[0] if actor is not None and actor.pk is not None else ""


def _plain(text: str) -> str:
    """What every database can keep: no NUL, no half of a character, not too long."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()[:NAME_CHARS]
