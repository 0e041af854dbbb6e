"""The worker's door: the id of a search comes in, and what it found stands in its row."""

from __future__ import annotations

import uuid

from lawqa.celery import app


@app.task(name="api.search", expires=30)  # type: ignore[untyped-decorator]  # celery ships no types
def search(search_id: str) -> None:
    """Look something up for a caller who waits."""
    from api.searching import look  # loads the models: in the worker, never in the pages

    look(uuid.UUID(search_id))
