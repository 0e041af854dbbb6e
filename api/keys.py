"""What happens to a key: made, rotated, revoked. The secret leaves here once and is kept nowhere."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

import audit
from api.models import Key, Scope
from api.models.keys import LONGEST_LIFE
from corpus.models import Collection

MARK = "lawqa"
OVERLAP = dt.timedelta(days=7)
"""How long the old secret goes on beside the new one, so that nothing stops while it is exchanged."""


def make(
    owner: Any,
    name: str,
    *,
    scopes: Iterable[Scope],
    days: int,
    collections: Iterable[Collection] | None = None,
) -> tuple[Key, str]:
    """A new key and its token; `collections`: None for every one that the owner may read."""
    life = min(dt.timedelta(days=days), LONGEST_LIFE)
    key = Key(
        owner=owner, name=name, scopes=sorted(scopes), everywhere=collections is None, life=life,
        expires_at=timezone.now() + life,
    )  # fmt: skip
    with transaction.atomic():
        token = _save(key, collections or ())
        audit.record("key.created", owner, subject=_subject(key), facts={"scopes": key.scopes})
    return key, token


def rotate(key: Key) -> tuple[Key, str]:
    """A successor with the same rights for as long; the old one lives on for `OVERLAP` at most."""
    now = timezone.now()
    successor = Key(
        owner=key.owner, name=key.name, scopes=key.scopes, everywhere=key.everywhere, replaces=key, life=key.life,
        expires_at=now + key.life,
    )  # fmt: skip
    with transaction.atomic():
        token = _save(successor, key.collections.all())
        Key.objects.filter(pk=key.pk, expires_at__gt=now + OVERLAP).update(expires_at=now + OVERLAP)
        audit.record("key.rotated", key.owner, subject=_subject(key), facts={"successor": successor.prefix})
    return successor, token


def revoke(key: Key, *, by: Any) -> bool:
    """Make it open nothing from now on; False when it was revoked before."""
    with transaction.atomic():
        done = Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        if done:
            audit.record("key.revoked", by, subject=_subject(key))
    return bool(done)


def prefix_of(token: str) -> str:
    """The part by which a key is looked up; empty when this is no token of ours."""
    mark, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    return prefix if mark == MARK and prefix.isalnum() and secret else ""


def _save(key: Key, collections: Iterable[Collection]) -> str:
    key.prefix = secrets.token_hex(5)
    token = f"{MARK}_{key.prefix}_{secrets.token_urlsafe(32)}"
    key.digest = Key.digest_of(token)
    key.save()
    key.collections.set(collections)
    return token


def _subject(key: Key) -> str:
    return f"key:{key.prefix}"
