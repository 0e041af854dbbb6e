"""Signs of life: one row for each process that works behind the pages, renewed while it lives."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, fields
from django.db.models.functions import Now

ALIVE_FOR = dt.timedelta(seconds=45)
"""How long after its last sign a process counts as alive: three signs may be late."""
FORGOTTEN_AFTER = dt.timedelta(hours=12)
"""How long a process that ended is still listed."""
CLOCK = "clock"
"""The queue of who takes no messages and sends the ones that are due: Celery's beat."""


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> Self:
        """Processes that gave a sign lately, by the database's clock."""
        return self.filter(seen_at__gte=Now() - ALIVE_FOR)

    def taking(self, queue: str) -> Self:
        """Processes that take messages of a queue."""
        return self.filter(queues__contains=f",{queue},")

    def with_silence(self) -> Self:
        """Each with `silence`, how long ago it gave its last sign, by the database's clock."""
        lasting = ExpressionWrapper(Now() - F("seen_at"), output_field=fields.DurationField())
        return self.annotate(silence=lasting).order_by("node", "pid")

    def sign(self, node: str, pid: int, **facts: object) -> None:
        """A sign of life of one process; those that ended long ago are forgotten with its first."""
        seen = {**facts, "seen_at": Now()}
        if not self.filter(node=node, pid=pid).update(**seen):
            self.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
            self.create(node=node, pid=pid, started_at=Now(), **seen)


class Worker(models.Model):
    """A process of a worker, or the beat."""

    node = models.CharField(max_length=200)
    """Its name, with the machine that it runs on: `questions@host`."""
    pid = models.PositiveIntegerField()
    queues = models.CharField(max_length=200)
    """Whose messages it takes, each between commas: `,questions,sweeps,`."""
    resident = models.PositiveBigIntegerField(default=0)
    """Bytes of memory; 0 where the system does not say."""
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    silence: dt.timedelta
    """Of rows from `with_silence` only."""

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["node", "pid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "pid"], name="one_row_a_process"),
        ]

    def __str__(self) -> str:
        return f"{self.node} ({self.pid})"

    @property
    def takes(self) -> list[str]:
        """The queues, by name."""
        return [queue for queue in self.queues.split(",") if queue]
