"""Starts reading processes one after the other, watches them, and believes nothing that it cannot check.

A large file is read in runs of pages, each by a process of its own, so that its limits hold for a run. When a process
dies, the page at which it stood is tried once more alone; a page that kills twice is lost, and only that page.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from corpus.extraction import messages
from corpus.extraction.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from corpus.extraction.child import main; main()"
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "LAWQA_OCR_LANGUAGES")
CHUNK = 1 << 16
ALIVE_EVERY = 1.0
"""Seconds between two signs of life while a process is awaited."""

Alive = Callable[[], None]


class Death(Exception):
    """A process ended without having said that it was done."""


class OutOfTime(Death):
    """It used up its processor time, or kept us waiting for too long."""


@dataclass(slots=True, kw_only=True)
class Order:
    """What one process is to read; corpus.extraction.child.Order is its other end."""

    path: Path
    media_type: str
    first: int
    last: int
    limits: Limits
    with_facts: bool = False
    recognise: bool = False

    def argument(self) -> str:
        return json.dumps({**asdict(self), "path": str(self.path), "parent": os.getpid()})


@dataclass(slots=True)
class _Clock:
    """How long we have waited for a process, and when the last sign of life was given."""

    alive: Alive
    allowed: float
    waited: float = 0.0
    signed: float = field(default_factory=time.monotonic)

    def wait(self, output: IO[bytes]) -> bool:
        """Whether there is something to read, after at most a second."""
        before = time.monotonic()
        ready = bool(select.select([output], [], [], ALIVE_EVERY)[0])
        now = time.monotonic()
        self.waited += now - before
        if now - self.signed >= ALIVE_EVERY:
            self.alive()
            self.signed = time.monotonic()
        if self.waited > self.allowed:
            raise OutOfTime
        return ready


def messages_of(order: Order, alive: Alive) -> Iterator[messages.Message]:
    """Everything that a process says, until it is done or has failed. Raises Death, OutOfTime and what `alive` raises.

    The process is dead when this ends, however it ends. It also dies with the thread that began the iteration.
    """
    process = _start(order)
    try:
        yield from _read(process, order, alive)
    finally:
        _end(process)


def _start(order: Order) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", START, str(ROOT), order.argument()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {"LANG": "C.UTF-8"},
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group: text recognition starts programs of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _read(process: subprocess.Popen[bytes], order: Order, alive: Alive) -> Iterator[messages.Message]:
    for line in _lines(process, _Clock(alive, order.limits.wall_seconds)):
        try:
            message = messages.decode(line)
        except messages.Unbelievable as error:
            raise Death from error
        yield message
        if isinstance(message, messages.Done | messages.Failed):
            return
    raise OutOfTime if process.wait() == -signal.SIGXCPU else Death


def _lines(process: subprocess.Popen[bytes], clock: _Clock) -> Iterator[bytes]:
    """Whole lines as they come; a line that is too long is the end of the process."""
    output = process.stdout
    if output is None:
        return
    parts: list[bytes] = []
    size = 0
    while True:
        if not clock.wait(output):
            continue
        chunk = os.read(output.fileno(), CHUNK)
        if not chunk:
            return
        *whole, rest = chunk.split(b"\n")
        for end in whole:
            yield b"".join([*parts, end])
            parts, size = [], 0
        parts.append(rest)
        size += len(rest)
        if size > messages.MAX_MESSAGE:
            raise Death
