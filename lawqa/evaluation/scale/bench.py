"""The order of the bench: at each size rows, an index, searches; at the last also changes, a rebuild, the alternatives.

Every figure is written to the report as soon as it is there; a bench that is started again on the same folder goes on
where it stopped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import platform
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from corpus import embedding, rows
from lawqa.evaluation.scale.child import Child, Failed, run
from lawqa.evaluation.scale.material import write_law
from lawqa.evaluation.scale.report import FILE, Report

LAW, DATA = "law", "data"
SIZES = (10_000, 100_000, 250_000, 500_000, 1_000_000)
BESIDE = (1, 1_000, 10_000)
"""Passages that are added beside the largest index, one after the other."""
PROCESSES = 8
NICE = 10
"""Of the process that builds beside searches: as the ingester's."""
LARGEST = {"PostgreSQL + pgvector": 250_000}
"""Size up to which an alternative is built in bearable time on two cores; others at every size that is compared."""

Said = Callable[[str], None]


class Bench:
    """One run, in a folder of its own."""

    def __init__(self, folder: Path, say: Said) -> None:
        """Raises Failed for a folder with something in it that is not of a bench."""
        if folder.exists() and any(folder.iterdir()) and not (folder / FILE).exists():
            raise Failed(f"{folder} holds other things: name a folder that is empty or not there yet.")
        self._folder = folder
        self._say = say
        self.report = Report(folder)

    def run(self, sizes: Sequence[int], compared: Sequence[int], alternatives: Sequence[str]) -> Report:
        """Measure all that is not in the report yet; returns the report. Raises Failed."""
        (self._folder / LAW).mkdir(parents=True, exist_ok=True)
        (self._folder / DATA).mkdir(exist_ok=True)
        self._once("law", self._write_law)
        self._once("schema", lambda: run(self._folder / DATA, "migrate"))
        for size in sorted(sizes):
            self._at(size)
            if size in compared:
                self._compare(size, alternatives)
        self._changes(max(sizes))
        return self.report

    def remove(self) -> None:
        """Remove what was built, and the folder if nothing else is in it."""
        for name in (LAW, DATA):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        (self._folder / FILE).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def _write_law(self) -> dict[str, Any]:
        encoder = embedding.current_encoder()
        if not rows.any_embedded(encoder):
            raise Failed("The shelf is empty: load law first, with manage.py load_law --default.")
        return {
            "passages": write_law(self._folder / LAW, encoder), "cores": os.cpu_count(), "machine": machine(),
            "began": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        }  # fmt: skip

    def _at(self, size: int) -> None:
        """Rows, index, and searches at one size."""
        data, law = self._folder / DATA, str(self._folder / LAW)
        self._once(f"{size}/fill", lambda: run(data, "fill_rows", law=law, count=size))
        self._once(f"{size}/build", lambda: run(data, "build"))
        self._once(f"{size}/allowed", lambda: run(data, "prepare"))
        self._once(f"{size}/search", lambda: run(data, "search"))
        self._once(f"{size}/quality", lambda: run(data, "quality"))

    def _compare(self, size: int, alternatives: Sequence[str]) -> None:
        for name in alternatives:
            if size <= LARGEST.get(name, size):
                for part in ("build", "search"):
                    task = partial(run, self._folder / DATA, f"alternative_{part}", name=name)
                    self._once(f"{size}/{name}/{part}", task)
                shutil.rmtree(self._folder / DATA / "alternatives", ignore_errors=True)

    def _changes(self, size: int) -> None:
        """At the largest size: many processes, changes beside the index, and a rebuild under search."""
        data, law = self._folder / DATA, str(self._folder / LAW)
        self._once(f"{size}/processes", self._processes)
        self._once(f"{size}/beside", lambda: run(data, "delta", law=law, counts=BESIDE))
        self._once(f"{size}/rebuild", self._rebuild)

    def _processes(self) -> list[dict[str, float]]:
        """Several processes with one client each, which begin together."""
        with ExitStack() as stack:
            children = [stack.enter_context(Child(self._folder / DATA, "client")) for _ in range(PROCESSES)]
            for child in children:
                child.wait_until_ready()
            for child in children:
                child.tell()
            return [child.result() for child in children]

    def _rebuild(self) -> dict[str, Any]:
        """The index is built anew by one process while another searches."""
        with Child(self._folder / DATA, "search_until_told") as searcher:
            searcher.wait_until_ready()
            built = run(self._folder / DATA, "build", nice=NICE)
            searcher.tell()
            return {"build": built, "search": searcher.result()}

    def _once(self, key: str, measure: Callable[[], Any]) -> None:
        """Measure what the report lacks, and write it down."""
        if key not in self.report.found:
            self._say(key)
        self.report.once(key, measure)


def machine() -> str:
    """`x86_64, AMD EPYC`, as far as the system tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return ", ".join([platform.machine(), *models[:1]])
