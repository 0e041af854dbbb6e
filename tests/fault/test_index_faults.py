"""F5 and F6: builds that die and files that rot change no search result, and mend themselves.

Real processes on a database of their own. Each protection is switched off once: then its check must fail.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fault.index_process import HARMS, PLACES
from tests.servers import ROOT, start

SECONDS = 60
Seen = dict[str, Any]
Run = Callable[..., Seen]


class Launcher:
    """Starts a process for each step; each works on the installation in a folder."""

    def __init__(self, data: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "LAWQA_DATABASE"}
        environment |= {"LAWQA_DATA": str(data), "OMP_NUM_THREADS": "1"}
        self._process = start(
            [sys.executable, "-m", "tests.fault.index_process"], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        )  # fmt: skip

    def run(self, folder: Path, *arguments: str) -> Seen:
        """What the process saw."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), *arguments]).encode() + b"\n")
        self._process.stdin.flush()
        answers = select.select([self._process.stdout], [], [], SECONDS)[0]
        if not answers:
            raise TimeoutError(f"no answer to {arguments}")
        seen: Seen = json.loads(self._process.stdout.readline())
        if "error" in seen:
            raise RuntimeError(seen["error"])
        return seen

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    started = Launcher(tmp_path_factory.mktemp("launcher"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def seed() -> str:
    chosen = str(secrets.randbelow(10**6))
    sys.stdout.write(f"seed {chosen}\n")
    return chosen


@pytest.fixture(scope="module")
def prepared(launcher: Launcher, seed: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seen]:
    """A folder with law and a generation that is a little behind, and what is found there."""
    folder = tmp_path_factory.mktemp("prepared")
    return folder, launcher.run(folder, "prepare", seed)


@pytest.fixture
def run(launcher: Launcher, prepared: tuple[Path, Seen], tmp_path: Path) -> Run:
    """Runs a step on a copy of that folder."""
    folder = tmp_path / "copy"
    shutil.copytree(prepared[0], folder)
    return lambda *arguments: launcher.run(folder, *arguments)


@pytest.fixture
def before(prepared: tuple[Path, Seen]) -> Seen:
    return prepared[1]


def check_killed(seen: Seen, before: Seen) -> None:
    """The old generation serves, the remnants go, the next build succeeds."""
    assert seen["signal"] == 9
    assert seen["searched"]["hits"] == before["hits"]
    assert seen["searched"]["serving"] == before["serving"]
    assert "damaged" not in seen["searched"]["states"].values()
    left = {name: before[name] for name in ("hits", "states", "folders", "serving")}
    assert seen["cleaned"] == left
    assert seen["rebuilt"]["serving"] > before["serving"]
    assert seen["rebuilt"]["hits"] == before["exact"]


@pytest.mark.parametrize("place", PLACES)
def test_a_build_that_dies_changes_nothing(place: str, run: Run, before: Seen) -> None:
    check_killed(run("killed", place), before)


@pytest.mark.parametrize("protection", ["served-last", "cleaning"])
def test_without_its_protection_a_build_that_dies_is_noticed(protection: str, run: Run, before: Seen) -> None:
    with pytest.raises(AssertionError):
        check_killed(run("killed", "written", protection), before)


def check_killed_often(seen: Seen, before: Seen) -> None:
    """Whoever searches meanwhile finds what the old generation finds, or the new one: never a mixture."""
    assert seen["deaths"]
    assert seen["searches"]
    assert seen["mixed"] == 0
    assert seen["hits"] == before["exact"]
    assert "damaged" not in seen["states"].values()
    assert set(seen["folders"]) <= set(seen["states"])


def test_searches_beside_builds_that_die_at_any_moment_are_never_mixed(
    seed: str, run: Run, before: Seen
) -> None:
    check_killed_often(run("killed-often", seed), before)


def test_without_its_protection_a_mixture_is_noticed(seed: str, run: Run, before: Seen) -> None:
    with pytest.raises(AssertionError):
        check_killed_often(run("killed-often", seed, "served-last"), before)


def check_two_builders(seen: Seen, before: Seen) -> None:
    """The second does nothing, the first one's generation serves."""
    assert seen["first"] == 0
    assert not seen["second"]
    assert len(seen["states"]) == len(before["states"]) + 1
    assert seen["hits"] == before["exact"]


def test_of_two_builders_one_builds(run: Run, before: Seen) -> None:
    check_two_builders(run("two-builders", ""), before)


def test_without_the_lock_two_build(run: Run, before: Seen) -> None:
    with pytest.raises(AssertionError):
        check_two_builders(run("two-builders", "", "lock"), before)


def check_damaged(seen: Seen) -> None:
    """The rows answer alike, the files are kept for inspection, the sweeper has the index built anew."""
    number = str(seen["before"]["serving"])
    assert seen["searched"]["hits"] == seen["before"]["hits"]
    assert seen["searched"]["serving"] is None
    assert seen["searched"]["states"] == {number: "damaged"}
    assert f"{number}.damaged" in seen["searched"]["folders"]
    assert seen["swept"]
    assert seen["rebuilt"]["hits"] == seen["before"]["hits"]
    assert seen["rebuilt"]["serving"] > seen["before"]["serving"]
    assert f"{number}.damaged" in seen["rebuilt"]["folders"]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_index_changes_no_answer_and_is_built_anew(harm: str, run: Run) -> None:
    check_damaged(run("damaged", harm))


@pytest.mark.parametrize(
    ("harm", "protection"), [("bit", "manifest"), ("bit", "exact-search"), ("truncated", "sweeper")]
)
def test_without_its_protection_damage_is_noticed(harm: str, protection: str, run: Run) -> None:
    with pytest.raises(AssertionError):
        check_damaged(run("damaged", harm, protection))
