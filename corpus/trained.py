"""What was trained here and lies beside the encoder: named by its sha256 and by what its file says of its making."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from safetensors import safe_open

from corpus import embedding, late_interaction
from corpus.models import Encoder


@dataclass(frozen=True, slots=True)
class Trained:
    """A file of weights."""

    sha256: str
    facts: dict[str, str]
    """What it was trained for and how: `encoder` (revision), `seed`, and more."""


def for_questions(encoder: Encoder) -> Trained | None:
    """The adapter with which questions are encoded; None where they are as passages are."""
    return _of(embedding.QUESTION_ADAPTER, encoder.revision)


def for_retrieval(encoder: Encoder) -> Trained | None:
    """The adapter with which passages are encoded, and questions too; None where they are by the model alone."""
    return _of(embedding.RETRIEVAL_ADAPTER, _model_of(encoder))


def for_reranking(encoder: Encoder) -> Trained | None:
    """The adapter with which candidates are reranked; None where they are not."""
    return _of(late_interaction.WEIGHTS, _model_of(encoder))


def _model_of(encoder: Encoder) -> str:
    """The revision of the model that the encoder is made of: it is one, or the one of today with an adapter in it."""
    try:
        return embedding.model_revision() if encoder.revision == embedding.revision() else encoder.revision
    except embedding.EncoderMissing:
        return encoder.revision


def _of(path: Path, trained_for: str) -> Trained | None:
    """The file's weights, if they were trained for an encoder of that revision."""
    if not path.exists():
        return None
    found = read(path)
    return found if found.facts.get("encoder") == trained_for else None


def read(path: Path) -> Trained:
    """What the file says of itself, without reading its matrices."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Trained:
    del changed  # a file that was written anew is read anew
    with safe_open(path, framework="np") as file:
        facts = dict(sorted((file.metadata() or {}).items()))
    return Trained(hashlib.sha256(path.read_bytes()).hexdigest(), facts)
