"""A real milvus-lite server for tests, from its wheel, on a loopback port and in a folder of its own."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.servers import end, free_port, start
from tests.waiting import until

MISSING = "milvus-lite is not installed (make test installs it)"


def installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("pymilvus", "milvus_lite"))


class Milvus:
    """Starts, freezes, kills and starts again; what it acknowledged lies in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
        with (self.folder / "log").open("ab") as log:
            self.process = start(
                [*command, "--port", str(self.port), "--data-dir", self.folder / "data"],
                stdout=log, stderr=log, env={**os.environ, "PYTHONWARNINGS": "ignore"},
            )  # fmt: skip
        try:
            until(self.accepts, 90, "milvus-lite answers")
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}: {(self.folder / 'log').read_text()[-2000:]}") from error

    def accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def send(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            end(self.process, signal.SIGKILL)

    def __enter__(self) -> Milvus:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
