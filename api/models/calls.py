"""What is remembered between two calls: how many there were, and what was said to the first of two that are the same."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from api.models.keys import Key


class Allowance(models.Model):
    """How many calls of one kind a key has made in the minute that is running."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="+")
    policy = models.CharField(max_length=20)
    window = models.PositiveBigIntegerField()
    """The minute: whole ones since 1970."""
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "policy"], name="one_allowance_a_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.policy}: {self.used}"


class Reply(models.Model):
    """What was answered to a call with an Idempotency-Key, so that the same call again gets the same answer."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    """The header's value."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of method, path and what was sent."""
    status = models.PositiveSmallIntegerField(null=True)
    """None while the first call is still at work."""
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name_plural = "replies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "name"], name="one_reply_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"
