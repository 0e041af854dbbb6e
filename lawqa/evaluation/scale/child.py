"""Runs one task of the bench in a process of its own: `python -m lawqa.evaluation.scale.child TASK`.

Arguments come as a line of JSON, the result goes out as one. A task that waits for others says that it is ready with
an empty line, and begins with the next line that comes in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DATA, SCRATCH = "LAWQA_DATA", "LAWQA_BENCH_FOLDER"
ROOT = Path(__file__).resolve().parents[3]
ELSEWHERE = ("LAWQA_DATABASE", "LAWQA_INDEX")
"""Where an installation may have its rows and its index: what a bench makes must never go there."""
WAITING = ("client", "search_until_told")


class Failed(RuntimeError):
    """A task's process ended without a result. Says which."""


class Child:
    """A task's process, with rows and index in `folder`."""

    def __init__(self, folder: Path, task: str, *, nice: int = 0, **arguments: Any) -> None:
        self._task = task
        given = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        environment = given | {
            DATA: str(folder),
            SCRATCH: str(folder),
            "DJANGO_SETTINGS_MODULE": "lawqa.settings",
        }
        command = ["nice", "-n", str(nice)] if nice else []
        self._process = subprocess.Popen(
            [*command, sys.executable, "-m", "lawqa.evaluation.scale.child", task], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.tell(json.dumps(arguments))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def tell(self, line: str = "") -> None:
        """Send a line."""
        if self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def wait_until_ready(self) -> None:
        """Raises Failed when the process ends before."""
        if self._line() != "\n":
            raise Failed(f"{self._task} ended before it was ready")

    def result(self) -> Any:
        """What the task found. Raises Failed."""
        line = self._line()
        if self._process.wait() or not line:
            raise Failed(f"{self._task} ended with status {self._process.returncode}; its error stands above")
        return json.loads(line)

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""


def run(folder: Path, task: str, *, nice: int = 0, **arguments: Any) -> Any:
    """The result of a task, once it is done. Raises Failed."""
    with Child(folder, task, nice=nice, **arguments) as child:
        return child.result()


def main() -> None:
    import django

    django.setup()
    _only_in_the_scratch_folder()
    from lawqa.evaluation.scale import alternatives, product

    task, arguments = sys.argv[1], json.loads(sys.stdin.readline())
    if task in WAITING:
        arguments["ready"] = _ready if task == "client" else _say_ready
    found = getattr(alternatives if task.startswith("alternative_") else product, task)(**arguments)
    sys.stdout.write(json.dumps(found) + "\n")


def _only_in_the_scratch_folder() -> None:
    """The tasks write rows: never into a database that anyone uses."""
    from django.conf import settings

    name = Path(settings.DATABASES["default"]["NAME"])
    if SCRATCH not in os.environ or Path(os.environ[SCRATCH]) not in name.parents:
        sys.exit("This is started by manage.py bench_index only, in a folder of its own.")


def _say_ready() -> None:
    sys.stdout.write("\n")
    sys.stdout.flush()


def _ready() -> None:
    _say_ready()
    sys.stdin.readline()


if __name__ == "__main__":
    main()
