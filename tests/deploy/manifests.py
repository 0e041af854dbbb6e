"""What the files of deploy/ start: each process with its program and settings, whichever kind of file says so."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.servers import ROOT

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
BASE = DEPLOY / "kustomize" / "base"
WRAPPERS = {"nice": 3, "env": 1}
"""Words that a program may begin with before the one that counts, and how many of them."""
GIVEN = {"LAWQA_HOST": "law.firm.example"}
"""What an operator has to say before compose.yaml can be read."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of lawqa's own."""

    where: str
    """`compose`, `units`, `kustomize` or `Procfile`."""
    name: str
    words: list[str]
    """Program and arguments, without what lowers its priority."""
    settings: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where}:{self.name}"

    def option(self, name: str) -> str:
        """The word after an option; empty without it."""
        return self.words[self.words.index(name) + 1] if name in self.words else ""


def processes() -> list[Process]:
    """Every process of every kind of installation."""
    found = [*_of_compose(), *_of_units(), *_of_the_procfile()]
    return [*found, *_of_kustomize()] if kubectl() else found


def compose(given: Mapping[str, str] = GIVEN) -> dict[str, Any]:
    """compose.yaml with merges done and with what an operator says put in, after it was parsed, as engines do."""
    whole: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    filled_in: dict[str, Any] = everywhere(whole, given)
    return filled_in


def everywhere(part: Any, given: Mapping[str, str]) -> Any:
    """The same with all its texts filled."""
    if isinstance(part, dict):
        return {key: everywhere(value, given) for key, value in part.items()}
    if isinstance(part, list):
        return [everywhere(value, given) for value in part]
    return filled(part, given) if isinstance(part, str) else part


def filled(text: str, given: Mapping[str, str]) -> str:
    """The text with `${NAME:-default}` and `${NAME:?why}` replaced, and `$$` made `$`.

    Raises KeyError for a name that has neither a value nor a default.
    """

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        return given.get(found["name"]) or (found["rest"] if found["kind"] == ":-" else given[found["name"]])

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}", value, text)


def kubectl() -> str | None:
    return shutil.which("kubectl")


def kustomized(folder: Path = BASE) -> list[dict[str, Any]]:
    """What `kubectl apply -k` would send."""
    done = subprocess.run(["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True)
    assert not done.stderr, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def pods(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, specification of its pods) of each thing that has pods."""
    for one in objects:
        if one["kind"] in {"Deployment", "StatefulSet", "Job"}:
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def unit(name: str, folder: Path = UNITS) -> dict[str, list[str]]:
    """A unit's values by their key, in order; lines that end in a backslash are none of ours."""
    found: dict[str, list[str]] = {}
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        key, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def env_file(text: str) -> dict[str, str]:
    """The settings of a file of lines NAME=value."""
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def _of_compose() -> Iterator[Process]:
    for name, service in compose()["services"].items():
        if str(service["image"]).startswith("lawqa:"):
            words = service.get("command") or image_command()
            yield Process("compose", name, unwrapped(words), _said(service["environment"]))


def _said(environment: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in environment.items()}


def _of_units() -> Iterator[Process]:
    kept = env_file((UNITS / "lawqa.env").read_text(encoding="utf-8"))
    for path in sorted(UNITS.glob("*.service")):
        said = unit(path.name)
        own = env_file("\n".join(said["Environment"][0].split()))
        for command in [*said.get("ExecStartPre", []), *said["ExecStart"]]:
            words = shlex.split(command.replace("%%", "%"))
            yield Process("units", path.stem, [Path(words[0]).name, *words[1:]], {**kept, **own})


def _of_the_procfile() -> Iterator[Process]:
    for line in (DEPLOY / "Procfile").read_text(encoding="utf-8").splitlines():
        name, _, command = line.partition(": ")
        words = [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z_]+=\S+|exec", word)]
        words = unwrapped(words)
        yield Process("Procfile", name, [Path(words[0]).name, *words[1:]])


def _of_kustomize() -> Iterator[Process]:
    objects = kustomized()
    shared = {one["metadata"]["name"]: one["data"] for one in objects if one["kind"] == "ConfigMap"}
    for name, pod in pods(objects):
        for container in pod["containers"]:
            if container["image"].partition(":")[0] == "lawqa":
                maps = [shared[source["configMapRef"]["name"]] for source in container["envFrom"]]
                own = {one["name"]: one.get("value", "from-a-secret") for one in container["env"]}
                settings = {key: value for one in [*maps, own] for key, value in one.items()}
                yield Process("kustomize", name, unwrapped(container["args"]), settings)


def unwrapped(words: list[str]) -> list[str]:
    return words[WRAPPERS[words[0]] :] if words[0] in WRAPPERS else words


def image_command() -> list[str]:
    """What the image runs when nothing else is said."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    found = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    words: list[str] = yaml.safe_load(found[-1])
    return words
