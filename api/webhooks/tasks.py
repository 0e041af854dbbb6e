"""The worker's door: now and then, what happened is taken in and what is due is sent."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, InterfaceError, close_old_connections

from lawqa.celery import app

log = logging.getLogger(__name__)
_at_work = threading.Lock()


@app.task(name="webhooks.dispatch")  # type: ignore[untyped-decorator]  # celery ships no types
def dispatch() -> None:
    """In a thread of its own: a server that hangs must not keep questions or files waiting behind it.

    What a thread that dies with its process had taken is sent by another when its lease has ended.
    """
    if not _at_work.locked():
        threading.Thread(target=work, name="webhooks", daemon=True).start()


def work() -> None:
    """One pass, unless one is at work in this process."""
    from api.webhooks.delivery import deliver_due
    from api.webhooks.outbox import collect

    if not _at_work.acquire(blocking=False):
        return
    try:
        collect()
        while deliver_due():
            pass
    except (DatabaseError, InterfaceError) as error:
        log.warning("Webhooks wait: the database cannot be reached (%s).", error)
    finally:
        close_old_connections()
        _at_work.release()
