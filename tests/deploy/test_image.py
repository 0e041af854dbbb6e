"""The image: two stages, nothing in the last that builds, nobody who is root, and only files that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.manifests import DEPLOY
from tests.servers import ROOT, free_port

TEXT = re.sub(r"\\\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
STAGES = ["FROM" + stage for stage in re.split(r"^FROM", TEXT, flags=re.MULTILINE)[1:]]
IGNORED = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
PARTS = {
    "api", "audit", "corpus", "lawqa", "people", "static", "templates", "manage.py", "requirements.lock",
    "deploy/entrypoint.sh", "deploy/healthy.py", "deploy/milvus/milvus.lock", "deploy/small_model.lock", "deploy/telemetry.lock",
}  # fmt: skip


def lines(stage: str, instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.+)$", stage, re.MULTILINE)


def test_there_is_one_stage_that_builds_and_one_that_runs() -> None:
    build, final = STAGES
    assert build.startswith("FROM python:3.11-trixie AS build")
    assert final.startswith("FROM python:3.11-slim-trixie\n")
    assert lines(final, "COPY") == ["--from=build /app /app"]


def test_nothing_that_builds_is_in_the_last_stage() -> None:
    final = STAGES[1]
    assert not re.search(r"\b(gcc|g\+\+|build-essential|make|cmake|git|[a-z0-9.]+-dev|pip install)\b", final)
    assert "rm -rf /var/lib/apt/lists/*" in final
    assert "--no-install-recommends" in final


def test_it_runs_as_somebody_who_owns_nothing_but_the_data() -> None:
    final = STAGES[1]
    assert lines(final, "USER") == ["10001:10001"]
    after = final.partition("USER 10001:10001")[2]
    assert not re.search(r"^(RUN|COPY|ADD)", after, re.MULTILINE), "nothing is made after it"
    assert "install -d -o lawqa -g lawqa -m 0700 /data" in final
    assert "chown" not in final
    assert "chmod" not in final


def test_what_is_installed_is_what_the_locks_say() -> None:
    build = STAGES[0]
    assert len(re.findall(r"--no-deps --require-hashes -r /locks/\S+\.lock", build)) == 4
    torch = re.search(r"torch==\S+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert torch
    assert torch[0] in build
    assert build.index(torch[0]) < build.index(
        "requirements.lock \\\n" if "\\\n" in build else "/locks/requirements.lock"
    )
    assert "check_install.py" in build


def test_files_that_it_copies_exist_and_reach_the_builder() -> None:
    taken = {line[1:] for line in IGNORED if line.startswith("!")}
    assert IGNORED[1] == "*", "everything stays out that is not named"
    assert taken >= PARTS
    for name in taken:
        assert (ROOT / name).exists(), name
    for source in lines(STAGES[0], "COPY")[0].split()[:-1]:
        assert source in taken, source
    compiled = re.search(r"compileall .*", STAGES[0])
    assert compiled
    assert {"api", "audit", "corpus", "lawqa", "people"} <= set(compiled[0].split())


def test_every_app_of_the_project_is_in_it() -> None:
    from django.conf import settings

    taken = {line[1:] for line in IGNORED if line.startswith("!")}
    own = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert own <= taken


@pytest.mark.parametrize("part", ["tests", ".git", "var", ".venv", "deploy/.env", "deploy/compose/secrets"])
def test_tests_history_data_and_secrets_stay_out(part: str) -> None:
    assert f"!{part}" not in IGNORED
    assert "!deploy" not in IGNORED


def entry(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEPLOY / "entrypoint.sh"), *words], check=False, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], **environment},
    )  # fmt: skip


def test_the_databases_password_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a pass'word $HOME\n")
    done = entry("printenv", "PGPASSWORD", DATABASE_PASSWORD_FILE=str(tmp_path / "password"))
    assert done.stdout == "a pass'word $HOME\n"
    assert entry("echo", "as it is").stdout == "as it is\n"


def test_a_password_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = entry("true", DATABASE_PASSWORD_FILE=str(tmp_path / "none"))
    assert done.returncode == 2
    assert "cannot be read by user" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_folder_in_which_processes_add_up_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    assert entry("true", PROMETHEUS_MULTIPROC_DIR=str(folder)).returncode == 0
    assert folder.is_dir()


def test_the_check_of_a_container_says_when_nobody_answers() -> None:
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "healthy.py")], check=False, capture_output=True, text=True,
        env={"PORT": str(free_port())},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("no answer:")


def test_its_backup_speaks_to_the_database_that_is_started_beside_it() -> None:
    """pg_dump refuses a server that is newer than itself; the image and both kinds of installation name one version."""
    client = re.search(r"postgresql-client-(\d+)", STAGES[1])
    server = re.search(r"image: postgres:(\d+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    pods = re.search(
        r'name: postgres\n\s+newTag: "(\d+)"',
        (DEPLOY / "kustomize/base/kustomization.yaml").read_text(encoding="utf-8"),
    )
    assert client
    assert server
    assert pods
    assert client[1] == server[1] == pods[1]
