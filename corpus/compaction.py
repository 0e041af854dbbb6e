"""Builds the index anew beside live search: when it is damaged, when much came or went since it was built, or when an
index of its size would now be of another kind.

One process at a time builds. Whatever happens to it, the generation that serves goes on serving: what it left
behind is removed by the next build or the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from corpus import embedding, rows
from corpus.index import generations
from corpus.models import Encoder, Generation

MOST_BEHIND = 2_000
"""Passages searched beside a small generation before it is built anew, and"""
SHARE_BEHIND = 0.05
"""of a larger one: they cost memory, and every new process reads them again."""
Progress = Callable[[str, int, int | None], None]


def compact(progress: Progress) -> Generation | None:
    """Build a generation if one is due; None when none is, or when another process builds."""
    return _build(progress, wanted=due)


def rebuild(progress: Progress) -> Generation | None:
    """Build a generation; None when another process builds. Never embeds."""
    return _build(progress, wanted=lambda: True)


def due() -> bool:
    """Whether the index lacks a whole generation, searches much beside it, or is not of the kind for its size."""
    serving = _serving(embedding.current_encoder())
    if serving is None or needs_rebuild():
        return needs_rebuild()
    if behind() >= max(MOST_BEHIND, SHARE_BEHIND * serving.passage_count):
        return True
    return not _suits_its_size(serving)


def needs_rebuild() -> bool:
    """Whether there is something to search and no whole generation for it: none yet, or the last is damaged."""
    encoder = embedding.current_encoder()
    last = Generation.objects.filter(encoder=encoder).exclude(state=Generation.State.BUILDING).first()
    if last is None or (last.state != Generation.State.DAMAGED and _serving(encoder) is None):
        return rows.any_embedded(encoder)
    return last.state == Generation.State.DAMAGED


def behind() -> int:
    """How many passages came or went since the serving generation was built."""
    encoder = embedding.current_encoder()
    if serving := _serving(encoder):
        try:
            return generations.behind(serving)
        except generations.Damaged as damage:
            generations.set_aside(serving, str(damage))
    return rows.embedded_count(encoder)


def _suits_its_size(serving: Generation) -> bool:
    """It does not either when its manifest cannot be read."""
    try:
        return generations.suits_its_size(serving)
    except generations.Damaged:
        return False


def clean() -> None:
    """Remove what a killed build left, unless a build is going on. For the start of a worker."""
    with _only_builder():
        pass


def _serving(encoder: Encoder) -> Generation | None:
    return Generation.objects.filter(encoder=encoder).serving()


def _build(progress: Progress, *, wanted: Callable[[], bool]) -> Generation | None:
    with _only_builder() as alone:
        if not (alone and wanted()):
            return None
        encoder = embedding.current_encoder()
        total = rows.embedded_count(encoder)
        return generations.build(encoder, lambda count: progress("index", count, total))


@contextmanager
def _only_builder() -> Iterator[bool]:
    """Whether this process may build; remnants of earlier builds, and of this one if it fails, are removed."""
    folder = generations.root()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "build.lock").acquire(timeout=0):
            generations.clean()
            try:
                yield True
            finally:
                generations.clean()
    except Timeout:
        yield False
