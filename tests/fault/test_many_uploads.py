"""Thousands of uploads, two workers, one of them killed again and again: everything ends, and memory stays flat."""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.models import IngestJob
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader
from tests.waiting import until

State = IngestJob.State
UPLOADS = 10_000 if FULL else 100
KILL_EVERY = 30 if FULL else 4
WARM = 0.3  # of the uploads, after which a worker has loaded what it needs
SECONDS = UPLOADS * 2 + 120


def resident(found: Installation, role: str) -> int:
    """Bytes that a worker and its child hold."""
    parent = found.processes[role].pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (str(parent), *children)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def upload(found: Installation, number: int) -> float:
    content = law.pdf(number, 3) if number % 2 else law.text(number, 3)
    name = f"act {number}.{'pdf' if number % 2 else 'txt'}"
    reply = Reader(found.port).upload(name, content)
    assert reply.status == 201, reply.body
    found.acknowledge(name, content, "our-law")
    return reply.seconds


def done() -> int:
    return IngestJob.objects.exclude(state__in=(State.QUEUED, State.RUNNING)).count()


def kill_now_and_then(found: Installation, chance: random.Random, stop: threading.Event) -> None:
    while not stop.wait(KILL_EVERY * chance.uniform(0.5, 1.5)):
        found.kill("second")
        found.start("second")


def take_in(found: Installation, chance: random.Random, memory: list[int]) -> None:
    """Upload everything; meanwhile one worker is killed, and the memory of the other is noted."""
    for role in ("beat", "ingester", "second"):
        found.start(role)
    found.serve()
    stop = threading.Event()
    killer = threading.Thread(target=kill_now_and_then, args=(found, chance, stop))
    killer.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            took = list(pool.map(lambda number: upload(found, number), range(UPLOADS)))
        until(lambda: _note(found, memory) >= UPLOADS, SECONDS, "all jobs end", every=0.5)
    finally:
        stop.set()
        killer.join()
    print(f"an upload took {statistics.median(took):.3f} s, the slowest {max(took):.3f} s")


def _note(found: Installation, memory: list[int], *, after: float = WARM * UPLOADS) -> int:
    ended = done()
    if ended > after:
        memory.append(resident(found, "ingester"))
    return ended


def lists_are_quick(found: Installation) -> None:
    seconds = sorted(Reader(found.port).get("/library/jobs/").seconds for _ in range(20))
    print(f"the list of jobs: median {seconds[10]:.3f} s, 95 % {seconds[18]:.3f} s")
    assert seconds[18] < 0.2


def memory_is_flat(memory: list[int]) -> None:
    first, last = statistics.median(memory[:5]), statistics.median(memory[-5:])
    print(f"memory of the worker: {first / 1e6:.0f} MB, at the end {last / 1e6:.0f} MB")
    assert last < 1.1 * first, "the worker's memory grows"


@pytest.mark.slow
def test_everything_that_was_uploaded_ends_and_memory_stays_flat(install: Installing, seed: int) -> None:
    found, memory = install(), list[int]()
    began = time.monotonic()
    take_in(found, random.Random(seed), memory)
    print(f"{UPLOADS} files in {time.monotonic() - began:.0f} s")
    assert set(IngestJob.objects.values_list("state", flat=True)) <= {State.READY, State.QUARANTINED}
    check(found)
    lists_are_quick(found)
    memory_is_flat(memory)


@pytest.mark.slow
def test_a_worker_that_keeps_what_it_read_is_noticed(install: Installing) -> None:
    found, memory = install(patches=(*QUICK, "leak")), list[int]()
    found.start("beat")
    found.start("ingester")
    for number in range(20):
        found.add(f"act {number}.txt", law.text(number, 3))
    until(lambda: done() >= 5, 60, "work begins")
    until(lambda: _note(found, memory, after=0) >= 20, 60, "all jobs end", every=0.2)
    with pytest.raises(AssertionError, match="memory grows"):
        memory_is_flat(memory)
