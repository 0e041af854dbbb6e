"""What happens to an ingest job: added, worked on under a lease, ended, cancelled, tried again, removed.

Each change is one conditional update or one short transaction, so that two people, two workers or two sweepers who
do the same at once do it once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from corpus import auditing, files
from corpus.extraction.errors import ExtractionError
from corpus.models import Batch, Document, Edition, IngestJob, Page, StoredFile
from corpus.models.jobs import HINT_AFTER, LEASE, MAX_ATTEMPTS
from corpus.types import Facts, Kind
from corpus.withdrawal import withdraw

log = logging.getLogger(__name__)
State, Stage = IngestJob.State, IngestJob.Stage
BEAT_SECONDS = 0.7
"""Progress is written down no more often."""
HINTS_A_SWEEP = 100
STALE_UPLOAD_SECONDS = 3600


class LeaseLost(Exception):
    """The job was cancelled or given to another worker: stop, and write nothing more."""


class Lease:
    """The right to work on one job, extended with every sign of progress.

    It is a Progress: called with (stage, how many more are done, how many there are in all). Raises LeaseLost.
    """

    def __init__(self, job: IngestJob, token: int) -> None:
        self.job = job
        self.token = token
        self._stage = ""
        self._began = self._beat = time.monotonic()
        self._done, self._total = 0, None

    _total: int | None

    def __call__(self, stage: str, advance: int, total: int | None) -> None:
        if stage != self._stage and stage in Stage.values:
            self._enter(stage)
        self._done += advance
        self._total = total if total is not None else self._total
        self.alive()

    def alive(self) -> None:
        """A sign of life, written down now and then."""
        if time.monotonic() - self._beat >= BEAT_SECONDS:
            self._write(done=self._done, total=self._total)

    def hold(self) -> None:
        """Inside a transaction: make sure that nobody takes the job before it is committed."""
        if not IngestJob.objects.select_for_update().held(self.job.pk, self.token).exists():
            raise LeaseLost

    def end(self, state: str, **changes: Any) -> None:
        """The last write of this attempt."""
        self._note_time()
        self._write(state=state, lease_until=None, worker="", timings=self.job.timings, **changes)

    def _enter(self, stage: str) -> None:
        self._note_time()
        self._stage, self.job.stage, self._done, self._total = stage, stage, 0, None
        self._write(stage=stage, done=0, total=None, timings=self.job.timings)

    def _note_time(self) -> None:
        now = time.monotonic()
        if self._stage:
            self.job.timings[self._stage] = round(now - self._began, 2)
        self._began = now

    def _write(self, **changes: Any) -> None:
        self._beat = time.monotonic()
        facts = {"lease_until": Now() + LEASE, "changed_at": Now(), **changes}
        if not IngestJob.objects.held(self.job.pk, self.token).update(**facts):
            raise LeaseLost


def add(batch: Batch, file: StoredFile, name: str, **facts: Any) -> tuple[IngestJob, bool]:
    """A job for a stored file; of the same bytes on the same shelf the job that is there already, and False.

    Raises files.Gone.
    """
    there = IngestJob.objects.live().filter(collection=batch.collection, file=file)
    known = {"batch": batch, "collection": batch.collection, "file": file, "name": _shown(name), **facts}
    try:
        with transaction.atomic():
            if found := there.first():
                return found, False
            job = IngestJob.objects.create(**known)
            auditing.of_job("added", job, batch.added_by)
            return job, True
    except IntegrityError:  # another upload of the same bytes was quicker, or the file was deleted for good
        if found := there.first():
            return found, False
        raise files.Gone("The same file was deleted for good at this moment: add it again.") from None


def _shown(name: str) -> str:
    kept = "".join(char for char in name.replace("\\", "/") if char.isprintable())
    return kept[-400:] or "unnamed"


def work(pk: uuid.UUID, worker: str, flow: Callable[[IngestJob, Lease], None]) -> None:
    """Take a queued job, run the flow, and write down how it ended; a job that is not to be had is left alone."""
    token = IngestJob.objects.claim(pk, worker)
    if token is None:
        return
    job = IngestJob.objects.select_related("file", "collection").get(pk=pk)
    lease = Lease(job, token)
    try:
        flow(job, lease)
    except LeaseLost:
        log.info("Job %s was taken away; its work stops.", pk)
    except ExtractionError as error:
        _end_badly(lease, error, str(error), error.code, again=error.retriable)
    except files.NoSpace as error:
        _end_badly(lease, error, str(error), "no-space", again=True)
    except Exception as error:  # whatever a file makes a stage do must end in a sentence, not in a lost job
        log.exception("Job %s failed in stage %s", pk, job.stage)
        _end_badly(lease, error, UNEXPECTED.format(type(error).__name__), "unexpected", again=True)


UNEXPECTED = "Something unexpected happened ({}). It was logged: try again, or send the log to the operator."


def _end_badly(lease: Lease, error: Exception, sentence: str, code: str, *, again: bool) -> None:
    """Queue the job again while attempts are left and waiting may mend it; else it has failed, in words."""
    attempts = lease.job.attempts
    state = State.FAILED
    if again:
        state = State.QUEUED if attempts < MAX_ATTEMPTS else State.QUARANTINED
        sentence += "" if attempts < MAX_ATTEMPTS else f" It was given up after {attempts} attempts."
    ended = {} if state is State.QUEUED else {"finished_at": Now()}
    try:
        with transaction.atomic():
            lease.end(state, message=sentence, code=code, hinted_at=None, **ended)
            if ended:
                auditing.of_job("failed", lease.job, None, code=code)
    except LeaseLost:
        log.info("Job %s was taken away while it failed: %s", lease.job.pk, type(error).__name__)


def cancel(job: IngestJob, by: Any = None) -> bool:
    """Stop a job that is not finished; what it had put on the shelf is taken back. `by`: who does it."""
    stoppable = (State.QUEUED, State.RUNNING, State.REVIEW)
    said = "Cancelled. Try again puts it back in the queue."
    with transaction.atomic():
        done = _take_back(job, stoppable, State.CANCELLED, said)
        if done:
            auditing.of_job("cancelled", job, by)
    return done


def remove(job: IngestJob, by: Any = None) -> bool:
    """Take what a file brought off the shelf: a search that starts after this returned does not find it."""
    kept = f"Removed from the library. It can be put back for {settings.LAWQA_KEEP_REMOVED_DAYS} days."
    there = (State.READY, State.FAILED, State.QUARANTINED, State.CANCELLED)
    with transaction.atomic():
        done = _take_back(job, there, State.REMOVED, kept)
        if done:
            auditing.of_job("withdrawn", job, by)
    return done


def _take_back(job: IngestJob, states: tuple[str, ...], state: str, message: str) -> bool:
    with transaction.atomic():
        locked = IngestJob.objects.select_for_update().filter(pk=job.pk, state__in=states).first()
        if locked is None:
            return False
        if locked.edition_id:
            withdraw(Edition.objects.get(pk=locked.edition_id))
        changes = {
            "state": state,
            "token": F("token") + 1,
            "lease_until": None,
            "worker": "",
            "message": message,
        }
        ended = {"finished_at": Now(), "document": None, "edition": None, "confirmed": False, "code": ""}
        IngestJob.objects.filter(pk=job.pk).update(**changes, **ended, changed_at=Now())
    return True


def retry(job: IngestJob, by: Any = None) -> bool:
    """Put a job that failed, was cancelled or was removed back in the queue, to be read from the start."""
    try:
        with transaction.atomic():
            stopped = IngestJob.objects.select_for_update().filter(pk=job.pk, state__in=IngestJob.RETRIABLE)
            state = stopped.values_list("state", flat=True).first()
            if state in (State.FAILED, State.QUARANTINED):
                Page.objects.filter(file=job.file_id).delete()
                StoredFile.objects.filter(pk=job.file_id).update(facts={}, page_count=None)
            done = stopped.update(
                state=State.QUEUED, stage=Stage.EXTRACTION, attempts=0, message="", code="", hinted_at=None,
                finished_at=None, done=0, total=None, changed_at=Now(),
            )  # fmt: skip
            if done:
                auditing.of_job("retried", job, by)
            return bool(done)
    except IntegrityError:  # the same bytes were added to the same shelf again meanwhile
        return False


def correct(job: IngestJob, facts: Facts, by: Any = None) -> bool:
    """Take over a person's corrections; a text on the shelf is put there anew with them."""
    given = _known(facts)
    same_stage = IngestJob.objects.filter(pk=job.pk, state__in=(State.READY, State.REVIEW, State.QUEUED))
    queued = {
        "state": State.QUEUED,
        "stage": Stage.STRUCTURE,
        "attempts": 0,
        "hinted_at": None,
        "message": "",
    }
    confirmed = {"confirmed": True, "finished_at": None, "changed_at": Now()}
    with transaction.atomic():
        done = bool(same_stage.update(given=given, **queued, **confirmed))
        if done:
            auditing.of_job("confirmed", job, by, corrected=sorted(given))
    return done


