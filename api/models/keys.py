"""Keys with which programs act for a person, with no more than that person's rights."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from corpus.models import Collection, CollectionQuerySet
from corpus.roles import Role, at_least
from lawqa.models import Question, QuestionQuerySet

LONGEST_LIFE = dt.timedelta(days=365)
SEEN_EVERY = dt.timedelta(minutes=1)
"""The last use is written down no more often."""


class Scope(models.TextChoices):
    """What a key may be used for."""

    READ = "read", "read: collections, law, its owner's questions and answers"
    ASK = "ask", "ask: questions, and text to verify"
    INGEST = "ingest", "ingest: add law and take it off again"
    ADMIN = "admin", "admin: keys of everybody"


NEEDED = {
    Scope.READ: Role.READER,
    Scope.ASK: Role.READER,
    Scope.INGEST: Role.CONTRIBUTOR,
    Scope.ADMIN: Role.ADMIN,
}
"""Scope → the role without which it is worth nothing."""


class KeyQuerySet(models.QuerySet["Key"]):
    def alive(self) -> Self:
        """Keys that open anything now: neither revoked nor expired, and their owner is not suspended."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), owner__is_active=True)

    def visible_to(self, user: Any) -> Self:
        """A person's own; admins see everybody's, for they may have to revoke one."""
        if not user.is_authenticated:
            return self.none()
        return self if at_least(user, Role.ADMIN) else self.filter(owner=user)

    def opens(self, key: int, scope: Scope, question: uuid.UUID) -> bool:
        """Whether a key still has a scope and opens a question, by the rows of now: for what is sent while it happens."""
        found = self.alive().select_related("owner").filter(pk=key).first()
        return found is not None and found.allows(scope) and found.questions().filter(pk=question).exists()

    def seen(self, key: Key) -> None:
        """Note that a key was used."""
        now = timezone.now()
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
        if key.last_used_at is None or key.last_used_at < now - SEEN_EVERY:
            self.filter(stale, pk=key.pk).update(last_used_at=now)


class Key(models.Model):
    """One secret, of which only the hash is kept, with what it may be used for and where."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    """What a person knows a key by; it opens nothing."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the whole token, in hexadecimal."""
    scopes = models.JSONField(default=list)
    everywhere = models.BooleanField(default=True)
    """On every collection that its owner may read; else on `collections` alone, though none be left of them."""
    collections = models.ManyToManyField(Collection, related_name="+", blank=True)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    life = models.DurationField(default=LONGEST_LIFE)
    """From its making to its end; a successor gets the same, also when this one's end was brought forward."""
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} (lawqa_{self.prefix}…)"

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def fits(self, token: str) -> bool:
        """Whether this is its token, in a time that tells nothing of how much of it is right."""
        return hmac.compare_digest(self.digest, self.digest_of(token))

    @property
    def alive(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now() and self.owner.is_active

    def allows(self, scope: Scope) -> bool:
        """Whether it has a scope, and its owner the rights for that now."""
        return scope in self.scopes and self.alive and at_least(self.owner, NEEDED[scope])

    def readable(self) -> CollectionQuerySet:
        """The collections in which it may read, search and ask: its own and its owner's."""
        return self._of(Collection.objects.readable_by(self.owner))

    def askable(self) -> CollectionQuerySet:
        """Those in which it may ask: a matter that was closed is read only."""
        return self.readable().filter(closed_at=None)

    def by_default(self) -> CollectionQuerySet:
        """Those that are searched when a call names none: no matter, unless the key is bound to it.

        So nothing of one matter gets into the answer to a question about another.
        """
        return self.askable().open_to_all() if self.everywhere else self.askable()

    def addable(self) -> CollectionQuerySet:
        """The collections to which it may add law."""
        return self._of(Collection.objects.addable_by(self.owner))

    def questions(self) -> QuestionQuerySet:
        """Questions that it may open: its owner's, as far as all collections that were searched are its own too.

        A bound key opens none whose collections are all gone: nothing says any more where it looked.
        """
        visible = Question.objects.visible_to(self.owner)
        if self.everywhere:
            return visible
        searched = Question.collections.through.objects.filter(question=OuterRef("pk"))
        elsewhere = searched.exclude(collection__in=self.collections.all())
        return visible.filter(Exists(searched), ~Exists(elsewhere))

    def _of(self, collections: CollectionQuerySet) -> CollectionQuerySet:
        return collections if self.everywhere else collections.filter(pk__in=self.collections.all())
