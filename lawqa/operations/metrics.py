"""Figures for Prometheus: of requests, counted where they are answered; of everything else, read from the rows when asked.

What the rows say is the same whichever process is scraped: take `max` over several, not `sum`. Requests are counted a process.
Where several processes serve pages, PROMETHEUS_MULTIPROC_DIR names an empty folder that they share.
See https://prometheus.github.io/client_python/multiprocess/
"""

from __future__ import annotations

import os
from collections import Counter as Counting
from collections.abc import Iterable, Iterator
from http import HTTPMethod
from pathlib import Path

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from corpus.holdings import holdings
from corpus.models import Collection
from lawqa.operations import figures, readiness
from lawqa.operations.models import Worker

if _shared := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(_shared).mkdir(parents=True, exist_ok=True)  # before the client library looks for it

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; .15 is what a page without a model may take."""
SHARES = (0.5, 0.95)
disable_created_metrics()  # type: ignore[no-untyped-call]  # when each label was first seen: twice the lines, for nobody
METHODS = frozenset(HTTPMethod)
_own = CollectorRegistry()
REQUESTS = Counter(
    "lawqa_http_requests", "Requests that were answered.", ("view", "method", "status"), registry=_own
)
SECONDS = Histogram(
    "lawqa_http_request_seconds", "Until the response began.", ("view",), buckets=BUCKETS, registry=_own
)


def answered(view: str, method: str, status: int, seconds: float) -> None:
    """Count one request. `view` is the address's name, so that the labels stay few whatever is asked for."""
    REQUESTS.labels(view, method if method in METHODS else "other", str(status)).inc()
    SECONDS.labels(view).observe(seconds)


def exposition() -> bytes:
    """Everything, in the text format."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it registers itself
        counted = generate_latest(registry)
    else:
        ProcessCollector(registry=registry)
        counted = generate_latest(_own) + generate_latest(registry)
    return counted + generate_latest(_rows())


class _Rows:
    """What the rows say, read anew for each scrape."""

    def collect(self) -> Iterator[Metric]:
        try:
            yield from _collected()
        except (DatabaseError, InterfaceError):  # what was counted without it is still worth a scrape
            yield _gauge("lawqa_database_up", "Whether the database answers.", [((), 0)])


def _rows() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Rows())
    return registry


def _collected() -> Iterator[Metric]:
    checks = readiness.everything()
    ready = [((check.name,), float(check.state is readiness.State.OK)) for check in checks]
    yield _gauge("lawqa_ready", "Whether a part is well.", ready, "part")
    yield _gauge("lawqa_database_up", "Whether the database answers.", [((), 1)])
    yield from _queues()
    yield from _workers()
    yield from _index()
    yield from _answers()
    yield from _calls()
    sizes = [((store.name,), store.size) for store in figures.storage()]
    yield _gauge("lawqa_storage_bytes", "Bytes that are taken, and that are free.", sizes, "what")
    held = holdings(Collection.objects.open_to_all())
    sections: Counting[str] = Counting()
    for row in held.rows:
        sections[row.jurisdiction] += row.sections
    counts = [((code,), count) for code, count in sections.items()]
    yield _gauge(
        "lawqa_sections", "Sections on the shelves that belong to no matter.", counts, "jurisdiction"
    )


def _queues() -> Iterator[Metric]:
    for name, queue in (("questions", figures.questions()), ("ingest_jobs", figures.files())):
        states = [((state,), count) for state, count in queue.states.items()]
        yield _gauge(f"lawqa_{name}", f"The {name.replace('_', ' ')} in each state.", states, "state")
        said = f"How long the oldest of the waiting {name.replace('_', ' ')} has waited."
        yield _gauge(f"lawqa_{name}_waiting_seconds", said, [((), queue.waiting_seconds)])
    waiting = [((queue,), count) for queue, count in figures.messages().items()]
    yield _gauge("lawqa_messages", "Messages that no worker has taken yet.", waiting, "queue")


def _workers() -> Iterator[Metric]:
    alive = list(Worker.objects.alive())
    taking = Counting(queue for worker in alive for queue in worker.takes)
    counts = [((queue,), count) for queue, count in taking.items()]
    yield _gauge("lawqa_workers", "Processes that give signs of life.", counts, "queue")
    memory: Counting[str] = Counting()
    for worker in alive:
        memory[worker.node] += worker.resident
    sizes = [((node,), size) for node, size in memory.items()]
    yield _gauge("lawqa_worker_resident_bytes", "Their memory.", sizes, "worker")


def _index() -> Iterator[Metric]:
    index = figures.index()
    yield _gauge("lawqa_index_generation", "Which generation serves.", [((), index.generation or 0)])
    yield _gauge("lawqa_index_passages", "Passages inside it.", [((), index.passages)])
    yield _gauge("lawqa_index_added_passages", "Passages that came since.", [((), index.added)])
    if index.changed_documents is not None:
        changed = [((), index.changed_documents)]
        yield _gauge("lawqa_index_changed_documents", "Documents that changed since it was built.", changed)


def _answers() -> Iterator[Metric]:
    since = timezone.now() - figures.RECENT
    failed = [((), figures.failed_questions(since))]
    yield _gauge("lawqa_recent_failed_questions", "Questions of the last 15 minutes that failed.", failed)
    recent = figures.latest_answers(since)
    outcomes = Counting(answer.outcome for answer in recent)
    counts = [((outcome,), count) for outcome, count in outcomes.items()]
    yield _gauge("lawqa_recent_answers", "Answers of the last 15 minutes.", counts, "outcome")
    first = [answer.first_claim_ms / 1000 for answer in recent if answer.first_claim_ms is not None]
    whole = [figures.total_ms(answer) / 1000 for answer in recent]
    yield _quantiles("lawqa_recent_answer_seconds", "From beginning to end, last 15 minutes.", whole)
    yield _quantiles("lawqa_recent_first_claim_seconds", "To the first sentence, last 15 minutes.", first)


def _calls() -> Iterator[Metric]:
    calls = figures.latest_calls(timezone.now() - figures.RECENT)
    counted = Counting((str(call.role), "failed" if call.failure else "well") for call in calls)
    counts = [(labels, count) for labels, count in counted.items()]
    said = "Calls to model servers of the last 15 minutes."
    yield _gauge("lawqa_recent_model_calls", said, counts, "role", "ended")


def _gauge(name: str, said: str, values: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for given, value in values:
        family.add_metric(given, value)
    return family


def _quantiles(name: str, said: str, values: list[float]) -> Metric:
    """Nothing where nothing was measured: 0 seconds would be a boast."""
    found = [((str(share),), figures.quantile(values, share)) for share in SHARES]
    return _gauge(name, said, [(labels, value) for labels, value in found if value is not None], "quantile")
