"""The database's own guard: it refuses to change or delete an entry, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_entry"
REFUSAL = "entries of the audit log are neither changed nor deleted"
SQLITE = [
    f"CREATE TRIGGER {TABLE}_keep_{event} BEFORE {event} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for event in ("update", "delete")
]
FUNCTION = f"""\
CREATE OR REPLACE FUNCTION {TABLE}_keep() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"""
POSTGRESQL = [
    FUNCTION,
    f"CREATE TRIGGER {TABLE}_keep_rows BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_keep()",
    f"CREATE TRIGGER {TABLE}_keep_all BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_keep()",
]
DROP_SQLITE = [f"DROP TRIGGER IF EXISTS {TABLE}_keep_{event}" for event in ("update", "delete")]
DROP_POSTGRESQL = [
    f"DROP TRIGGER IF EXISTS {TABLE}_keep_rows ON {TABLE}",
    f"DROP TRIGGER IF EXISTS {TABLE}_keep_all ON {TABLE}",
    f"DROP FUNCTION IF EXISTS {TABLE}_keep",
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guard in place."""
    _execute(connection, POSTGRESQL if connection.vendor == "postgresql" else SQLITE)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take it away: for migrating back, and for tests that empty every table."""
    _execute(connection, DROP_POSTGRESQL if connection.vendor == "postgresql" else DROP_SQLITE)


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
