"""compose.yaml: who reaches whom, with which rights, and that what it mounts and calls is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.deploy.manifests import DEPLOY, compose, image_command

WHOLE = compose()
SERVICES: dict[str, dict[str, Any]] = WHOLE["services"]
NAMES = sorted(SERVICES)
MADE_BY_THE_OPERATOR = {"./compose/tls", "./compose/secrets/database_password", "./compose/secrets/model_key"}
KEYS = {
    "image", "build", "restart", "read_only", "tmpfs", "cap_drop", "security_opt", "volumes", "secrets", "environment",
    "networks", "depends_on", "healthcheck", "command", "entrypoint", "expose", "ports", "profiles", "shm_size", "user",
    "deploy", "stop_grace_period", "stop_signal", "cpu_shares",
}  # fmt: skip
"""What a service may say: https://github.com/compose-spec/compose-spec/blob/main/05-services.md"""


def networks(name: str) -> set[str]:
    return set(SERVICES[name]["networks"])


def together(first: str, second: str) -> set[str]:
    return networks(first) & networks(second)


def mounts(name: str) -> list[tuple[str, str, str]]:
    """(from, to, how) of each mount."""
    parts = [str(one).split(":") for one in SERVICES[name].get("volumes", [])]
    return [(one[0], one[1], one[2] if len(one) > 2 else "") for one in parts]


def addresses() -> list[tuple[str, str]]:
    """(service, address) of every setting that is an address of another service."""
    return sorted(
        {
            (name, str(value))
            for name, service in SERVICES.items()
            for value in service.get("environment", {}).values()
            if "://" in str(value)
        }
    )


def test_its_parts_are_those_of_the_format() -> None:
    assert set(WHOLE) <= {"name", "services", "networks", "volumes", "secrets"} | {
        key for key in WHOLE if key.startswith("x-")
    }
    for name in NAMES:
        assert set(SERVICES[name]) <= KEYS, name
        assert SERVICES[name]["image"], name
    assert {"web", "worker", "ingester", "beat", "postgres", "redis", "answer", "keywords", "proxy"} <= set(
        NAMES
    )


@pytest.mark.parametrize("kind", ["networks", "volumes", "secrets"])
def test_what_services_name_is_declared_and_what_is_declared_is_used(kind: str) -> None:
    used: set[str] = set()
    for name in NAMES:
        named = [one[0] for one in mounts(name)] if kind == "volumes" else SERVICES[name].get(kind, [])
        used |= {one for one in named if not one.startswith((".", "/"))}
    assert used == set(WHOLE[kind])


