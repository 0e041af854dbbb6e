"""What is said of jobs while they wait and run: where they stand, and how long it may take.

Estimates come from what has been done: the pace of this stage so far, and what the last texts took.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone

from corpus.models import IngestJob, IngestJobQuerySet

State, Stage = IngestJob.State, IngestJob.Stage
ROWS_A_PAGE = 50
LAST_JOBS = 20
MOST_POSITIONS = 1_000
"""Beyond it a place in the queue is only said to be beyond it."""
SILENT_SECONDS = 60
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "waiting": ("In work", (State.QUEUED, State.RUNNING)),
    "review": ("Waiting for you", (State.REVIEW,)),
    "ready": ("Searchable", (State.READY,)),
    "failed": ("Failed", (State.FAILED, State.QUARANTINED)),
    "removed": ("Removed", (State.CANCELLED, State.REMOVED)),
}
"""How a list of jobs may be narrowed: name, what readers call it, the states."""
COUNTED = {
    Stage.EXTRACTION: "page {done:,} of {total:,}",
    Stage.PASSAGES: "{done:,} of {total:,} sections",
    Stage.EMBEDDING: "{done:,} of {total:,} passages",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the last searchable texts took."""

    job: float | None = None
    """Seconds from start to end, on average."""
    page: dict[str, float] = field(default_factory=dict)
    """Seconds a page, by stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Who waits for a worker."""

    waiting: int
    running: int
    positions: dict[uuid.UUID, int]
    """How many are before it, for the first of them."""

    @property
    def stalled(self) -> bool:
        """Whether there is work and nobody at it."""
        return self.waiting > 0 and self.running == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One job as a list shows it."""

    job: IngestJob
    doing: str
    seconds_left: float | None = None

    @property
    def moving(self) -> bool:
        return self.job.state in (State.QUEUED, State.RUNNING)

    @property
    def can_cancel(self) -> bool:
        return self.moving or self.job.state == State.REVIEW

    @property
    def can_retry(self) -> bool:
        return self.job.state in (State.FAILED, State.QUARANTINED, State.CANCELLED)

    @property
    def can_put_back(self) -> bool:
        return bool(self.job.state == State.REMOVED)

    @property
    def group(self) -> str:
        return next((name for name, (_, states) in GROUPS.items() if self.job.state in states), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of jobs, with how many there are of each kind."""

    page: Page[Any]
    rows: list[Row]
    counts: dict[str, int]
    group: str
    queue: Queue
    seconds_left: float | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def unfinished(self) -> int:
        return self.counts["waiting"]

    @property
    def settled(self) -> int:
        return self.total - self.unfinished

    @property
    def groups(self) -> list[tuple[str, str, int]]:
        return [(name, title, self.counts[name]) for name, (title, _) in GROUPS.items()]

    @property
    def outcome(self) -> str:
        """`1 searchable, 2 failed`: what became of those that nobody waits for any more."""
        ended = [(title, count) for name, title, count in self.groups if count and name != "waiting"]
        return ", ".join(f"{count:,} {title[0].lower()}{title[1:]}" for title, count in ended)

    @property
    def sentence(self) -> str:
        """What a screen reader is told, which changes only when a file ends."""
        said = f"{self.settled:,} of {self.total:,} done"
        failed = self.counts["failed"]
        return f"{said}, {failed:,} failed." if failed else f"{said}."


def listing(
    jobs: IngestJobQuerySet, *, group: str, number: str | None, now: dt.datetime | None = None
) -> Listing:
    """A page of jobs in their order; `group` is a name in GROUPS, or empty for all."""
    now = now or timezone.now()
    states = jobs.counts()
    counts = {name: sum(states.get(state, 0) for state in inside) for name, (_, inside) in GROUPS.items()}
    group = group if group in GROUPS else ""
    chosen = jobs.filter(state__in=GROUPS[group][1]) if group else jobs
    paginator = Paginator(chosen.values_list("pk", flat=True), ROWS_A_PAGE)
    paginator.count = counts[group] if group else sum(counts.values())  # counted already
    page = paginator.get_page(number)
    queue, pace = queue_now(), pace_of_late()
    found = IngestJob.objects.select_related("file", "collection", "document").in_bulk(list(page))
    rows = [row(found[pk], queue, pace, now) for pk in page if pk in found]
    left = _left(jobs, queue, pace, rows) if counts["waiting"] and not queue.stalled else None
    return Listing(page=page, rows=rows, counts=counts, group=group, queue=queue, seconds_left=left)


