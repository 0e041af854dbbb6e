"""The worker's doors of the library: ids come in, a flow runs, and what the admin must know stands in the job's row."""

from __future__ import annotations

import uuid

from celery import current_task, shared_task

from corpus import jobs
from corpus.hints import tell
from corpus.models import IngestJob


@shared_task(name="corpus.ingest")  # type: ignore[untyped-decorator]  # celery ships no types
def ingest(job_id: str) -> None:
    """Work on a queued job; one that somebody else has, or that is gone, is left alone."""
    from corpus import (
        pipeline,
        upkeep,
    )  # load the encoder and the index: in the worker, never in the pages

    jobs.work(
        uuid.UUID(job_id), f"{current_task.request.hostname}:{current_task.request.id}", pipeline.ingest
    )
    if upkeep.due():
        tell(compact.delay)


@shared_task(name="corpus.warm")  # type: ignore[untyped-decorator]  # celery ships no types
def warm() -> None:
    """Load the encoder before anybody adds a file."""
    from corpus import embedding

    embedding.encode([""])


@shared_task(name="corpus.compact")  # type: ignore[untyped-decorator]  # celery ships no types
def compact() -> None:
    """Bring the index up beside live search, unless another worker is at it."""
    from corpus import upkeep

    upkeep.compact(lambda stage, advance, total: None)


@shared_task(name="corpus.sweep")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep() -> None:
    """Tell workers of what dead workers and lost messages left behind. Two at once do no harm."""
    from corpus import upkeep

    for pk in jobs.sweep():
        hint(pk)
    if upkeep.due():
        tell(compact.delay)


def hint(pk: uuid.UUID) -> bool:
    """Tell a worker of a queued job, unless one was told just now; a broker that is down is told by the sweeper later."""
    due = IngestJob.objects.take_hint(pk)
    if due:
        tell(ingest.delay, str(pk))
    return due
