"""Makes a backup: a snapshot of the database first, then the originals that its rows name, the keys, and last the manifest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

import audit
from corpus import files
from corpus.models import StoredFile
from lawqa.contents import version
from lawqa.operations.backup import databases
from lawqa.operations.backup.manifest import BackupError, Manifest, copy_durably, sha256

KEYS = "*_key"
"""Names of key files in the data folder."""
Progress = Callable[[str, int, int | None], None]


def make(folder: Path, progress: Progress) -> Manifest:
    """Make a backup in a folder that is empty or holds an earlier one. Raises BackupError."""
    _prepare(folder)
    name = f"database-{timezone.now():%Y%m%dT%H%M%S%f}.{databases.SUFFIX[connection.vendor]}"
    progress("Database copied", 0, None)
    databases.snapshot(folder / name)
    # Read after the snapshot: it names no original that these rows do not name, but for those removed for good meanwhile.
    originals = list(StoredFile.objects.order_by("pk").values_list("sha256", flat=True))
    missing = _copy_originals(folder, originals, progress)
    parts = {name: sha256(folder / name), **_copy_keys(folder)}
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"), version=version(), vendor=connection.vendor,
        database=name, migrations=migrations(), parts=parts, originals=originals, missing=missing,
        secret=fingerprint(settings.SECRET_KEY),
    )  # fmt: skip
    manifest.write(folder)
    _remove_others(folder, name)
    facts: dict[str, audit.Json] = {
        "originals": len(originals),
        "missing": len(missing),
        "sha256": parts[name],
    }
    audit.record("backup.made", None, subject=f"backup:{manifest.made_at}", facts=facts)
    return manifest


def migrations() -> dict[str, list[str]]:
    """App → its migrations that were applied, in their order."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def fingerprint(secret: str | bytes) -> str:
    """Tells two keys apart without telling what they are."""
    return salted_hmac("lawqa.backup.secret-1", "fingerprint", secret=secret, algorithm="sha256").hexdigest()


def path_in(folder: Path, digest: str) -> Path:
    """Where a backup keeps an original."""
    return folder / "files" / digest[:2] / digest


def _prepare(folder: Path) -> None:
    """Nobody but its owner reads a backup: it holds what readers asked, and keys."""
    if folder.resolve().is_relative_to(Path(settings.LAWQA_DATA).resolve()):
        raise BackupError("A backup beside what it copies is lost with it: name a folder outside LAWQA_DATA.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(path.name != "lost+found" for path in folder.iterdir())
        if taken and not list(folder.glob("database-*")):
            raise BackupError(
                f"{folder} holds other things: name an empty folder, or one with an earlier backup."
            )
        folder.chmod(0o700)
        _check_room(folder)
    except OSError as error:
        raise BackupError(f"{folder} cannot be written: {error.strerror}.") from error


def _check_room(folder: Path) -> None:
    path = databases.path_of_sqlite()
    needed = path.stat().st_size if connection.vendor == "sqlite" and path.exists() else 0
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise BackupError(
            f"{folder} has {free / 10**6:,.0f} MB left and the database alone takes {needed / 10**6:,.0f} MB: make room."
        )


def _copy_originals(folder: Path, originals: list[str], progress: Progress) -> list[str]:
    """Copy what the backup lacks; the originals of which there is no whole file."""
    missing = []
    for digest in originals:
        progress("Originals copied", 1, len(originals))
        target = path_in(folder, digest)
        if target.exists() and target.stat().st_size == _size(files.path_of(digest)):
            continue  # the same bytes under the same name; restoring compares them once more
        try:
            whole = copy_durably(files.path_of(digest), target) == digest
        except OSError:
            whole = False
        if not whole:
            target.unlink(missing_ok=True)
            missing.append(digest)
    return missing


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _copy_keys(folder: Path) -> dict[str, str]:
    """The keys that are files of this installation; those of the environment are the operator's to keep."""
    found = sorted(path for path in Path(settings.LAWQA_DATA).glob(KEYS) if path.is_file())
    return {f"keys/{path.name}": copy_durably(path, folder / "keys" / path.name) for path in found}


def _remove_others(folder: Path, name: str) -> None:
    """Snapshots of former backups, and what broken-off ones left."""
    for path in _leftovers(folder):
        if path.name != name:
            path.unlink(missing_ok=True)


def _leftovers(folder: Path) -> Iterable[Path]:
    yield from folder.glob("database-*")
    yield from folder.rglob(".*.part")
