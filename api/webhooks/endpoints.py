"""What happens to an endpoint: made, given a new secret, switched on, removed; each stands in the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

import audit
from api.webhooks.models import OVERLAP, Delivery, Endpoint
from api.webhooks.signing import new_secret


def make(owner: Any, url: str, kinds: Iterable[str]) -> Endpoint:
    with transaction.atomic():
        endpoint = Endpoint.objects.create(owner=owner, url=url, kinds=sorted(kinds))
        audit.record("webhook.created", owner, subject=_subject(endpoint), facts={"kinds": endpoint.kinds})
    return endpoint


def rotate(endpoint: Endpoint, by: Any) -> str:
    """A new secret; the one before signs beside it for `OVERLAP`, so that no message is refused meanwhile."""
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.former_secret, row.former_until = row.secret, timezone.now() + OVERLAP
        row.secret = new_secret()
        row.save(update_fields=["secret", "former_secret", "former_until"])
        audit.record("webhook.rotated", by, subject=_subject(row))
    return row.secret


def switch_on(endpoint: Endpoint, by: Any) -> bool:
    """Tell it again, beginning with what has waited; False when it was on."""
    with transaction.atomic():
        off = Endpoint.objects.filter(pk=endpoint.pk, disabled_at__isnull=False)
        done = off.update(disabled_at=None, disabled_because="", failing_since=None)
        if done:
            audit.record("webhook.changed", by, subject=_subject(endpoint), facts={"on": True})
    return bool(done)


def remove(endpoint: Endpoint, by: Any) -> None:
    subject = _subject(endpoint)
    with transaction.atomic():
        endpoint.delete()
        audit.record("webhook.removed", by, subject=subject)


def send_again(delivery: Delivery) -> bool:
    """Begin anew with a message that was given up; False when it was not."""
    given_up = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED)
    anew = {"state": Delivery.State.WAITING, "attempts": 0, "next_at": timezone.now(), "ended_at": None}
    return bool(given_up.update(**anew))


def _subject(endpoint: Endpoint) -> str:
    return f"webhook:{endpoint.pk}"
