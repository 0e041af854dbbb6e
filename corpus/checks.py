"""System checks: what would lose data or mislead, said at every start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

FIXED = (3, 51, 3)
"""First SQLite in which resetting the write-ahead log cannot corrupt the database."""


@register(Tags.database)
def check_sqlite(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """SQLite in WAL mode older than the fix of the WAL-reset bug (https://sqlite.org/wal.html)."""
    if not databases or connection.vendor != "sqlite":
        return []
    import sqlite3  # the library that Django's backend took, see corpus.sqlite

    wal = "journal_mode=wal" in str(settings.DATABASES["default"].get("OPTIONS")).lower()
    return judge_sqlite(sqlite3.sqlite_version_info, wal=wal)


def judge_sqlite(version: tuple[int, ...], *, wal: bool) -> list[CheckMessage]:
    if version >= FIXED or not wal:
        return []
    return [
        checks.Warning(
            f"SQLite {'.'.join(map(str, version))} can corrupt a database in WAL mode when its log is reset.",
            hint="Install the wheel pysqlite3 (make setup does), or use PostgreSQL.",
            id="corpus.W001",
        )
    ]


@register(Tags.compatibility)
def check_data_folder(**_: Any) -> list[CheckMessage]:
    """The folder of all state must be there and writable."""
    folder = settings.LAWQA_DATA
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return [
            Error(
                f"The data folder {folder} cannot be written: {error.strerror}.",
                hint="Set LAWQA_DATA to a folder that this user owns.",
                id="corpus.E001",
            )
        ]
    return []
