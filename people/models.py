"""Invitations: the only way in for people whom single sign-on does not know."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from corpus.roles import Role

LIVES = dt.timedelta(days=7)
"""How long a link may be used."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those whose link still works."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def by_token(self, token: str) -> Invitation | None:
        """The open invitation that a link belongs to."""
        return self.open().select_related("person").filter(token_hash=hash_of(token)).first()

    def use(self, invitation: Invitation) -> bool:
        """Take the one use of a link; True for one caller only."""
        return self.open().filter(pk=invitation.pk).update(used_at=timezone.now()) == 1


class Invitation(models.Model):
    """A link that lets one person choose a password: a new one in a role, or one who is here already."""

    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.READER)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    """Who is here already and has lost the password; for a new person none until the link is used."""
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of what stands in the link: who reads the database cannot use it."""
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invited"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"

    def set_token(self, token: str, until: dt.datetime) -> None:
        """Say what its link holds and how long that works."""
        self.token_hash, self.expires_at = hash_of(token), until


def new_token() -> str:
    """256 random bits, as they stand in a link."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """How a token is kept; it is random, so that no salt is needed."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
