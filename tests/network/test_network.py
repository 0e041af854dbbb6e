"""The running system reaches nobody but this machine: all of it works where there is no other network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.network.record import (
    RECORDER,
    STRACE,
    Attempt,
    said_by_python,
    seen_by_strace,
    why_no_namespace,
    why_no_strace,
)
from tests.servers import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SECONDS = 900
NO_MAIL = {"/accounts/password/reset/": 404}
"""Where no server takes mail, this page says so and whom to ask."""
ALONE = ("unshare", "--net", sys.executable, "-m", "tests.network.loopback")
OUTWARD = """
import contextlib, socket
with socket.socket() as link, contextlib.suppress(OSError):
    link.setblocking(False)
    link.connect(("192.0.2.1", 443))
with contextlib.suppress(OSError):
    socket.getaddrinfo("model.example.invalid", 443)
"""
"""An address and a name that are kept for examples: nobody has them."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was done, and every attempt to reach something that was written down meanwhile."""

    seen: dict[str, Any]
    said: list[Attempt]
    traced: list[Attempt]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("LAWQA_", "DJANGO_"))}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Once for all tests; without a network where that can be had, watched by strace where it is there."""
    if shutil.which("chromium") is None and shutil.which("chromium-browser") is None:
        pytest.skip("Chromium is not installed (sh tests/install_browser.sh installs it)")
    folder = tmp_path_factory.mktemp("network")
    alone = [] if why_no_namespace() else ALONE
    watched = [] if why_no_strace() else ["strace"]
    done = subprocess.run(
        [*alone, sys.executable, "-m", "tests.network.day", str(folder), *watched], cwd=ROOT, check=False,
        env=environment(), timeout=SECONDS, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    return Day(seen, said_by_python(folder / "attempts"), seen_by_strace(folder))


def test_there_was_no_network_but_loopback(day: Day) -> None:
    if why := why_no_namespace():
        pytest.skip(f"The network cannot be cut off here: {why}")
    assert day.seen["interfaces"] == ["lo"]


def test_a_reader_adds_law_asks_and_verifies(day: Day) -> None:
    assert "searchable" in day.seen["read"]
    assert "shall" in day.seen["answer"]
    assert "Quote exact" in day.seen["answer"]
    assert "agree" in day.seen["verified"]


def test_every_page_opens(day: Day) -> None:
    pages = day.seen["pages"]
    assert {path: status for path, status in pages.items() if status >= 400} == NO_MAIL
    parts = {path.split("/")[1] for path in pages}
    assert parts >= {
        "library", "questions", "answers", "sections", "documents", "verify", "matters", "people", "keys", "api",
        "audit", "operations", "webhooks", "accounts",
    }, parts  # fmt: skip


def test_programs_are_served(day: Day) -> None:
    programs = day.seen["programs"]
    assert set(programs) == {"questions", "search", "verify", "uploads", "chat", "mcp"}
    for door in ("questions", "search", "verify", "chat", "mcp"):
        assert "Bees Act" in programs[door], programs[door]


def test_the_browser_was_sent_nowhere_else(day: Day) -> None:
    assert day.seen["hosts"] == ["127.0.0.1"]


def test_no_python_process_wanted_to_reach_another_machine(day: Day) -> None:
    assert [one for one in day.said if not one.stays] == []
    for part in ("uvicorn", " worker ", " beat "):
        assert [one for one in day.said if part in f"{one.who} "], f"nothing was written down by {part}"


def test_no_system_call_named_another_machine(day: Day) -> None:
    if why := why_no_strace():
        pytest.skip(f"System calls cannot be watched here: {why}")
    assert [one for one in day.traced if not one.stays] == []
    assert {one.who for one in day.traced} == {"web", "worker", "ingester", "beat"}


def outward(folder: Path, *under: str) -> None:
    """A Python process that wants to reach somebody, where it cannot if that can be had."""
    alone = [] if why_no_namespace() else ALONE
    said = {"LAWQA_TEST_ATTEMPTS": str(folder / "attempts"), "PYTHONPATH": str(RECORDER)}
    subprocess.run(
        [*alone, *under, sys.executable, "-c", OUTWARD], cwd=ROOT, check=True, env=environment() | said
    )


def test_who_does_want_to_reach_another_machine_is_written_down(tmp_path: Path) -> None:
    outward(tmp_path)
    left = [one for one in said_by_python(tmp_path / "attempts") if not one.stays]
    assert [(one.how, one.address) for one in left] == [
        ("socket.connect", "192.0.2.1"), ("socket.getaddrinfo", "model.example.invalid"),
    ]  # fmt: skip


def test_so_is_a_system_call(tmp_path: Path) -> None:
    if why := why_no_strace():
        pytest.skip(f"System calls cannot be watched here: {why}")
    outward(tmp_path, *STRACE, str(tmp_path / "probe.strace"))
    assert "192.0.2.1" in {one.address for one in seen_by_strace(tmp_path) if not one.stays}