def confirm(
    job: IngestJob, *, edition_of: Document | None, given: Facts | None = None, by: Any = None
) -> bool:
    """A person has looked: it becomes the next edition of that document, or a document of its own.

    `given` are corrections made on the same page.
    """
    corrected = job.given if given is None else _known(given)
    waiting = IngestJob.objects.filter(pk=job.pk, state=State.REVIEW)
    with transaction.atomic():
        done = waiting.update(
            state=State.QUEUED, edition_of=edition_of, confirmed=True, hinted_at=None, attempts=0, message="",
            given=corrected, changed_at=Now(),
        )  # fmt: skip
        if done:
            auditing.of_job("confirmed", job, by, corrected=sorted(corrected))
    return bool(done)


def sweep() -> list[uuid.UUID]:
    """Bring back what dead workers and lost messages left behind; returns the jobs of which a worker must be told."""
    for job in IngestJob.objects.lost():
        _bring_back(job)
    _purge()
    files.clear_incoming(time.time() - STALE_UPLOAD_SECONDS)
    queued = IngestJob.objects.filter(state=State.QUEUED).order_by("added_at")
    due = queued.filter(Q(hinted_at__isnull=True) | Q(hinted_at__lt=Now() - HINT_AFTER))
    return list(due.values_list("pk", flat=True)[:HINTS_A_SWEEP])