@pytest.mark.parametrize("name", NAMES)
def test_nobody_has_rights_beyond_need(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service.get("read_only") or name in {"answer", "keywords"}, (
        "model servers write caches of their own"
    )
    for source, target, how in mounts(name):
        assert "docker.sock" not in source + target
        assert how == "ro" or source in WHOLE["volumes"], f"{source} may be written"


def test_only_the_proxy_is_reached_from_outside_and_nobody_has_a_way_out() -> None:
    assert [name for name in NAMES if "ports" in SERVICES[name]] == ["proxy"]
    open_ones = {name for name, network in WHOLE["networks"].items() if not network.get("internal")}
    assert {name for name in NAMES if networks(name) & open_ones} == {"proxy", "law"}
    assert SERVICES["law"]["profiles"] == ["setup"], "it runs when law is fetched, and not else"


@pytest.mark.parametrize(
    ("first", "second"),
    [("proxy", "postgres"), ("proxy", "redis"), ("proxy", "models"), ("answer", "postgres"), ("answer", "redis"),
     ("worker", "answer"), ("web", "answer"), ("worker", "proxy"), ("ingester", "models"), ("models", "postgres")],
)  # fmt: skip
def test_who_has_no_business_with_each_other_shares_no_network(first: str, second: str) -> None:
    assert not together(first, second)


@pytest.mark.parametrize(("name", "address"), addresses())
def test_every_address_is_a_service_that_is_reached_and_listens_there(name: str, address: str) -> None:
    parts = urlsplit(address)
    assert parts.hostname in SERVICES
    assert str(parts.port) in SERVICES[parts.hostname]["expose"]
    reached = networks(parts.hostname)
    if name not in {"ingester", "beat", "migrate", "law"} or parts.hostname != "models":
        assert networks(name) & reached, f"{name} does not reach {parts.hostname}"


def test_ports_are_those_that_programs_listen_on() -> None:
    command = image_command()
    assert SERVICES["web"]["expose"] == [command[command.index("--port") + 1]]
    for name in ("answer", "keywords"):
        assert SERVICES[name]["expose"] == [SERVICES[name]["command"][2]]
    listened = {
        name: set(re.findall(r"listen (\d+)", text(name)))
        for name in ("compose/models.conf", "proxy/site.conf")
    }
    assert set(SERVICES["models"]["expose"]) == listened["compose/models.conf"]
    assert {one.partition(":")[2] for one in SERVICES["proxy"]["ports"]} == listened["proxy/site.conf"]
    behind = dict(re.findall(r"(\d+) ((?:answer|keywords):\d+);", text("compose/models.conf")))
    assert behind == {"8001": "answer:8011", "8002": "keywords:8012"}
    assert "server web:8000 resolve;" in text("compose/upstream.conf")


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("role", ["", "KEYWORDS_"])
def test_models_are_served_under_the_names_by_which_they_are_asked(role: str) -> None:
    asked = SERVICES["worker"]["environment"]
    server = "keywords" if role else "answer"
    assert asked[f"LAWQA_{role}MODEL"] == SERVICES[server]["command"][1]
    assert f":800{2 if role else 1}/v1" in asked[f"LAWQA_{role}MODEL_URL" if not role else f"LAWQA_{role}URL"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_mounted_is_there(name: str) -> None:
    secrets = [WHOLE["secrets"][one]["file"] for one in SERVICES[name].get("secrets", [])]
    for source in [*(one[0] for one in mounts(name)), *secrets]:
        if source.startswith("."):
            assert source in MADE_BY_THE_OPERATOR or Path(DEPLOY / source).is_file(), source


def test_a_password_is_a_file_and_in_no_environment() -> None:
    for name in NAMES:
        for key, value in SERVICES[name].get("environment", {}).items():
            if re.search(r"PASSWORD|_KEY(_FILE)?$|TOKEN|SECRET", key):
                assert key.endswith("_FILE"), f"{name}: {key}"
                assert str(value).startswith("/run/secrets/")
                assert Path(str(value)).name in SERVICES[name]["secrets"]
            assert not re.search(r"://[^/@]*:[^/@]+@", str(value)), f"{name}: {key} holds a password"


@pytest.mark.parametrize("name", NAMES)
def test_images_have_a_version(name: str) -> None:
    image = str(SERVICES[name]["image"])
    assert re.search(r":v?\d", image) or image.startswith("lawqa:"), image
    assert "." not in image.partition("/")[0] or "/" not in image, "no registry is named"


@pytest.mark.parametrize("name", ["web", "worker", "ingester", "beat", "law"])
def test_nobody_starts_before_the_tables_are_there(name: str) -> None:
    waits = SERVICES[name]["depends_on"]
    assert waits == {"migrate": {"condition": "service_completed_successfully"}}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_a_host_has_to_be_said() -> None:
    with pytest.raises(KeyError, match="LAWQA_HOST"):
        compose({})


def test_without_model_servers_nothing_of_theirs_is_started() -> None:
    for name in ("answer", "keywords", "models"):
        assert SERVICES[name]["profiles"] == ["models"]
    off = compose({"LAWQA_HOST": "x", "LAWQA_MODEL_URL": "off"})
    assert off["services"]["worker"]["environment"]["LAWQA_MODEL_URL"] == "off"


def test_the_key_of_a_model_server_reaches_it_by_its_environment_only(tmp_path: Path) -> None:
    """The words of the entry point, run for real with a stand-in for the server's script."""
    import subprocess

    words = list(SERVICES["answer"]["entrypoint"])
    assert words[:2] == ["/bin/sh", "-c"]
    (tmp_path / "key").write_text("the-key\n")
    (tmp_path / "serve.sh").write_text('echo "$VLLM_API_KEY|$*"\n')
    script = (
        words[2]
        .replace("/run/secrets/model_key", str(tmp_path / "key"))
        .replace("/serve.sh", str(tmp_path / "serve.sh"))
    )
    done = subprocess.run(
        ["/bin/sh", "-c", script, words[3], *SERVICES["answer"]["command"]],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "the-key|/model Qwen3-30B-A3B-Instruct-2507 8011\n"


def test_pages_come_before_answers_and_these_before_files() -> None:
    usual = 1024
    shares = {name: SERVICES[name].get("cpu_shares", usual) for name in NAMES}
    assert shares["web"] == shares["postgres"] == shares["redis"] > 4 * shares["worker"]
    assert shares["worker"] > 2 * shares["ingester"]
