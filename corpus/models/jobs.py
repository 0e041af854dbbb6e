"""Uploaded files, their pages, and the jobs that bring them onto the shelf.

The job row is the job: its stage, its state, who holds it and until when. A message to a worker is only a hint.
Leases run on the database's clock, so that workers with wrong clocks do no harm.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from corpus.models.law import Document, Edition
from corpus.models.shelves import Collection, ShelvedQuerySet

LEASE = dt.timedelta(seconds=45)
"""How long a worker may be silent before its job is given to another."""
HINT_AFTER = dt.timedelta(seconds=30)
"""How long a queued job waits before a worker is told of it again: a hint can be lost."""
MAX_ATTEMPTS = 3


class StoredFileQuerySet(ShelvedQuerySet["StoredFile"]):
    """The same bytes may lie on several shelves: who reads one of them sees the file, and none of the others."""

    on_shelf = ("jobs__collection", "editions__document__collection")

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).distinct()


class StoredFile(models.Model):
    """Bytes as uploaded, named by their sha256 and never changed (see corpus.files)."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    page_count = models.PositiveIntegerField(null=True)
    """Known once extraction has begun; None before, and for formats without pages 1."""
    facts = models.JSONField(default=dict, blank=True)
    """corpus.types.FileFacts as the extractor reported them."""
    stored_at = models.DateTimeField(auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"


class Page(models.Model):
    """One extracted page of a file: its lines for the structure, its words for the viewer."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40, blank=True)
    width = models.FloatField(default=0)
    height = models.FloatField(default=0)
    reader = models.CharField(max_length=20, blank=True)
    flags = models.JSONField(default=list, blank=True)
    lines = models.BinaryField()
    """corpus.types.Line, packed by corpus.pages."""
    words = models.BinaryField()
    """corpus.types.Word, packed by corpus.places."""

    class Meta:
        ordering: ClassVar = ["file_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "number"], name="one_row_a_page"),
        ]

    def __str__(self) -> str:
        return f"{self.file} p. {self.number}"


class BatchQuerySet(ShelvedQuerySet["Batch"]):
    def workable_by(self, user: Any) -> Self:
        """Of the shelves to which a user may add."""
        return self.filter(collection__in=Collection.objects.addable_by(user))


class Batch(models.Model):
    """Files that were added together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="batches")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-added_at"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.collection}, {self.added_at:%d %B %Y %H:%M}"


class IngestJobQuerySet(ShelvedQuerySet["IngestJob"]):
    def workable_by(self, user: Any) -> Self:
        """Jobs of the shelves to which a user may add: who may not has no business with what others add."""
        return self.filter(collection__in=Collection.objects.addable_by(user))

    def live(self) -> Self:
        """Jobs that stand for a file of their collection: neither cancelled nor removed."""
        return self.exclude(state__in=IngestJob.GONE)

    def unfinished(self) -> Self:
        return self.filter(state__in=(IngestJob.State.QUEUED, IngestJob.State.RUNNING))

    def lost(self) -> Self:
        """Running jobs whose worker has been silent for longer than its lease."""
        return self.filter(state=IngestJob.State.RUNNING, lease_until__lt=Now())

    def counts(self) -> dict[str, int]:
        """State → how many jobs."""
        return dict(self.order_by().values_list("state").annotate(count=Count("pk")))

    def claim(self, pk: uuid.UUID, worker: str) -> int | None:
        """Take a queued job; returns the fencing token, None when it is not to be had.

        The attempt is counted before the work, so that a job that kills its worker is counted too.
        """
        queued = self.filter(pk=pk, state=IngestJob.State.QUEUED)
        taken = queued.update(
            state=IngestJob.State.RUNNING, worker=worker[:100], token=F("token") + 1, attempts=F("attempts") + 1,
            lease_until=Now() + LEASE, started_at=Now(), done=0, total=None, message="",
        )  # fmt: skip
        if not taken:
            return None
        held = self.filter(pk=pk, state=IngestJob.State.RUNNING, worker=worker[:100])
        return held.values_list("token", flat=True).first()

    def held(self, pk: uuid.UUID, token: int) -> Self:
        """The job, if that token still holds it."""
        return self.filter(pk=pk, token=token, state=IngestJob.State.RUNNING)

    def take_hint(self, pk: uuid.UUID) -> bool:
        """Whether a worker should be told of this job now; True for one caller only."""
        long_ago = Q(hinted_at__isnull=True) | Q(hinted_at__lt=Now() - HINT_AFTER)
        due = self.filter(long_ago, pk=pk, state=IngestJob.State.QUEUED)
        return due.update(hinted_at=Now()) == 1


class IngestJob(models.Model):
    """One file on its way onto one shelf."""

    class Stage(models.TextChoices):
        EXTRACTION = "extraction", "reading the file"
        STRUCTURE = "structure", "finding the sections"
        PASSAGES = "passages", "dividing into passages"
        EMBEDDING = "embedding", "embedding the passages"
        DONE = "done", "searchable"

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        RUNNING = "running", "in work"
        REVIEW = "review", "waits for your confirmation"
        READY = "ready", "searchable"
        FAILED = "failed", "failed"
        QUARANTINED = "quarantined", "set aside"
        CANCELLED = "cancelled", "cancelled"
        REMOVED = "removed", "removed"

    GONE = (State.CANCELLED, State.REMOVED)
    FINISHED = (State.READY, State.FAILED, State.QUARANTINED, State.CANCELLED, State.REMOVED)
    RETRIABLE = (State.FAILED, State.QUARANTINED, State.CANCELLED, State.REMOVED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="jobs")
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="jobs")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="jobs")
    name = models.CharField(max_length=400)
    """The file's name as given, for people only: it never becomes a path."""
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.EXTRACTION)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    check_first = models.BooleanField(default=False)
    """Whether a person wants to see the facts before the text becomes searchable."""
    confirmed = models.BooleanField(default=False)
    """Whether a person has confirmed the facts and the edition."""

    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.PositiveIntegerField(default=0)
    """Fencing token: raised with each claim and each cancellation; who holds an older one may not write."""
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    hinted_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    """Of the stage: pages, sections or passages."""
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.TextField(blank=True)
    """What happened and what to do, for the admin."""
    code = models.CharField(max_length=40, blank=True)
    """Why it failed, for programs: `needs-password`, `needs-ocr`, `not-a-pdf`, `timeout` …"""
    flags = models.JSONField(default=list, blank=True)

    guessed = models.JSONField(default=dict, blank=True)
    """corpus.types.Facts read from the text."""
    given = models.JSONField(default=dict, blank=True)
    """corpus.types.Facts corrected by a person: they win."""
    edition_of = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The document of which it is to become the next edition, as proposed or confirmed."""
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    timings = models.JSONField(default=dict, blank=True)
    """Seconds a stage, of the last attempt."""

    added_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = IngestJobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["added_at", "name"]
        indexes: ClassVar = [
            models.Index(fields=["state", "hinted_at"], name="job_by_state"),
            models.Index(fields=["batch", "state"], name="job_of_batch"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["collection", "file"], name="one_job_a_file_and_shelf",
                condition=~Q(state__in=("cancelled", "removed")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

    @property
    def finished(self) -> bool:
        return self.state in self.FINISHED

    def facts(self) -> dict[str, Any]:
        """The facts in force: what was guessed, overridden by what a person gave."""
        return {
            **self.guessed,
            **{name: value for name, value in self.given.items() if value not in ("", None)},
        }
