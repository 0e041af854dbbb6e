"""A small firm at work: pages come, every question is answered once, and what would be wrong is noticed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.load import memory
from tests.load.browser import Visit
from tests.load.person import Diary
from tests.load.picture import picture
from tests.load.report import Report, percentile
from tests.load.shares import CONTROLLER, Shares
from tests.servers import ROOT

SECONDS = 900
STEADY = [(float(at), 100e6) for at in range(30)]
GROWING = [(float(at), 100e6 + 2e6 * at) for at in range(30)]


def report(**facts: object) -> Report:
    """A short day on which nothing went wrong."""
    diary = Diary(
        visits=[Visit(number / 10, "form", 0.02, 200) for number in range(100)], asked=["a"], answered={"a": 3.0}
    )  # fmt: skip
    given = {"diary": diary, "memory": {"web": STEADY}, "spent": {"web": 4.0}, "seconds": 10.0}
    return Report(**{**given, **facts})  # type: ignore[arg-type]  # facts are Report's own


@pytest.mark.slow
def test_five_people_are_served_and_no_question_is_lost(tmp_path: Path) -> None:
    """How soon is not asked here: the machine does other things. Nor is memory, which a short day says nothing of."""
    drawn = tmp_path / "load.svg"
    done = subprocess.run(
        [sys.executable, "-m", "tests.load", "--users", "5", "--minutes", "0.1", "--workers", "1", "--answer", "0.2", "--sections", "4",
         "--target", "60000", "--growth", "400", "--picture", str(drawn)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "0 errors" in done.stdout
    assert drawn.read_text().startswith("<svg")


def test_a_day_without_faults_has_none() -> None:
    assert report().faults() == []
    assert "| **all** | 100 | 20 | 20 | 20 |" in list(report().lines())


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param(Visit(1, "form", 0.1, 503), "pages failed", id="error"),
        pytest.param(Visit(1, "form", 0.1, 0), "pages failed", id="broken-connection"),
    ],
)
def test_a_page_that_fails_is_noticed(found: Visit, said: str) -> None:
    day = report()
    day.diary.visits.append(found)
    assert [fault for fault in day.faults() if said in fault]


def test_what_was_opened_before_all_asked_does_not_count() -> None:
    day = report(began=5.0)
    day.diary.visits += [Visit(4, "form", 9.0, 200)] * 50
    assert day.faults() == []
    assert "| **all** | 50 | 20 | 20 | 20 |" in list(day.lines())


def test_late_pages_are_noticed_and_signing_in_is_none_of_them() -> None:
    day = report()
    day.diary.visits += [Visit(1, "signing in", 9.0, 302)] * 50
    assert day.faults() == []
    day.diary.visits += [Visit(1, "form", 0.2, 200)] * 6
    assert [fault for fault in day.faults() if "p95" in fault]


def test_memory_that_grows_is_noticed() -> None:
    assert not memory.grows(STEADY)
    assert memory.grows(GROWING)
    assert report(memory={"web": GROWING}).faults() == ["web grows in memory"]


def test_a_database_may_fill_its_cache_up_to_a_limit() -> None:
    assert report(memory={"PostgreSQL": GROWING}).faults() == []
    found = report(memory={"PostgreSQL": [(at, 4 * held) for at, held in GROWING]}).faults()
    assert found == ["PostgreSQL holds 632 MB"]


def test_units_get_their_share_of_the_processors_where_the_machine_lets_us(tmp_path: Path) -> None:
    """A folder that is no controller has no `cpu.shares` in what is made in it."""
    controller = tmp_path / "cpu"
    controller.mkdir()
    nowhere = Shares(controller)
    nowhere.put("web", os.getpid(), 1000)
    assert not nowhere.made
    nowhere.end()
    assert list(controller.iterdir()) == []


@pytest.mark.skipif(
    not os.access(CONTROLLER, os.W_OK),
    reason="only root makes control groups of version 1, where a machine has them",
)
def test_a_process_and_what_it_starts_are_in_the_group_of_their_unit() -> None:
    shares = Shares()
    assert shares.made
    with subprocess.Popen(
        ["sh", "-c", "read go; sleep 60 & echo $!; wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            shares.put("web", process.pid, 1000)
            assert process.stdin
            assert process.stdout
            process.stdin.write("go\n")
            process.stdin.flush()
            child = int(process.stdout.readline())
            group = CONTROLLER / f"lawqa-{os.getpid()}" / "web"
            assert (group / "cgroup.procs").read_text().split() == [str(process.pid), str(child)]
            assert (group / "cpu.shares").read_text().strip() == "10240"
        finally:
            for pid in memory.family(process.pid)[1:]:
                subprocess.run(["kill", str(pid)], check=False)
            process.kill()
    shares.end()
    assert not (CONTROLLER / f"lawqa-{os.getpid()}").exists()


def test_what_a_process_and_its_children_hold_is_counted() -> None:
    code = "import subprocess, sys; hold = bytearray(60_000_000); subprocess.run(['sleep', '30'])"
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        try:
            found: list[float] = []
            done = threading.Event()
            for _ in range(50):
                found.append(memory.held(process.pid))
                if (found[-1] > 60e6 and len(memory.family(process.pid)) == 2) or done.wait(0.1):
                    break
            assert found[-1] > 60e6
            assert memory.spent(process.pid) >= 0
        finally:
            for pid in memory.family(process.pid)[1:]:
                subprocess.run(["kill", str(pid)], check=False)
            process.kill()


@pytest.mark.parametrize(("share", "value"), [(50, 5), (95, 10), (100, 10), (10, 1)])
def test_percentiles_are_values_that_were_seen(share: float, value: float) -> None:
    assert percentile(range(1, 11), share) == value


def test_the_picture_has_a_line_for_each_process() -> None:
    drawn = picture(report(memory={"web": STEADY, "worker 1": GROWING}))
    assert drawn.count("<polyline") == 5
    assert "worker 1, MB" in drawn