def row(job: IngestJob, queue: Queue, pace: Pace, now: dt.datetime) -> Row:
    """A job in words."""
    if job.state == State.RUNNING:
        return Row(job=job, doing=_running(job, now), seconds_left=seconds_left(job, pace, now))
    if job.state == State.QUEUED:
        return Row(job=job, doing=_waiting(queue.positions.get(job.pk)))
    return Row(job=job, doing=job.get_state_display())


def _running(job: IngestJob, now: dt.datetime) -> str:
    if job.lease_until and (now - job.lease_until).total_seconds() > 0:
        return "its worker is silent; another takes over in a moment"
    counted = COUNTED.get(Stage(job.stage))
    stage = str(job.get_stage_display())
    if counted and job.total:
        return f"{stage}: {counted.format(done=min(job.done, job.total), total=job.total)}"
    return stage


def _waiting(before: int | None) -> str:
    if before is None:
        return "waiting"
    return "waiting: next in line" if before == 0 else f"waiting: {before:,} before it"


def seconds_left(job: IngestJob, pace: Pace, now: dt.datetime) -> float | None:
    """Of a running job: the rest of its stage at the pace so far, and the stages after it as of late."""
    if not (job.started_at and job.total and job.done):
        return None
    stages = list(Stage.values)
    place = stages.index(job.stage)
    earlier = sum(float(job.timings.get(stage, 0)) for stage in stages[:place])
    spent = (now - job.started_at).total_seconds() - earlier
    if spent < 1:
        return None
    pages = job.file.page_count or 1
    later = sum(pace.page.get(stage, 0) * pages for stage in stages[place + 1 :])
    return spent / job.done * max(0, job.total - job.done) + later


def queue_now() -> Queue:
    """Everybody who waits, on whatever shelf: the workers are shared."""
    states = IngestJob.objects.unfinished().counts()
    queued = IngestJob.objects.filter(state=State.QUEUED).order_by("added_at", "name")
    first = list(queued.values_list("pk", flat=True)[:MOST_POSITIONS]) if states.get(State.QUEUED) else []
    return Queue(
        waiting=states.get(State.QUEUED, 0), running=states.get(State.RUNNING, 0),
        positions={pk: place for place, pk in enumerate(first)},
    )  # fmt: skip


def pace_of_late() -> Pace:
    """From the texts that became searchable last."""
    last = IngestJob.objects.filter(state=State.READY, started_at__isnull=False).order_by("-finished_at")
    facts = list(last.values_list("started_at", "finished_at", "timings", "file__page_count")[:LAST_JOBS])
    if not facts:
        return Pace()
    pages = sum(count or 1 for _, _, _, count in facts)
    spent = [(ended - began).total_seconds() for began, ended, _, _ in facts if began and ended]
    stages = {
        stage: sum(timings.get(stage, 0) for _, _, timings, _ in facts) / pages for stage in Stage.values
    }
    return Pace(job=sum(spent) / max(1, len(spent)), page=stages)


def _left(jobs: IngestJobQuerySet, queue: Queue, pace: Pace, rows: Iterable[Row]) -> float | None:
    """Until the last of these has had its turn; None while there is no pace to go by."""
    running = max((row.seconds_left or 0 for row in rows), default=0)
    last = jobs.filter(state=State.QUEUED).order_by("-added_at", "-name").values_list("pk", flat=True).first()
    if last is None:
        return running or None
    if pace.job is None:
        return None
    before = queue.positions.get(last, queue.waiting - 1)
    return running + (before + 1) * pace.job / max(1, queue.running)
