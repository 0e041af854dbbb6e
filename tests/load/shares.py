"""What share of the processors each unit gets while all want them, as systemd would see to it: by control groups.

Where this machine lets nobody make one (version 1 of them, root), nobody's share is seen to, and `made` says so.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

CONTROLLER = Path("/sys/fs/cgroup/cpu")
USUAL = 100
"""The weight of a unit that says nothing (systemd.resource-control(5), CPUWeight=)."""
SHARES = 1024
"""What that is for the kernel (cpu.shares)."""


class Shares:
    """Groups in one of their own, as units are in a slice. Ended, when all that was in them has ended."""

    def __init__(self, controller: Path = CONTROLLER) -> None:
        self._slice = controller / f"lawqa-{os.getpid()}"
        self.made = False
        with contextlib.suppress(OSError):
            self._slice.mkdir()
            self.made = (self._slice / "cpu.shares").exists()

    def put(self, name: str, pid: int, weight: int) -> None:
        """Give a process, and whatever it will start, the share of a unit with that weight."""
        if not self.made:
            return
        group = self._slice / name
        group.mkdir(exist_ok=True)
        (group / "cpu.shares").write_text(str(weight * SHARES // USUAL))
        (group / "cgroup.procs").write_text(str(pid))

    def end(self, patience: float = 5.0) -> None:
        """Remove the groups. The kernel takes a moment to see that a process is gone."""
        until = time.monotonic() + patience
        while self._slice.exists() and time.monotonic() < until:
            with contextlib.suppress(OSError):
                for group in [path for path in self._slice.iterdir() if path.is_dir()]:
                    group.rmdir()
                self._slice.rmdir()
                return
            time.sleep(0.1)
