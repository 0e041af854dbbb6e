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

from corpus.pipeline import Progress as Report

STAGES = {
    "sections": "Sections read",
    "passages": "Sections split into passages",
    "embedding": "Passages embedded",
    "index": "Passages indexed",
}


@contextmanager
def bars(title: str, console: Console) -> Iterator[Report]:
    """A bar a stage, made when the stage first reports; nothing moves when the output is no terminal."""
    columns = (
        SpinnerColumn(finished_text="✓"), TextColumn("{task.description:<30}"), BarColumn(),
        MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    console.print(f"[bold]{title}[/bold]")
    with Progress(*columns, console=console) as progress:
        yield _reporter(progress)


def _reporter(progress: Progress) -> Report:
    tasks: dict[str, TaskID] = {}

    def report(stage: str, advance: int, total: int | None) -> None:
        task = tasks.get(stage)
        if task is None or (total is not None and progress.tasks[task].finished):
            task = tasks[stage] = progress.add_task(STAGES.get(stage, stage), total=total)
        progress.update(task, advance=advance, total=total)

    return report
