"""The worker's application: `celery -A lawqa.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")

app = Celery("lawqa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
