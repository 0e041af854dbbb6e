"""Progress bars of the commands that work for long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from corpus.pipeline import Progress as Report

STAGES = {
    "files": "Files read",
    "extraction": "Pages read",
    "structure": "Sections found",
    "sections": "Sections read",
    "passages": "Sections split into passages",
    "embedding": "Passages embedded",
    "index": "Passages indexed",
}


@contextmanager
def bars(title: str, console: Console) -> Iterator[Report]:
    """A bar a stage, made when the stage first reports; nothing moves when the output is no terminal."""
    columns = (
        SpinnerColumn(finished_text="✓"), TextColumn("{task.description:<26}"), BarColumn(),
        MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    console.print(Text(title, style="bold"))
    with Progress(*columns, console=console) as progress:
        yield Stages(progress)
        for task in progress.tasks:
            progress.update(task.id, total=task.completed)


class Stages:
    """One bar a stage; a stage that starts again (with the next document) goes on in its bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._totals: dict[str, int] = {}

    def __call__(self, stage: str, advance: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(STAGES.get(stage, stage), total=None)
        task = self._progress.tasks[self._tasks[stage]]
        if total is not None and task.completed >= self._totals.get(stage, 0):
            self._totals[stage] = int(task.completed) + total
        self._progress.update(task.id, advance=advance, total=self._totals.get(stage))
