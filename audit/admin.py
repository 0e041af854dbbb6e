"""Records what is done in Django's administration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from audit import record


class Recorded:
    """A ModelAdmin whose every addition, change and deletion stands in the log: which fields, not their values.

    Django calls these inside the transaction of the deed.
    """

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record("admin.added", request.user, subject=_subject(obj))
        return super().log_addition(request, obj, message)  # type: ignore[misc]  # of the ModelAdmin beside it

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record("admin.changed", request.user, subject=_subject(obj), facts={"fields": _fields(message)})
        return super().log_change(request, obj, message)  # type: ignore[misc]  # of the ModelAdmin beside it

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        rows = list(queryset)
        for row in rows:
            record("admin.deleted", request.user, subject=_subject(row))
        return super().log_deletions(request, queryset)  # type: ignore[misc]  # of the ModelAdmin beside it


def _subject(row: Any) -> str:
    return f"{row._meta.model_name}:{row.pk}"  # noqa: SLF001  Django documents _meta for this


def _fields(message: Any) -> list[str]:
    """The names of the fields in Django's own account of a change."""
    if not isinstance(message, list):
        return []
    changed = [part["changed"] for part in message if isinstance(part, dict) and "changed" in part]
    return [str(name) for part in changed for name in part.get("fields", [])]
