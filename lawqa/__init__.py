"""The question side of the project. Importing it puts a current SQLite under Django (see corpus.sqlite)."""

import corpus.sqlite  # noqa: F401  first of all: Django binds to sqlite3 when it loads its backend
from lawqa.celery import app as celery_app

__all__ = ["celery_app"]  # the application that corpus.tasks binds to, whichever process imports it
