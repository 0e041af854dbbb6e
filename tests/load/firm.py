"""A firm's installation on loopback: PostgreSQL, Redis, a model server, and the units of deploy/systemd as they start."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests import servers
from tests.deploy.manifests import processes, unit
from tests.load.shares import USUAL, Shares
from tests.servers import ROOT, Redis, free_port
from tests.waiting import until

HOST = "law.firm.example"
"""Under which people reach it; a proxy with TLS stands before the web server."""
UNIT = {"worker": "lawqa-worker@"}
"""What the unit of a role is called, where it is not just `lawqa-ROLE`."""
CONNECTIONS = 100
"""Of PostgreSQL: its own default."""
PATIENCE = 180


@dataclass
class Firm:
    """The processes of one data folder, each started as its unit says."""

    data: Path
    environment: Mapping[str, str]
    """What an operator says, as the units' file of settings would."""
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    shares: Shares = field(default_factory=Shares)
    redis: int = 0
    """The number of its process."""
    pages: int = 0
    """Processes that serve pages; 0: as many as the unit says."""

    def start(self, role: str, number: int = 1, *, under: Sequence[str] = (), **environment: str) -> None:
        """Start `web`, `worker` (of that number), `ingester` or `beat`, if need be under another program."""
        words, settings = self.unit(role, number)
        under = ["nice", "-n", self.said(role, "Nice", "0"), *under]
        name = f"{role} {number}" if role == "worker" else role
        with (self.data / f"{name}.log").open("ab") as log:
            self.processes[name] = servers.start(
                [*under, sys.executable, "-m", *words], ending=signal.SIGTERM, cwd=ROOT, stdout=log, stderr=log,
                env={**_outside(), **settings, **self.environment, **environment}, start_new_session=True,
            )  # fmt: skip
        weight = self.said(role, "CPUWeight", str(USUAL))
        self.shares.put(name.replace(" ", "-"), self.processes[name].pid, int(weight))

    def said(self, role: str, option: str, otherwise: str) -> str:
        """What the unit of a role says for an option."""
        return unit(f"{UNIT.get(role, f'lawqa-{role}')}.service").get(option, [otherwise])[0]

    def unit(self, role: str, number: int) -> tuple[list[str], dict[str, str]]:
        """The command and the settings of a unit, with this installation's port."""
        name = UNIT.get(role, f"lawqa-{role}")
        found = next(
            one
            for one in processes()
            if one.where == "units" and one.name == name and one.words[0] in {"uvicorn", "celery"}
        )
        words = [word.replace("%i", str(number)) for word in found.words]
        if "--port" in words:
            words[words.index("--port") + 1] = str(self.port)
            words += ["--workers", str(self.pages)] if self.pages else []
        figures = self.data / "figures"
        figures.mkdir(exist_ok=True)
        return words, found.settings | {"PROMETHEUS_MULTIPROC_DIR": str(figures)}

    def manage(self, *words: str, **environment: str) -> str:
        """What a command of manage.py prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], check=True, cwd=ROOT, text=True, stdout=subprocess.PIPE,
            env={**_outside(), **self.environment, **environment},
        )  # fmt: skip
        return done.stdout

    def ready(self) -> bool:
        """Whether a question that is asked now would be answered."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/readyz", headers={"Host": self.environment["LAWQA_ALLOWED_HOSTS"]}
        )
        try:
            with urllib.request.urlopen(asked, timeout=5) as response:  # noqa: S310
                return bool(response.status == 200)
        except OSError:
            return False

    def wait(self) -> None:
        """Until questions would be answered."""
        until(self.ready, PATIENCE, f"questions are answered (logs in {self.data})")

    def end(self) -> None:
        """Every process, by its number: first asked, then made to."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)  # also what runs under another program
        for process in self.processes.values():
            servers.end(process, seconds=10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its children, should it have left some
        self.shares.end()


@contextlib.contextmanager
def firm(folder: Path, **environment: str) -> Iterator[Firm]:
    """An installation with tables and nothing else; settings are those of the environment and what is given."""
    data = folder / "data"
    data.mkdir(parents=True)
    with servers.postgres(connections=CONNECTIONS) as database, Redis(folder / "redis") as redis:
        said = {
            "LAWQA_DATA": str(data), "LAWQA_DATABASE": database, "LAWQA_BROKER": redis.address,
            "LAWQA_ALLOWED_HOSTS": HOST, **environment,
        }  # fmt: skip
        assert redis.process is not None
        made = Firm(data, said, redis=redis.process.pid)
        made.manage("migrate", "--verbosity", "0")
        try:
            yield made
        finally:
            made.end()


def roots(made: Firm) -> dict[str, int]:
    """The number of the first process of each part."""
    found = {name: process.pid for name, process in made.processes.items()} | {"Redis": made.redis}
    folder = unquote(urlsplit(made.environment["LAWQA_DATABASE"]).netloc.partition("@")[2])  # of its socket
    found["PostgreSQL"] = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
    return found


def _outside() -> dict[str, str]:
    """The environment without what is said of another installation, and without the tests' own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("LAWQA_", "DJANGO_"))}
