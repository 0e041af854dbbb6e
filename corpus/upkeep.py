"""Keeps the index up with the rows, whichever backend keeps it: in the worker and in commands, never in a search."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from corpus import compaction, embedding, rows
from corpus.index.backend import is_milvus
from corpus.index.errors import Unavailable

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int | None], None]


class Rebuilt(Protocol):
    """A generation of this machine's files, or a collection on a server; its text is its name."""

    @property
    def passage_count(self) -> int: ...


def due() -> bool:
    """Whether the index should be brought up; not while its server does not answer."""
    if not is_milvus():
        return compaction.due()
    from corpus.index.milvus import keeping

    try:
        return keeping.is_due(embedding.current_encoder())
    except Unavailable:
        return False


def compact(progress: Progress) -> None:
    """Bring the index up if that is due, unless another process is at it. What a silent server missed waits."""
    if not is_milvus():
        compaction.compact(progress)
        return
    try:
        _bring_up(progress)
    except Unavailable as error:
        log.warning("The index was not brought up with the rows: %s", error)


def update(progress: Progress, *, behind: int) -> None:
    """Bring the index up if so many passages came or went since it was. Raises Unavailable."""
    if not is_milvus():
        if compaction.behind() >= behind:
            compaction.rebuild(progress)
        return
    from corpus.index.milvus import keeping

    missing = keeping.behind(embedding.current_encoder())
    if missing is None or missing >= behind:
        _bring_up(progress)


def rebuild(progress: Progress) -> Rebuilt | None:
    """Build the index anew; None when another process builds. Never embeds. Raises Unavailable."""
    if not is_milvus():
        return compaction.rebuild(progress)
    from corpus.index.milvus import keeping

    encoder = embedding.current_encoder()
    total = rows.embedded_count(encoder)
    with keeping.alone() as alone:
        return keeping.build(encoder, lambda count: progress("index", count, total)) if alone else None


def _bring_up(progress: Progress) -> None:
    from corpus.index.milvus import keeping

    encoder = embedding.current_encoder()
    total = keeping.behind(encoder)
    with keeping.alone() as alone:
        if not alone:
            return
        if total is None:
            if rows.any_embedded(encoder):
                keeping.build(encoder, lambda count: progress("index", count, None))
            return
        keeping.sync(encoder, lambda count: progress("index", count, total))
