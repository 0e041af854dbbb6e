"""The interface of an alternative, and the rows that it is built from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Protocol, Self

from corpus import embedding
from corpus.index import source
from corpus.index.source import Chunk
from lawqa.evaluation.scale.questions import Question


class Alternative(Protocol):
    """Finds passages by vectors, by words, or by both."""

    name: ClassVar[str]
    package: ClassVar[str]
    """Without which it is left out."""
    finds_by: ClassVar[str]
    """`vectors`, `words`, `both`."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None: ...

    def build(self) -> None:
        """Write its files, in the folder that it was made for."""

    def open(self) -> None:
        """Read them."""

    def search(self, question: Question, limit: int) -> list[int]:
        """Keys of passages, best first. Called by several threads at once."""

    def nearest(self, question: Question, limit: int) -> list[int] | None:
        """Keys by vectors alone, best first; None where there are none."""

    def leave(self) -> None:
        """Called by each thread that searched, at its end."""

    def server_mb(self) -> float:
        """Memory of other processes that it needs."""


class InFolder:
    """What alternatives without a server have in common."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        """Nothing is left open."""

    def nearest(self, question: Question, limit: int) -> list[int] | None:
        return None

    def leave(self) -> None:
        """Nothing belongs to a thread."""

    def server_mb(self) -> float:
        return 0.0


def rows() -> Iterator[Chunk]:
    """All passages of the bench's shelf, as its own index reads them."""
    return source.chunks(embedding.current_encoder())
