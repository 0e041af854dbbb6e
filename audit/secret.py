"""A secret that is made at the first start and kept in a file. Knows no Django: the settings are read with it."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def kept_secret(path: Path) -> str:
    """A secret of this installation's own, made at the first call and readable by its owner only.

    Raises OSError, and ValueError where the file is there and empty.
    """
    if not path.exists():
        _make(path)
    secret = path.read_text(encoding="utf-8").strip()
    if not secret:
        raise ValueError(f"The key {path} is empty; delete the file, and a new one is made.")
    return secret


def _make(path: Path) -> None:
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
