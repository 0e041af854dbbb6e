"""The worker's application: `celery -A lawqa.celery worker`."""

import os
import socket
import threading
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)

# Celery warns a worker that runs as root because pickled messages would run code; here messages are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")

app = Celery("lawqa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def takes(queue: str) -> bool:
    """Whether this worker was told to take messages of that queue (celery worker -Q …)."""
    return queue in app.amqp.queues.consume_from


@worker_process_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def watch_questions(**_: object) -> None:
    """Where questions are answered, also those of which no message came: the broker may be down."""
    from lawqa.tasks import watch

    if takes("questions"):
        threading.Thread(target=watch, args=(threading.Event(),), name="questions", daemon=True).start()


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery ships no types
def warm_up(**_: object) -> None:
    """So that neither the first question nor the first file waits for the models."""
    from corpus import tasks as library
    from corpus.hints import tell
    from lawqa import tasks

    if takes("questions"):
        tell(tasks.warm.delay)
    if takes("ingestion"):
        tell(library.warm.delay)


@worker_process_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def give_signs_of_life(sender: object, **_: object) -> None:
    """Of each process that works, under its worker's name."""
    from lawqa.operations.heartbeats import keep_beating

    keep_beating(str(sender), app.amqp.queues.consume_from)


@beat_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def give_signs_of_beat(**_: object) -> None:
    """Of the process that sends what is due."""
    from lawqa.operations.heartbeats import keep_beating
    from lawqa.operations.models import CLOCK

    keep_beating(f"beat@{socket.gethostname()}", [CLOCK])


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def leave_logging(**_: object) -> None:
    """Workers log as the pages do: Django has set it up, and Celery would replace that."""


@before_task_publish.connect  # type: ignore[untyped-decorator]  # celery ships no types
def send_request_id(headers: dict[str, Any] | None = None, **_: object) -> None:
    """The id of the request that a message comes from goes with it."""
    from lawqa.operations import telemetry, tracing

    if headers is not None:
        headers |= {tracing.HEADER: found} if (found := tracing.request_id()) else {}
        headers |= telemetry.carried()


@task_prerun.connect  # type: ignore[untyped-decorator]  # celery ships no types
def take_request_id(task_id: str, task: Any, **_: object) -> None:
    """What a worker logs of a message bears the id of the request that sent it, or one of its own."""
    from lawqa.operations import telemetry, tracing

    inside = task.request.headers or {}  # where a task is run without a broker
    trace = tracing.begin(
        task.request.get(tracing.HEADER) or inside.get(tracing.HEADER) or task_id, task=task.name
    )
    said = {telemetry.HEADER: task.request.get(telemetry.HEADER) or inside.get(telemetry.HEADER)}
    consumer, parent = telemetry.Kind.CONSUMER, telemetry.taken(said)
    telemetry.enter(telemetry.begin(task.name, consumer, parent, lawqa_request=trace.request))


@task_postrun.connect  # type: ignore[untyped-decorator]  # celery ships no types
def end_request_id(state: str | None = None, **_: object) -> None:
    """Say how long it took; what comes next belongs to no request."""
    from lawqa.operations import telemetry, tracing

    tracing.end(state or "")
    if (opened := telemetry.current()) is not None:
        opened.say(lawqa_state=(state or "").lower())
        telemetry.leave(opened)


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # celery ships no types
def send_the_rest(**_: object) -> None:
    """Spans that wait to be sent, where they are."""
    from lawqa.operations import telemetry

    telemetry.flush()
