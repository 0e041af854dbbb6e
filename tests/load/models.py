"""The adversary as a model server of its own: `python -m tests.load.models --seconds 2` prints its address."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests import servers
from tests.adversary.server import Adversary
from tests.model_server import KEY, Asked, Reply, model_server

CLAIMS = 4
"""Of an answer: two are right, two are not, and are written once more."""
SHORT = 4
"""How much sooner what is no answer comes: keywords, one sentence anew, a judgement."""


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="what an answer takes")
    chosen = parser.parse_args()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with model_server(Slow(chosen.seconds)) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        while not ended.wait(1):
            server.asked.clear()  # nobody looks at it


class Slow:
    """The adversary, who takes its time for an answer. It forgets what it told long ago."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._adversary = Adversary(seed=1, most=CLAIMS)
        self._one_at_a_time = threading.Lock()

    def __call__(self, asked: Asked) -> Reply:
        with self._one_at_a_time:
            reply = self._adversary(asked)
            del self._adversary.told[:-500]
        answer = {"claims", "sources"} <= set(asked.schema.get("properties", {}))
        return replace(reply, wait_first=self._seconds if answer else self._seconds / SHORT)


@contextmanager
def serving(seconds: float) -> Iterator[dict[str, str]]:
    """The settings by which lawqa finds such a server, which ends with the block."""
    command = [sys.executable, "-m", "tests.load.models", "--seconds", str(seconds)]
    process = servers.start(command, cwd=servers.ROOT, stdout=subprocess.PIPE, ending=signal.SIGTERM)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        assert address, "the model server did not start"
        yield {"LAWQA_MODEL_URL": address, "LAWQA_MODEL": "adversary", "LAWQA_MODEL_KEY": KEY}
    finally:
        servers.end(process)


if __name__ == "__main__":
    main()
