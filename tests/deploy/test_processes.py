"""Whatever starts lawqa, it starts what exists, with settings that are understood, and leaves no queue without a worker."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from lawqa import env
from people import environment
from tests.deploy.manifests import DEPLOY, Process, env_file, kubectl, processes, unit
from tests.servers import ROOT

KINDS = ["Procfile", "compose", "units", *(["kustomize"] if kubectl() else [])]
ALL = processes()
OTHERS = {
    "DATABASE_PASSWORD_FILE", "FORWARDED_ALLOW_IPS", "REMAP_SIGTERM", "HF_HUB_OFFLINE", "PYTHONDONTWRITEBYTECODE",
    "PROMETHEUS_MULTIPROC_DIR",
}  # fmt: skip
"""Of the entry point, of uvicorn, of Celery, of the hub's library, of Python, of Prometheus."""


class Asked(Mapping[str, str]):
    """An environment that remembers which of its variables were looked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def understood(given: dict[str, str], folder: Path) -> set[str]:
    """The names of the settings that lawqa looks for, after it has read them all. Raises BadSetting.

    Files of secrets are put into `folder`, since those of the installation are not here.
    """
    here = dict(given)
    for name, value in given.items():
        if name.startswith("LAWQA_") and name.endswith("_FILE"):
            (folder / Path(value).name).write_text("a-secret-of-36-letters-and-numbers-12")
            here[name] = str(folder / Path(value).name)
    if (
        importlib.util.find_spec("pymilvus") is None
    ):  # then another index, though its name is asked for all the same
        here.pop("LAWQA_INDEX", None)
    asked = Asked({"LAWQA_SECRET_KEY": "s" * 50, **here, "LAWQA_DATA": str(folder)})
    env.read(asked, ROOT)
    environment.read(asked)
    return asked.names


@pytest.mark.parametrize("process", ALL, ids=str)
def test_every_setting_is_known_and_understood(process: Process, tmp_path: Path) -> None:
    ours = {name for name in process.settings if name.startswith("LAWQA_")}
    assert ours <= understood(process.settings, tmp_path)
    assert set(process.settings) - ours <= OTHERS


def test_a_setting_that_nobody_reads_is_noticed(tmp_path: Path) -> None:
    assert "LAWQA_MODELL" not in understood({"LAWQA_MODELL": "x"}, tmp_path)
    with pytest.raises(env.BadSetting):
        understood({"LAWQA_THREADS": "many"}, tmp_path)


def test_what_the_file_of_settings_proposes_is_understood(tmp_path: Path) -> None:
    """With its comments taken off, since that is what an operator does."""
    proposed = env_file(without_comments("systemd/lawqa.env"))
    assert {"LAWQA_DATABASE", "LAWQA_MODEL_URL", "LAWQA_ALLOWED_HOSTS"} <= set(proposed)
    assert set(proposed) <= understood(proposed, tmp_path)


def test_what_the_example_for_compose_says_is_used_there(tmp_path: Path) -> None:
    proposed = env_file(without_comments("compose/env.example"))
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert {name for name in proposed if f"${{{name}:" not in text} == {"COMPOSE_PROFILES"}
    named = {name: value for name, value in proposed.items() if name.endswith("_URL")}
    assert set(named) <= understood(named, tmp_path)


def without_comments(name: str) -> str:
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub(r"^#(?=[A-Z_]+=)", "", line) for line in lines)


@pytest.mark.parametrize("process", [one for one in ALL if one.name != "keywords"], ids=str)
def test_every_program_is_one_of_the_environments(process: Process) -> None:
    program, *rest = process.words
    if program == "python":
        assert rest[0] == "manage.py"
        command = load_command_class(get_commands()[rest[1]], rest[1])
        command.create_parser("manage.py", rest[1]).parse_args(rest[2:])
        return
    assert program in {"uvicorn", "celery"}
    module, _, name = (rest[0] if program == "uvicorn" else f"{process.option('-A')}:app").partition(":")
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("kind", KINDS)
def test_no_queue_is_left_without_a_worker_and_one_clock_ticks(kind: str) -> None:
    mine = [one for one in ALL if one.where == kind]
    taken = {queue for one in mine for queue in one.option("-Q").split(",") if queue}
    routes = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert taken == routes | {settings.CELERY_TASK_DEFAULT_QUEUE}
    assert len([one for one in mine if "beat" in one.words]) == 1
    assert not [one for one in mine if {"questions", "ingestion"} <= set(one.option("-Q").split(","))]


@pytest.mark.parametrize("kind", KINDS)
def test_workers_are_started_alike_everywhere(kind: str) -> None:
    """But for their names: a flag that one kind of installation lacks is a fault that only its users meet."""

    def flags(where: str) -> set[tuple[str, ...]]:
        return {
            tuple(word for word in one.words if "@" not in word)
            for one in ALL
            if one.where == where and one.words[0] == "celery"
        }

    assert flags(kind) == flags("Procfile")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "Procfile"])
def test_a_worker_that_is_told_to_end_ends_at_once(kind: str) -> None:
    """What it was doing is a row with a lease: another takes it up."""
    for one in ALL:
        if one.where == kind and "worker" in one.words:
            assert one.settings["REMAP_SIGTERM"] == "SIGQUIT"


@pytest.mark.parametrize("process", [one for one in ALL if one.words[0] == "uvicorn"], ids=str)
def test_the_web_server_believes_a_proxy_only_where_one_is_meant(process: Process) -> None:
    if process.where == "Procfile":
        assert process.option("--host") == "127.0.0.1"
        return
    assert "--proxy-headers" in process.words
    assert "--no-server-header" in process.words
    trusted = process.option("--forwarded-allow-ips") or process.settings["FORWARDED_ALLOW_IPS"]
    assert "*" not in trusted
    networks = {"units": "127.0.0.1", "compose": "172.31.87.0/28", "kustomize": "10.0.0.0/8"}
    assert trusted.split(",")[0] == networks[process.where]


@pytest.mark.parametrize("process", [one for one in ALL if one.words[0] == "uvicorn"], ids=str)
def test_several_processes_add_up_what_they_count_in_a_folder_that_is_theirs(process: Process) -> None:
    several = int(process.option("--workers") or 1) > 1
    assert several == (process.where in {"units", "compose"})
    folder = process.settings.get("PROMETHEUS_MULTIPROC_DIR", "")
    made = {
        "units": f"/run/{unit('lawqa-web.service').get('RuntimeDirectory', [''])[0]}",
        "compose": "/tmp/figures",  # noqa: S108  a file system of the container's own
    }
    assert folder == (made[process.where] if several else "")


@pytest.mark.parametrize("process", [one for one in ALL if one.where != "Procfile"], ids=str)
def test_hosts_are_named_so_that_everybody_signs_in(process: Process) -> None:
    assert process.settings["LAWQA_ALLOWED_HOSTS"] == "law.firm.example"
    assert "LAWQA_DEBUG" not in process.settings
    assert "LAWQA_PLAIN_HTTP" not in process.settings


def test_every_setting_stands_in_the_readme(tmp_path: Path) -> None:
    roles = {f"LAWQA_{role}_URL": "http://x:1" for role in ("MODEL", "KEYWORDS", "ANSWER", "JUDGE")}
    asked = understood({**roles, "LAWQA_MODEL": "m", "LAWQA_MILVUS_URL": "http://x:1"}, tmp_path)
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    readme = re.sub(r"`(LAWQA_\w+_)(\w+)`([^|]*?)`…_\2_FILE`", r"`\1\2` \3 `\1\2_FILE`", readme)
    lacking = {name for name in asked if name.startswith("LAWQA_") and f"`{name}`" not in readme}
    shortened = {f"LAWQA_{role}_KEY_FILE" for role in ("KEYWORDS", "ANSWER", "JUDGE")}
    assert lacking <= shortened | {"LAWQA_MILVUS_TOKEN_FILE"}, "shortened in its row"
