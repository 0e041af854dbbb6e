"""What each part of an installation holds in memory, second by second, and what processor time it spends (Linux)."""

from __future__ import annotations

import contextlib
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

EVERY = 2.0
GROWTH = 5.0
"""Percent: the last third of a run may hold so much more than the second."""
LITTLE = 16e6
"""Bytes that caches of a day may take, whatever share of a small process they are."""
SHARE = re.compile(r"^(Pss|Pss_Shmem):\s+(\d+) kB$", re.MULTILINE)
Measured = dict[str, list[tuple[float, float]]]
"""Part → (seconds since the beginning, bytes)."""


@contextlib.contextmanager
def measured(roots: Callable[[], Mapping[str, int]], every: float = EVERY) -> Iterator[Measured]:
    """What is measured while the block runs."""
    found: Measured = {}
    stop = threading.Event()
    thread = threading.Thread(target=_measure, args=(roots, found, stop, every))
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def _measure(
    roots: Callable[[], Mapping[str, int]], found: Measured, stop: threading.Event, every: float
) -> None:
    began = time.monotonic()
    while not stop.is_set():
        for name, pid in roots().items():
            found.setdefault(name, []).append((time.monotonic() - began, held(pid)))
        stop.wait(every)


def held(root: int) -> float:
    """Bytes that a process and its children hold; what several share counts in shares.

    But for memory that is shared by agreement, such as PostgreSQL's buffers: it has the size that its settings say, and
    fills with what is read.
    """
    return sum(_share(pid) for pid in family(root))


def family(root: int) -> list[int]:
    """A process and all that it started, and so on."""
    found = [root]
    for pid in found:
        with contextlib.suppress(OSError):  # it ended just now, or one of its threads did
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
    return found


def _share(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it ended just now
        return 0.0
    said = {name: 1024.0 * int(count) for name, count in SHARE.findall(text)}
    return said.get("Pss", 0.0) - said.get("Pss_Shmem", 0.0)


def thirds(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The median of each third of a run; 0 where there is no measurement."""
    length = max((at for at, _ in points), default=0) + 1e-9
    parts: list[list[float]] = [[], [], []]
    for at, value in points:
        parts[min(int(3 * at / length), 2)].append(value)
    one, two, three = (statistics.median(part) if part else 0.0 for part in parts)
    return one, two, three


def grows(points: Sequence[tuple[float, float]], growth: float = GROWTH) -> bool:
    """Whether the last third holds more than the second by more than so many percent, and not by a little."""
    _, second, third = thirds(points)
    return third - second > max(second * growth / 100, LITTLE)


def spent(root: int) -> float:
    """Seconds of processor time of a process, of what it started, and of those of these that have ended."""
    return sum(_spent(pid) for pid in family(root))


def _spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