def _bring_back(job: IngestJob) -> None:
    lost = IngestJob.objects.lost().filter(pk=job.pk, token=job.token)
    if job.attempts < MAX_ATTEMPTS:
        lost.update(state=State.QUEUED, lease_until=None, worker="", hinted_at=None, changed_at=Now())
        return
    sentence = (
        f"The worker died {job.attempts} times while {job.get_stage_display()}, so the file was set aside. "
        "Try again, or add the document in another format."
    )
    ended = {"finished_at": Now(), "lease_until": None, "worker": "", "changed_at": Now()}
    with transaction.atomic():
        if lost.update(state=State.QUARANTINED, message=sentence, code="worker-died", **ended):
            auditing.of_job("failed", job, None, code="worker-died")


def _purge() -> None:
    """Remove for good what was removed long ago."""
    long_ago = timezone.now() - dt.timedelta(days=settings.LAWQA_KEEP_REMOVED_DAYS)
    for job in IngestJob.objects.filter(state__in=IngestJob.GONE, finished_at__lt=long_ago)[:HINTS_A_SWEEP]:
        forget(job)


def forget(job: IngestJob, by: Any = None) -> bool:
    """Delete a removed job for good, and its file if no other job stands on it."""
    with files.alone(job.file.sha256), transaction.atomic():
        deleted, _ = IngestJob.objects.filter(pk=job.pk, state__in=IngestJob.GONE).delete()
        unused = StoredFile.objects.filter(pk=job.file_id, jobs__isnull=True)
        file = unused.select_for_update(of=("self",)).first()
        if deleted and file:
            file.delete()
            transaction.on_commit(lambda: files.discard(file))
        if deleted:
            auditing.of_job("forgotten", job, by)
    return bool(deleted)


def _known(facts: Facts) -> dict[str, str]:
    return {name: value for name, value in facts_to_json(facts).items() if value}


def facts_to_json(facts: Facts) -> dict[str, str]:
    """As kept in a job's row; nothing for what is not known."""
    return {name: str(value) if value else "" for name, value in dataclasses.asdict(facts).items()}


def facts_from_json(known: dict[str, str]) -> Facts:
    """The reverse; what cannot be read is as if it were not known."""
    return Facts(**{name: _fact(name, value) for name, value in known.items() if value and name in FACTS})


FACTS = {field.name for field in dataclasses.fields(Facts)}


def _fact(name: str, value: str) -> Any:
    try:
        if name in ("dated", "decided_on"):
            return dt.date.fromisoformat(value)
        return Kind(value) if name == "kind" else value
    except ValueError:
        return None if name in ("dated", "decided_on", "kind") else ""
