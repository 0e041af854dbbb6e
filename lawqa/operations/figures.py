"""How much there is of everything: read from the rows, so that it is the same whichever process is asked.

Nothing here loads an index or a model, and nothing counts more rows than it has to: a page of it stays quick at any size.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Sum
from django.utils import timezone

from corpus.index.backend import is_milvus
from corpus.index.versions import Versions
from corpus.models import Generation, IngestJob, Passage, StoredFile
from lawqa.celery import app
from lawqa.models import Answer, ModelCall, Question
from lawqa.operations.readiness import BROKER_ERRORS, PROBE_SECONDS

QUEUES = ("questions", "ingestion", "sweeps")
LATEST = 1_000
"""Answers and calls that are looked at, the newest first: by their keys, so that no table is searched."""
RECENT = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits and what is worked on, of questions or of files."""

    states: Mapping[str, int]
    waiting_seconds: float
    """How long the oldest has waited; 0 when none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The index that is searched and what is searched beside it."""

    generation: int | None
    passages: int
    built_at: dt.datetime | None
    added: int
    """Passages with a vector that came since: searched from the rows, in memory."""
    changed_documents: int | None
    """Documents that came, changed or went since; None where the files are on another machine."""
    kept_by: str

    @property
    def whole(self) -> int:
        """All passages that are searched."""
        return self.passages + self.added


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Bytes that one kind of thing takes."""

    name: str
    size: int


def questions() -> Queue:
    """Those that are not finished."""
    open_ones = Question.objects.exclude(state__in=Question.FINISHED).order_by()
    counted = dict(open_ones.values_list("state").annotate(count=Count("pk")))
    waiting = open_ones.filter(state=Question.State.WAITING).aggregate(oldest=Min("asked_at"))["oldest"]
    states = {
        state.value: counted.get(state.value, 0) for state in (Question.State.WAITING, Question.State.RUNNING)
    }
    return Queue(states=states, waiting_seconds=_since(waiting))


def failed_questions(since: dt.datetime) -> int:
    """Those that were asked since and for which there is no answer."""
    return Question.objects.filter(state=Question.State.FAILED, asked_at__gte=since).count()


def files() -> Queue:
    """All jobs of files by their state."""
    counted = IngestJob.objects.counts()
    queued = IngestJob.objects.filter(state=IngestJob.State.QUEUED)
    oldest = queued.aggregate(oldest=Min("changed_at"))["oldest"]
    return Queue(
        states={state.value: counted.get(state.value, 0) for state in IngestJob.State},
        waiting_seconds=_since(oldest),
    )


def _since(moment: dt.datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


def messages() -> dict[str, int]:
    """Queue → messages that no worker has taken yet; empty when the broker does not answer."""
    try:
        with app.connection_for_read(connect_timeout=PROBE_SECONDS) as link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=PROBE_SECONDS)
            channel = link.default_channel
            return {queue: int(channel._size(queue)) for queue in QUEUES}  # noqa: SLF001  kombu's only way for both brokers
    except BROKER_ERRORS:
        return {}


def index() -> Index:
    """Of the generation that serves; a Milvus server has none, and is told of changes as they come."""
    if is_milvus():
        return Index(
            generation=None, passages=0, built_at=None, added=0, changed_documents=None, kept_by="Milvus"
        )
    serving = Generation.objects.serving()
    high_water = serving.high_water if serving else 0
    return Index(
        generation=serving.pk if serving else None,
        passages=serving.passage_count if serving else 0,
        built_at=serving.created_at if serving else None,
        added=Passage.objects.filter(pk__gt=high_water, embedding__isnull=False).count(),
        changed_documents=_changed_documents(serving) if serving else None,
        kept_by="this machine",
    )


def _changed_documents(generation: Generation) -> int | None:
    folder = _data() / "index" / str(generation.pk)
    if not folder.is_dir():
        return None
    try:
        then = Versions.load(folder)
    except (OSError, ValueError):
        return None
    if Versions.state_now() == then.state:
        return 0
    now = Versions.now()
    return len(now.changed_since(then)) + len(now.gone_since(then))


def storage() -> list[Store]:
    """Bytes on this machine's disk, and of the database wherever that is; the last one is what is left."""
    originals = StoredFile.objects.aggregate(size=Sum("size", default=0))["size"]
    return [
        Store(name="database", size=_database_bytes()),
        Store(name="originals", size=int(originals)),
        Store(name="index", size=_folder_bytes(_data() / "index")),
        Store(name="free", size=shutil.disk_usage(_data()).free),
    ]


def _database_bytes() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(str(connection.settings_dict["NAME"]))
    beside = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in beside if file.exists())


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files(folder))


def _files(folder: Path) -> Iterable[Path]:
    """Files that are there; a build may be removing some meanwhile."""
    return (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()


def _data() -> Path:
    return Path(settings.LAWQA_DATA)


def latest_answers(since: dt.datetime) -> list[Answer]:
    """The newest answers of finished questions, newest first, at most `LATEST`."""
    newest = Answer.objects.order_by("-pk").filter(question__state=Question.State.DONE)
    rows = newest.select_related("question").defer("keywords", "named", "coverage", "stages")[:LATEST]
    return [answer for answer in rows if answer.created_at >= since]


def latest_calls(since: dt.datetime) -> list[ModelCall]:
    """The newest calls to model servers, newest first, at most `LATEST`; without what was said."""
    rows = ModelCall.objects.order_by("-pk").select_related("answer").defer("messages", "reply", "parameters")
    return [call for call in rows[:LATEST] if call.answer.created_at >= since]


def total_ms(answer: Answer) -> int:
    """From beginning to end: the sum of the stages."""
    return sum(int(ms) for ms in answer.timings.values())


def quantile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that this share of them does not exceed; None of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
