"""What a backup says of itself: its parts with their sha256, the version and the tables that it was made from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

FILE = "manifest.json"
FORMAT = "lawqa-backup-1"
CHUNK = 2**20


class BackupError(Exception):
    """A backup cannot be made, or not be restored. Says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One whole backup."""

    made_at: str
    version: str
    """Of lawqa."""
    vendor: str
    """Of the database: `sqlite` or `postgresql`."""
    database: str
    """The snapshot's file."""
    migrations: Mapping[str, list[str]]
    """App → the migrations that its tables had."""
    parts: Mapping[str, str]
    """Path in the backup → sha256; the originals are named by theirs and are not listed."""
    originals: list[str]
    """The sha256 of each original that the rows name."""
    missing: list[str] = field(default_factory=list)
    """Those of which the installation had no whole file any more."""
    secret: str = ""
    """Fingerprint of the secret key: whether an installation has the key under which records were signed."""
    format: str = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises BackupError."""
        try:
            found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BackupError(
                f"{folder} holds no backup: it has no {FILE}. Name the folder of a backup."
            ) from None
        except (OSError, ValueError) as error:
            raise BackupError(f"{folder / FILE} cannot be read: {error}.") from error
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise BackupError(f"{folder / FILE} is not of the form {FORMAT}, which this version reads.")
        try:
            return cls(**found)
        except TypeError as error:
            raise BackupError(f"{folder / FILE} lacks a part: {error}.") from error

    def write(self, folder: Path) -> None:
        """Replace the manifest, whole or not at all."""
        text = json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False)
        write_durably(folder / FILE, text.encode())


def sha256(path: Path) -> str:
    """Of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_durably(source: Path, target: Path) -> str:
    """Copy a file so that it is there whole or not at all, readable by its owner only; its sha256. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside, digest = target.with_name(f".{target.name}.part"), hashlib.sha256()
    with source.open("rb") as read, _private(aside) as write:
        while chunk := read.read(CHUNK):
            digest.update(chunk)
            write.write(chunk)
        write.flush()
        os.fsync(write.fileno())
    aside.replace(target)
    return digest.hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """The same for bytes."""
    aside = path.with_name(f".{path.name}.part")
    with _private(aside) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    fsync(path.parent)


def _private(path: Path) -> Any:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def fsync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
