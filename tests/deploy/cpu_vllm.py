"""Runs the tests of a real vLLM: `python -m tests.deploy.cpu_vllm FOLDER [pytest's arguments]` builds it there unless it is."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests import servers

MODEL = "SmolLM2-135M-Instruct"
PATIENCE = 900.0
"""Seconds until it has to serve; 105 on two idle cores."""
EVERY = 15.0
"""Seconds between two signs that it is still starting."""


def main() -> int:
    """The status of the tests, or of what went wrong before them."""
    if len(sys.argv) < 2:
        sys.exit("Say where vLLM is built: python -m tests.deploy.cpu_vllm FOLDER")
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit("Ended from outside.")
    )  # what was started is ended then too
    folder = Path(sys.argv[1]).resolve()
    built = subprocess.run(["sh", "deploy/vllm/cpu_build.sh", folder], check=False, cwd=servers.ROOT)
    if built.returncode:
        return built.returncode
    key = secrets.token_urlsafe()
    with serving(folder, key) as url:
        given = {"LAWQA_TEST_VLLM_URL": url, "LAWQA_TEST_VLLM_KEY": key, "LAWQA_TEST_VLLM_MODEL": MODEL}
        chosen = sys.argv[2:] or ["tests/deploy/test_vllm.py", "--verbose"]
        command = [sys.executable, "-m", "pytest", *chosen]
        return subprocess.run(command, check=False, cwd=servers.ROOT, env=os.environ | given).returncode


@contextlib.contextmanager
def serving(folder: Path, key: str) -> Iterator[str]:
    """A vLLM on a free loopback port, until the end of the block; its address, with `/v1`."""
    port, log = servers.free_port(), folder / "serve.log"
    given = {
        "VLLM": str(folder / "venv/bin/vllm"), "VLLM_API_KEY": key, "VLLM_CPU_KVCACHE_SPACE": "2",
        "CONTEXT": "8192", "AT_ONCE": "16", "OMP_WAIT_POLICY": "PASSIVE", "PATH": f"{folder / 'venv/bin'}:{os.environ['PATH']}",
    }  # fmt: skip
    # Eager: compiling takes minutes on a busy machine, and is of no use to a few requests.
    command: list[str | Path] = [
        "sh", "deploy/vllm/serve.sh", folder / "smollm2-135m-instruct", MODEL, str(port),
        "--dtype", "bfloat16", "--enforce-eager",
    ]  # fmt: skip
    with log.open("wb") as file:
        process = servers.start(
            command, ending=signal.SIGTERM, cwd=servers.ROOT, env=os.environ | given, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        servers.end(process, seconds=15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its children, should it have left some


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    began = said = time.monotonic()
    while not _answers(port):
        waited = time.monotonic() - began
        if process.poll() is not None or waited > PATIENCE:
            sys.exit(
                f"vLLM does not serve after {waited:.0f} s: {_last_line(log)}\nAll that it said is in {log}."
            )
        if time.monotonic() - said > EVERY:
            said = time.monotonic()
            _say(f"vLLM starts: {waited:.0f} s. {_last_line(log)[:100]}")
        time.sleep(1)
    _say(f"vLLM serves after {time.monotonic() - began:.0f} s.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _last_line(log: Path) -> str:
    """Without who says so and when."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return re.sub(r"^\(.*?\) [A-Z]+ [\d-]+ [\d:]+ ", "", lines[-1]) if lines else ""


if __name__ == "__main__":
    sys.exit(main())
