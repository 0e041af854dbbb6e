"""Endpoints that are told, what they are told, and how far the log has been read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from api.webhooks.signing import new_secret

OVERLAP = dt.timedelta(hours=24)
"""How long a secret that was replaced still signs beside the new one."""
LEASE = dt.timedelta(minutes=2)
"""Who took a message and died: after so long another sends it."""


class Kind(models.TextChoices):
    """What is told."""

    READY = "document.ready", "A file has become searchable"
    FAILED = "document.failed", "A file could not be read"
    AFFECTED = "answer.affected", "The law has moved away from one of your answers"


TEST = "webhook.test"
"""Sent on request, to see whether messages arrive."""


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def listening(self) -> Self:
        """Those that are to be told: switched on, and their owner may come in."""
        return self.filter(disabled_at=None, owner__is_active=True).select_related("owner")


class Endpoint(models.Model):
    """An address of a firm's system. It is told what its owner may know, and no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    secret = models.CharField(max_length=80, default=new_secret)
    """With which messages are signed: it has to be kept, as both sides need it."""
    former_secret = models.CharField(max_length=80, blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=300, blank=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.url

    def secrets(self) -> list[str]:
        """Those that sign now, the newest first."""
        both = self.former_secret and self.former_until and self.former_until > timezone.now()
        return [self.secret, self.former_secret] if both else [self.secret]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> Self:
        """Messages that may be tried now, the oldest first."""
        waiting = self.filter(state=Delivery.State.WAITING, next_at__lte=timezone.now())
        listening = waiting.filter(endpoint__disabled_at=None)
        return listening.select_related("endpoint__owner").order_by("next_at", "created_at")

    def take(self, delivery: Delivery) -> bool:
        """Take one message for sending; False when somebody else has it."""
        now = timezone.now()
        waiting = self.filter(pk=delivery.pk, state=Delivery.State.WAITING, next_at__lte=now)
        taken = waiting.update(next_at=now + LEASE, attempts=F("attempts") + 1) == 1
        delivery.attempts += taken
        return taken

    def settle(self, delivery: Delivery, **changes: Any) -> bool:
        """Write down what became of an attempt, unless another one has begun since."""
        mine = self.filter(pk=delivery.pk, state=Delivery.State.WAITING, attempts=delivery.attempts)
        return mine.update(**changes) == 1


class Delivery(models.Model):
    """One message to one endpoint. Its id stays the same however often it is sent, so that a receiver knows doubles."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        ARRIVED = "arrived", "arrived"
        FAILED = "failed", "given up"
        DROPPED = "dropped", "not sent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=120)
    """What it tells of: the same thing is told an endpoint once."""
    collection = models.ForeignKey("corpus.Collection", null=True, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey("lawqa.Question", null=True, on_delete=models.CASCADE, related_name="+")
    """On what the owner's right to know it hangs; asked again when it is sent."""
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)
    said = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "pk"]
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["endpoint", "-created_at"], name="delivery_of_endpoint"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "kind", "about"], name="told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

    @property
    def message_id(self) -> str:
        return f"msg_{self.pk.hex}"


class Place(models.Model):
    """How far the audit log has been read: one row."""

    number = models.PositiveBigIntegerField(default=0)
    law_moved = models.BooleanField(default=False)
    """Law came or went since the answers were last looked through."""
    looked_at = models.DateTimeField(null=True)
    """When they were."""

    def __str__(self) -> str:
        return str(self.number)
