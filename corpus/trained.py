"""What was trained here and lies beside the encoder: named by its sha256 and by what its file says of its making."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from safetensors import safe_open

from corpus import embedding
from corpus.models import Encoder


@dataclass(frozen=True, slots=True)
class Trained:
    """A file of weights."""

    sha256: str
    facts: dict[str, str]
    """What it was trained for and how: `encoder` (revision), `seed`, and more."""


def for_questions(encoder: Encoder) -> Trained | None:
    """The adapter with which questions are encoded; None where they are by the encoder alone."""
    path = embedding.QUESTION_ADAPTER
    if not path.exists():
        return None
    found = _read(path, path.stat().st_mtime_ns)
    return found if found.facts.get("encoder") == encoder.revision else None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Trained:
    del changed  # a file that was written anew is read anew
    with safe_open(path, framework="np") as file:
        facts = dict(sorted((file.metadata() or {}).items()))
    return Trained(hashlib.sha256(path.read_bytes()).hexdigest(), facts)
