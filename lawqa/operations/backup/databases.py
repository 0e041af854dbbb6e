"""A snapshot of the database by its own means, as of one moment, while others go on writing; and a database from it.

SQLite by its online backup (https://sqlite.org/backup.html); PostgreSQL by pg_dump and pg_restore, which have to be installed
and must not be older than the server (https://www.postgresql.org/docs/current/app-pgdump.html).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import connection

from lawqa.operations.backup.manifest import BackupError, fsync

SUFFIX = {"sqlite": "sqlite3", "postgresql": "dump"}
OPTIONS = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}
DUMP = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
RESTORE = (
    "pg_restore",
    "--no-owner",
    "--no-privileges",
    "--clean",
    "--if-exists",
    "--single-transaction",
    "--exit-on-error",
)


def snapshot(target: Path) -> None:
    """Write the database into one file. Raises BackupError."""
    (_snapshot_sqlite if connection.vendor == "sqlite" else _dump_postgres)(target)
    target.chmod(0o600)
    fsync(target)
    fsync(target.parent)


def put_back(source: Path) -> None:
    """Make the database what the snapshot says; it must hold nothing. Raises BackupError."""
    connection.close()
    if connection.vendor == "sqlite":
        _put_back_sqlite(source)
    else:
        _run([*RESTORE, f"--dbname={_name()}", str(source)])


def path_of_sqlite() -> Path:
    """The file that the settings name."""
    return Path(str(connection.settings_dict["NAME"]))


def _snapshot_sqlite(target: Path) -> None:
    """Readers do not stop writers here: all pages are read in one transaction of the write-ahead log."""
    connection.ensure_connection()
    with _sqlite(target) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    with _sqlite(target) as copy:
        said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise BackupError(
            f"The database is damaged ({said}), so its copy would be: restore an earlier backup."
        )


def _put_back_sqlite(source: Path) -> None:
    """Beside its place, then renamed into it: there whole or not at all."""
    path = path_of_sqlite()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.restoring")
    shutil.copyfile(source, aside)
    aside.chmod(0o600)
    fsync(aside)
    for beside in ("-wal", "-shm"):  # of the empty database that is replaced
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)
    aside.replace(path)
    fsync(path.parent)


@contextlib.contextmanager
def _sqlite(path: Path) -> Iterator[Any]:
    """Raises BackupError."""
    import sqlite3  # the library that Django's backend took, see corpus.sqlite

    try:
        with contextlib.closing(sqlite3.connect(path)) as link:
            yield link
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied: {error}.") from error


def _dump_postgres(target: Path) -> None:
    _run([*DUMP, f"--file={target}", _name()])


def _name() -> str:
    return str(connection.get_connection_params()["dbname"])


def _run(command: list[str]) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, which other users do not see."""
    program = shutil.which(command[0])
    if program is None:
        raise BackupError(
            f"{command[0]} is not installed: install PostgreSQL’s client programs, of the server’s version."
        )
    try:
        subprocess.run(
            [program, *command[1:]], check=True, capture_output=True, text=True, env=_environment()
        )
    except subprocess.CalledProcessError as error:
        lines = str(error.stderr).strip().splitlines() or [f"it ended with {error.returncode}"]
        raise BackupError(f"{command[0]}: {lines[-1]}") from error


def _environment() -> Mapping[str, str]:
    params = connection.get_connection_params()
    given = {name: str(params[key]) for key, name in OPTIONS.items() if params.get(key)}
    return {**os.environ, **given}
