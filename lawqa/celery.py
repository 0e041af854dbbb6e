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


def answers_questions() -> bool:
    """Whether this worker was told to take questions (celery worker -Q …)."""
    return "questions" in app.amqp.queues.consume_from


@worker_process_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def watch_questions(**_: object) -> None:
    """Where questions are answered, also those of which no message came: the broker may be down."""
    from lawqa.tasks import watch

    if answers_questions():
        threading.Thread(target=watch, args=(threading.Event(),), name="questions", daemon=True).start()


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery ships no types
def warm_up(**_: object) -> None:
    """So that the first question does not wait for the models."""
    from lawqa.tasks import warm

    if answers_questions():
        warm.delay()
