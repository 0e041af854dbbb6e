"""What the reading process takes away from itself before it opens an untrusted file (Linux).

It dies with its parent, has no network, may read no file but that one and code, write none, start no privileged
program, and has a bounded memory and processor time. What the system does not offer is left out: the limits of resources always hold.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

from corpus.extraction import landlock
from corpus.extraction.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
NICENESS = 5
OPEN_FILES = 64


def confine(limits: Limits, parent: int, file: Path) -> None:
    """Once, before `file` is opened; `parent` is the process without which there is nobody to read for."""
    if sys.platform == "linux":
        _die_with(parent)
        _leave_network()
        landlock.restrict([file, *landlock.code(ROOT)])
    _limit(resource.RLIMIT_AS, limits.memory)
    # The soft limit ends the process by a signal of its own, by which the parent knows why.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    os.nice(NICENESS)


def _limit(which: int, value: int) -> None:
    resource.setrlimit(which, (value, value))


def _die_with(parent: int) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died between the start and the line above
        sys.exit(0)


def _leave_network() -> None:
    """An empty network namespace: there is nothing to connect to. Best effort: containers may forbid it."""
    system = ctypes.CDLL(None, use_errno=True)
    # Root may do it alone and keeps the right to read files of other owners, which a user namespace would end.
    if system.unshare(CLONE_NEWNET) != 0:
        system.unshare(CLONE_NEWUSER | CLONE_NEWNET)
