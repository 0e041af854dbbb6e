"""`make run`: which processes it starts, and which model servers it tells them of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")
PYTHON = f"""#!/bin/sh
case $1 in
manage.py) ;;
*) exec {sys.executable} "$@" ;;
esac
"""
HONCHO = f"""#!{sys.executable}
import json, os, sys
given = {{name: value for name, value in os.environ.items() if name.startswith("LAWQA_")}}
print(json.dumps([sys.argv[sys.argv.index("start") + 1:], given]))
"""
WITHOUT = ["web", "worker", "ingester", "beat"]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with programs in the place of the environment's own; honcho says what it was given."""
    for name, text in (("python", PYTHON), ("honcho", HONCHO)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make(programs: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LAWQA_", "MODEL", "MAKE"))
    }
    installed = ("-o", ".venv/.created", "-o", ".venv/.installed")
    return subprocess.run(
        ["make", *installed, f"BIN={programs}", "run", *arguments], check=False, cwd=ROOT, text=True,
        capture_output=True, env=kept | environment,
    )  # fmt: skip


def started(programs: Path, *arguments: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    """The processes that honcho is told to start, and the settings that they find."""
    done = make(programs, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    processes, given = json.loads(done.stdout.splitlines()[-1])
    return processes, given


def test_the_small_model_reads_questions_when_nothing_else_is_said(programs: Path) -> None:
    processes, given = started(programs)
    assert processes == [*WITHOUT, "keywords"]
    assert given["LAWQA_KEYWORDS_MODEL"] == "SmolLM2-135M-Instruct"
    assert given["LAWQA_KEYWORDS_URL"].startswith("http://127.0.0.1:")
    assert given["LAWQA_KEYWORDS_URL"].endswith("/v1")
    assert len(given["LAWQA_KEYWORDS_KEY"]) > 30
    assert "LAWQA_MODEL_URL" not in given


def test_every_start_has_a_key_of_its_own(programs: Path) -> None:
    keys = {started(programs)[1]["LAWQA_KEYWORDS_KEY"] for _ in range(2)}
    assert len(keys) == 2


def test_a_server_that_is_given_has_all_roles(programs: Path) -> None:
    address, name = "http://127.0.0.1:8001/v1", "a model's name & $HOME"
    processes, given = started(
        programs, f"MODEL_URL={address}", f"MODEL={name}".replace("$", "$$"), MODEL_KEY="s$c'ret"
    )
    assert processes == WITHOUT
    assert given["LAWQA_MODEL_URL"] == address
    assert given["LAWQA_MODEL_KEY"] == "s$c'ret"
    assert "LAWQA_KEYWORDS_URL" not in given


def test_the_key_is_in_no_command_that_make_prints_or_runs(programs: Path) -> None:
    done = make(programs, "--trace", "MODEL_URL=http://127.0.0.1:8001/v1", "MODEL=m", MODEL_KEY="secret-7")
    said = done.stdout.splitlines()
    assert not [line for line in [*said[:-1], *done.stderr.splitlines()] if "secret-7" in line]
    assert "secret-7" in said[-1], "honcho's processes have it"


@pytest.mark.parametrize("name", ["LAWQA_MODEL_URL", "LAWQA_KEYWORDS_URL"])
def test_settings_of_the_environment_go_before_the_small_model(programs: Path, name: str) -> None:
    processes, given = started(programs, **{name: "http://127.0.0.1:8001/v1"})
    assert processes == WITHOUT
    assert given[name] == "http://127.0.0.1:8001/v1"


def test_another_server_for_answers_leaves_the_small_model_its_role(programs: Path) -> None:
    assert started(programs, LAWQA_ANSWER_URL="http://127.0.0.1:8001/v1")[0] == [*WITHOUT, "keywords"]


def test_keywords_can_be_left_to_rules(programs: Path) -> None:
    processes, given = started(programs, "KEYWORDS=off")
    assert processes == WITHOUT
    assert "LAWQA_KEYWORDS_URL" not in given


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["MODEL_URL=http://127.0.0.1:8001/v1"], "Say MODEL=… too", id="no name"),
        pytest.param(["MODEL=name"], "Say MODEL_URL=http://…/v1 too", id="no address"),
    ],
)
def test_half_a_server_is_told_before_anything_starts(
    programs: Path, arguments: list[str], sentence: str
) -> None:
    done = make(programs, *arguments)
    assert done.returncode != 0
    assert done.stderr.startswith(sentence)
    assert "LAWQA" not in done.stdout
