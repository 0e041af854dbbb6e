"""Makes an empty installation what a backup says. Everything is compared before anything is written, the database comes last.

Until the database is in its place the installation is still empty, so that a restore that broke off is run again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet

import audit
from audit import keys
from corpus import files
from corpus.models import Collection, Generation, IngestJob, StoredFile, User
from lawqa.models import Question
from lawqa.operations.backup import databases
from lawqa.operations.backup.making import fingerprint, path_in
from lawqa.operations.backup.manifest import BackupError, Manifest, copy_durably, sha256
from lawqa.operations.models import Worker

Progress = Callable[[str, int, int | None], None]
LAPTOP = "laptop"
"""The user that a laptop makes of itself at the first page: an installation with no other is still empty."""

HOLDING: dict[str, tuple[str, Callable[[], QuerySet[Any]]]] = {
    "corpus_collection": ("shelves", Collection.objects.all),
    "corpus_ingestjob": ("files", IngestJob.objects.all),
    "lawqa_question": ("questions", Question.objects.all),
    "corpus_user": ("people", lambda: User.objects.exclude(username=LAPTOP)),
}
"""Table → what it holds, and the rows for which an installation is not empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and what the operator has to know."""

    manifest: Manifest
    notes: tuple[str, ...]


def restore(folder: Path, progress: Progress) -> Restored:
    """Make this installation what the backup says. Raises BackupError, with nothing changed."""
    manifest = Manifest.read(folder)
    _refuse_unfit(manifest)
    _refuse_unless_empty()
    _compare(folder, manifest, progress)
    _put_back_originals(folder, manifest, progress)
    _put_back_keys(folder, manifest)
    progress("Database copied", 0, None)
    databases.put_back(folder / manifest.database)
    call_command("migrate", verbosity=0)
    _forget_the_machine()
    _record(manifest)
    return Restored(manifest=manifest, notes=tuple(_notes(manifest)))


def _refuse_unfit(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest.vendor} and this installation uses {connection.vendor}: set LAWQA_DATABASE so that both agree."
        )
    known = MigrationLoader(connection=None).disk_migrations or {}
    newer = [
        f"{app}.{name}"
        for app, names in manifest.migrations.items()
        for name in names
        if (app, name) not in known
    ]
    if newer:
        raise BackupError(
            f"The backup was made by version {manifest.version}, whose tables this version does not know ({newer[0]}): "
            "restore it with that version or a newer one."
        )


def _refuse_unless_empty() -> None:
    """Tables without law, people and questions are empty: `manage.py migrate` may have run."""
    if connection.vendor == "sqlite" and not databases.path_of_sqlite().exists():
        return
    there = set(connection.introspection.table_names())
    for table, (called, rows) in HOLDING.items():
        if table in there and _any(rows()):
            raise BackupError(
                f"This installation holds {called} already, and a restore would lose them: "
                "name an empty folder in LAWQA_DATA, or an empty database in LAWQA_DATABASE."
            )


def _any(rows: QuerySet[Any]) -> bool:
    """Of tables of an older version only that they hold something is asked."""
    try:
        return rows.order_by().values("pk").exists()
    except DatabaseError:
        return True


def _compare(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Every byte of the backup with what its manifest says. Raises BackupError."""
    expected = {folder / name: digest for name, digest in manifest.parts.items()}
    gone = set(manifest.missing)
    expected |= {path_in(folder, digest): digest for digest in manifest.originals if digest not in gone}
    room = 0
    for path, digest in expected.items():
        progress("Files compared", 1, len(expected))
        try:
            damaged = sha256(path) != digest
            room += path.stat().st_size
        except OSError as error:
            raise BackupError(
                f"{path} cannot be read: {error.strerror}. Use another copy of the backup."
            ) from error
        if damaged:
            raise BackupError(f"{path} is not what was written. Use another copy of the backup.")
    free = shutil.disk_usage(Path(settings.LAWQA_DATA)).free
    if room > free:
        raise BackupError(
            f"The backup takes {room / 10**6:,.0f} MB and LAWQA_DATA has {free / 10**6:,.0f} MB left."
        )


def _put_back_originals(folder: Path, manifest: Manifest, progress: Progress) -> None:
    gone = set(manifest.missing)
    for digest in manifest.originals:
        progress("Originals copied", 1, len(manifest.originals))
        if digest not in gone:
            copy_durably(path_in(folder, digest), files.path_of(digest))


def _put_back_keys(folder: Path, manifest: Manifest) -> None:
    """In place of those that this installation made for itself: it has signed nothing with them."""
    for name in manifest.parts:
        if name.startswith("keys/"):
            copy_durably(folder / name, Path(settings.LAWQA_DATA) / Path(name).name)


def _forget_the_machine() -> None:
    """The index lies on the old machine and so do its processes; both are made anew."""
    Generation.objects.all().delete()
    Worker.objects.all().delete()


def _record(manifest: Manifest) -> None:
    """In the audit log, if its key is here: under another one its chain would break."""
    if _has_audit_key(manifest):
        facts: dict[str, audit.Json] = {
            "version": manifest.version,
            "sha256": manifest.parts[manifest.database],
        }
        audit.record("backup.restored", None, subject=f"backup:{manifest.made_at}", facts=facts)


def _has_audit_key(manifest: Manifest) -> bool:
    return bool(settings.LAWQA_AUDIT_KEY) or f"keys/{keys.FILE}" in manifest.parts


def _notes(manifest: Manifest) -> list[str]:
    said = []
    kept = Path(settings.LAWQA_DATA) / "secret_key"
    given = [settings.SECRET_KEY, *([kept.read_text(encoding="utf-8").strip()] if kept.exists() else [])]
    if manifest.secret not in {fingerprint(key) for key in given}:
        said.append(
            "The secret key is not the one under which records were signed and people signed in: it was given in the environment "
            "of the old machine. Set LAWQA_SECRET_KEY to it before anything starts."
        )
    if not _has_audit_key(manifest):
        said.append(
            "The key of the audit log is not in the backup. If the old machine had it in the environment, set LAWQA_AUDIT_KEY to it before "
            "anything starts: entries under another key do not verify."
        )
    lost = StoredFile.objects.filter(sha256__in=manifest.missing).count()
    if lost:
        said.append(
            f"{lost} originals were not whole when the backup was made; their text is there, their pages are not."
        )
    return said
