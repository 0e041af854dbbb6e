"""The worker's application: `celery -A lawqa.celery worker`."""

import os
import threading
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import worker_process_init, worker_ready

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
