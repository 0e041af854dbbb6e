"""The entries of the log. They are added by audit.chain and by nobody changed."""

from __future__ import annotations

import json
from typing import Any, ClassVar, NoReturn

from django.db import models


class AppendOnly(RuntimeError):
    """An entry of the log is never changed and never deleted."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Entries of the audit log are not changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly("Entries of the audit log are not deleted.")


class Entry(models.Model):
    """One deed. Its digest covers everything beside it and the digest before it (audit.verify)."""

    number = models.PositiveBigIntegerField(primary_key=True)
    """1, 2, 3 … without a gap."""
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor = models.PositiveBigIntegerField(null=True)
    """The person's database key. No foreign key: the entry outlives the person's row."""
    actor_name = models.CharField(max_length=200, blank=True)
    """As it was then."""
    subject = models.CharField(max_length=200, blank=True)
    facts_json = models.TextField(default="{}")
    """As it was hashed; a database's own JSON type would write it in another order."""
    key_id = models.CharField(max_length=16)
    """Which key signed it, without saying the key."""
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    """SHA-256 of the content, which names the digest before it."""
    mac = models.CharField(max_length=64)
    """HMAC-SHA256 of the digest: who changes entries and chains them anew cannot make it."""

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        verbose_name_plural = "entries"
        indexes: ClassVar = [
            models.Index(fields=["action", "-number"], name="entry_by_action"),
            models.Index(fields=["actor", "-number"], name="entry_by_actor"),
            models.Index(fields=["subject", "-number"], name="entry_by_subject"),
            models.Index(fields=["at"], name="entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}".rstrip()

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.facts_json)
        return found

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it; one that is there already cannot be saved again. Raises AppendOnly."""
        if not self._state.adding:
            raise AppendOnly("Entries of the audit log are not changed.")
        super().save(force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Entries of the audit log are not deleted.")
