"""How long searches take with several clients at once, and how much memory a process has."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from lawqa.evaluation.lines import percentile

STATUS = Path("/proc/self/status")
Asked = TypeVar("Asked")


def latencies(
    search: Callable[[Asked], object],
    questions: Sequence[Asked],
    *,
    clients: int,
    count: int,
    last: Callable[[], None],
) -> dict[str, float]:
    """Milliseconds of `count` searches by so many threads that ask one question after the other.

    `cpu_ms` is what one costs this process of processor time: it says the same on a busy machine, where others do not.

    `last` is called by each thread at its end, so that it can close its connection.
    """
    shares = [
        list(islice(cycle(questions), first, first + count // clients))
        for first in range(0, count, count // clients)
    ]

    def client(share: Sequence[Asked]) -> list[float]:
        try:
            return [_timed(search, question) for question in share]
        finally:
            last()

    began, worked = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        times = [taken for found in pool.map(client, shares[:clients]) for taken in found]
    spent, used = time.perf_counter() - began, time.process_time() - worked
    return summary(times) | {
        "a_second": round(len(times) / spent, 1),
        "cpu_ms": round(1000 * used / len(times), 1),
    }


def _timed(search: Callable[[Asked], object], question: Asked) -> float:
    began = time.perf_counter()
    search(question)
    return 1000 * (time.perf_counter() - began)


def summary(times: list[float]) -> dict[str, float]:
    """p50, p95 and the longest of some milliseconds."""
    return {
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "max": round(max(times, default=0.0), 1),
    }


def memory() -> dict[str, float]:
    """MB of this process that the operating system holds in memory; of them those that are pages of files."""
    if not STATUS.exists():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"mb": round(peak / (2**20 if sys.platform == "darwin" else 2**10)), "files_mb": 0}
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    kilobytes = {name: int(lines[name].split()[0]) for name in ("VmRSS", "RssFile")}
    return {"mb": round(kilobytes["VmRSS"] / 1024), "files_mb": round(kilobytes["RssFile"] / 1024)}


def folder_mb(folder: Path) -> float:
    """MB of all files under a folder."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)
