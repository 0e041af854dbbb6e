"""Originals as uploaded: named by their sha256, durable before anybody is told that they were received.

A file is written aside, hashed while it arrives, fsynced and renamed to `files/ab/<sha256>`; names that people
gave never become paths.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.conf import settings
from filelock import FileLock

from corpus.extraction.errors import ExtractionError, TooLarge
from corpus.extraction.sniff import HEAD, media_type
from corpus.models import StoredFile

CHUNK = 2**20
FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class Gone(ExtractionError):
    """A stored file went before it had its job."""

    code = "gone"


class NoSpace(Exception):
    """The disk is full: nothing was kept. The message says what to do."""


def root() -> Path:
    return Path(settings.LAWQA_DATA) / "files"


def path_of(sha256: str) -> Path:
    """Where the bytes of a file lie."""
    return root() / sha256[:2] / sha256


class Incoming:
    """A file while it arrives. Leaving the block without `keep` leaves nothing behind.

    Raises TooLarge as soon as the limit is passed, NoSpace when the disk is full.
    """

    def __init__(self, name: str, *, limit: int | None = None) -> None:
        self.name = name
        self.size = 0
        self._limit = limit or settings.LAWQA_MAX_UPLOAD_BYTES
        self._digest = hashlib.sha256()
        self._head = self._tail = b""
        self._path: Path | None = None
        self._file: IO[bytes]

    def __enter__(self) -> Self:
        with _space():
            folder = root() / "incoming"
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(dir=folder)
            self._path, self._file = Path(path), os.fdopen(descriptor, "wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        if self._path:
            self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._limit:
            raise TooLarge(
                f"{self.name} is larger than {self._limit / 10**6:,.0f} MB, the most that this installation takes. "
                "Divide it, or ask the operator to raise LAWQA_MAX_UPLOAD_MB."
            )
        self._digest.update(chunk)
        if len(self._head) < HEAD:
            self._head += chunk[: HEAD - len(self._head)]
        self._tail = (self._tail + chunk[-HEAD:])[-HEAD:]
        with _space():
            self._file.write(chunk)

    def keep(self) -> StoredFile:
        """Make the bytes durable under their hash, then their row. Raises NotSupported, NoSpace."""
        kind = media_type(self._head, self.name, self._tail)
        sha256 = self._digest.hexdigest()
        facts = {"size": self.size, "media_type": kind}
        with _space():
            self._file.flush()
            os.fsync(self._file.fileno())
            with alone(sha256):
                self._put(path_of(sha256))
                return StoredFile.objects.get_or_create(sha256=sha256, defaults=facts)[0]

    def _put(self, target: Path) -> None:
        """Rename into place; the same bytes that lie there already are as good, unless they were cut off."""
        missing = not target.exists() or target.stat().st_size != self.size
        if self._path and missing:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.replace(target)
            self._path = None
            for folder in (target.parent, root()):
                _fsync(folder)


def store(chunks: Iterable[bytes], name: str) -> StoredFile:
    """Keep a file that arrives in chunks. Raises TooLarge, NotSupported, NoSpace."""
    with Incoming(name) as incoming:
        for chunk in chunks:
            incoming.write(chunk)
        return incoming.keep()


def store_path(path: Path) -> StoredFile:
    """Keep a file of this machine. Raises OSError besides what `store` raises."""
    with path.open("rb") as file:
        return store(iter(lambda: file.read(CHUNK), b""), path.name)


@contextlib.contextmanager
def alone(sha256: str) -> Iterator[None]:
    """Keep others from storing or discarding these bytes, so that no row is left without them."""
    folder = Path(settings.LAWQA_DATA) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / sha256[:2]):
        yield


def discard(file: StoredFile) -> None:
    """Remove the bytes of a file whose row is gone."""
    path_of(file.sha256).unlink(missing_ok=True)


def clear_incoming(older_than: float) -> None:
    """Remove what uploads that broke off left behind, if last written before a time (seconds since 1970)."""
    folder = root() / "incoming"
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < older_than:
                path.unlink()


@contextlib.contextmanager
def _space() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoSpace(
                "There is no room left on the server’s disk, so the file was not kept. Tell the operator, then add it again."
            ) from error
        raise


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
