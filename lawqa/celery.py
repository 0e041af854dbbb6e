"""The worker's application: `celery -A lawqa.celery worker`."""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import worker_init, worker_ready

# Celery warns a worker that runs as root because pickled messages would run code; here messages are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")

app = Celery("lawqa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def prepare_queue(**_: object) -> None:
    """The worker may be the first to start: it listens in a folder that has to be there."""
    from lawqa.tasks import make_queue

    make_queue()


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery ships no types
def warm_up(**_: object) -> None:
    """So that the first question does not wait for the models."""
    from lawqa.tasks import warm

    warm.delay()
