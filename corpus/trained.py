"""What was trained here and lies beside the encoder: named by its sha256 and by what its file says of its making."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from safetensors import safe_open

from corpus import embedding, expansion, late_interaction
from corpus.models import Encoder


@dataclass(frozen=True, slots=True)
class Trained:
    """A file of weights."""

    sha256: str
    facts: dict[str, str]
    """What it was trained for and how: `encoder` (revision), `seed`, and more."""


def for_questions(encoder: Encoder) -> Trained | None:
    """The adapter with which questions are encoded; None where they are by the encoder alone."""
    return _of(encoder, embedding.QUESTION_ADAPTER)


def for_expansion(encoder: Encoder) -> Trained | None:
    """What says which terms a question asks about without saying them; None where none are added."""
    return _of(encoder, expansion.WEIGHTS)


def for_reranking(encoder: Encoder) -> Trained | None:
    """The adapter with which candidates are reranked; None where they are not."""
    return _of(encoder, late_interaction.WEIGHTS)


def _of(encoder: Encoder, path: Path) -> Trained | None:
    """The file's weights, if they were trained for this encoder."""
    if not path.exists():
        return None
    found = read(path)
    return found if found.facts.get("encoder") == encoder.revision else None


def read(path: Path) -> Trained:
    """What the file says of itself, without reading its matrices."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Trained:
    del changed  # a file that was written anew is read anew
    with safe_open(path, framework="np") as file:
        facts = dict(sorted((file.metadata() or {}).items()))
    return Trained(hashlib.sha256(path.read_bytes()).hexdigest(), facts)
