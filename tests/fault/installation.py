"""A whole installation on loopback: data folder, database, pages, workers and beat as processes that can be killed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dj_database_url
from django.db import connections
from django.test import override_settings
from kombu.connection import Connection

from corpus import files, jobs, tasks
from corpus.models import Batch, Collection, IngestJob
from lawqa.settings import SQLITE
from tests import servers
from tests.fault.failpoints import fired
from tests.servers import ROOT
from tests.waiting import until

State = IngestJob.State
QUICK = ("quick-clock", "quick-encoder")
LEAN = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")


@dataclass(slots=True)
class Acknowledged:
    """What somebody was told had been received."""

    name: str
    sha256: str
    shelf: str


@dataclass
class Installation:
    """Processes of one data folder. The test's own queries go to the same database."""

    data: Path
    broker: str = ""
    database: str = ""
    """Address of a PostgreSQL; empty: SQLite in the data folder."""
    patches: tuple[str, ...] = QUICK
    acknowledged: list[Acknowledged] = field(default_factory=list)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    port: int = 0

    def start(
        self, role: str, *, failpoints: Sequence[str] = (), patches: Iterable[str] = (), **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start `web`, `beat…`, `worker…` (questions), `ingester` or another ingester by a name of its own."""
        assert not self.alive(role), f"there is a {role} already"
        log = (self.data / f"{role}.log").open("ab")
        with log:
            process = servers.start(
                [sys.executable, "-m", "tests.fault.launch", *self._command(role)],
                cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                env=self._environment(failpoints, patches) | environment,
            )  # fmt: skip
        self.processes[role] = process
        return process

    def _environment(self, failpoints: Sequence[str], patches: Iterable[str]) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if not name.startswith("LAWQA_")}
        return given | {
            "LAWQA_DATA": str(self.data), "LAWQA_BROKER": self.broker, "LAWQA_DATABASE": self.database,
            "LAWQA_THREADS": "1",
            "LAWQA_TEST_FAILPOINTS": ",".join(failpoints),
            "LAWQA_TEST_PATCHES": ",".join([*self.patches, *patches]),
        }  # fmt: skip

    def _command(self, role: str) -> Sequence[str]:
        if role == "web":
            self.port = self.port or servers.free_port()
            address = ("--port", str(self.port), "--log-level", "warning", "--timeout-graceful-shutdown", "2")
            return ("uvicorn", "lawqa.asgi:application", *address)
        if role.startswith("beat"):
            return ("celery", "-A", "lawqa.celery", "beat", "--pidfile=", "--loglevel", "WARNING")
        queues = "questions,sweeps" if role.startswith("worker") else "ingestion,sweeps"
        return ("celery", "-A", "lawqa.celery", "worker", "-n", f"{role}@%h", "-Q", queues, "-c", "1", *LEAN)

    def kill(self, role: str) -> None:
        """As by a loss of power: the process and its children at once."""
        process = self.processes.pop(role)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ask_to_end(self, role: str, seconds: float = 30) -> None:
        """As an operator replaces a process: SIGTERM to it alone, which has to end by itself."""
        self.processes[role].terminate()
        self.processes[role].wait(seconds)
        del self.processes[role]

    def alive(self, role: str) -> bool:
        return role in self.processes and self.processes[role].poll() is None

    def end(self) -> None:
        for role in list(self.processes):
            self.kill(role)

    def serve(self, **how: str) -> None:
        """Start the pages and wait until they answer."""
        self.start("web", **how)
        until(self.answers, 30, "the pages answer")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def add(self, name: str, content: bytes, *, shelf: str = "county", hint: bool = True) -> IngestJob:
        """Add a file as the pages do; once this returns it is acknowledged."""
        collection, _ = Collection.objects.get_or_create(slug=shelf, defaults={"name": shelf.title()})
        stored = files.store([content], name)
        batch = Batch.objects.create(collection=collection)
        job, _ = jobs.add(batch, stored, name)
        self.acknowledge(name, content, shelf)
        if hint and IngestJob.objects.take_hint(job.pk):
            with self.connection() as connection:
                tasks.ingest.apply_async((str(job.pk),), connection=connection)
        return job

    def acknowledge(self, name: str, content: bytes, shelf: str) -> None:
        """Note what somebody was told had been received."""
        self.acknowledged.append(Acknowledged(name, hashlib.sha256(content).hexdigest(), shelf))

    def connection(self) -> Any:
        """To the broker of the installation."""
        connect: Any = Connection  # kombu types little
        if self.broker:
            return connect(self.broker, transport_options={"socket_timeout": 2})
        queue = {"data_folder_in": str(self.data / "queue"), "data_folder_out": str(self.data / "queue")}
        options = {**queue, "control_folder": str(self.data / "queue")}
        return connect(
            "filesystem://localhost/", transport="lawqa.broker:Transport", transport_options=options
        )

    def settled(self) -> bool:
        return not IngestJob.objects.unfinished().exists()

    def settle(self, seconds: float) -> float:
        """Wait until every job has ended; how long it took."""
        return until(self.settled, seconds, "all jobs end ", every=0.25)

    def died(self, name: str) -> bool:
        return fired(self.data, name)


@contextlib.contextmanager
def installation(
    folder: Path,
    *,
    data: Path | None = None,
    broker: str = "",
    database: str = "",
    patches: tuple[str, ...] = QUICK,
) -> Iterator[Installation]:
    """An empty installation; the ORM of the test speaks to its database. Its processes end with it."""
    data = data or folder / "data"
    data.mkdir()
    if database:
        _migrate(data, database)
    else:
        shutil.copy(_migrated(folder.parent), data / "lawqa.sqlite3")
    made = Installation(data=data, broker=broker, database=database, patches=patches)
    with _database(_settings(data, database)), override_settings(LAWQA_DATA=data):
        try:
            yield made
        finally:
            made.end()


def _migrated(parent: Path) -> Path:
    """An empty SQLite with all tables, made once a run."""
    folder = parent / "migrated"
    if not (folder / "done").exists():
        folder.mkdir(exist_ok=True)
        _migrate(folder, "")
        (folder / "done").touch()
    return folder / "lawqa.sqlite3"


def _migrate(data: Path, database: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAWQA_")}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        check=True, cwd=ROOT, env=environment | {"LAWQA_DATA": str(data), "LAWQA_DATABASE": database},
    )  # fmt: skip


def _settings(data: Path, database: str) -> dict[str, object]:
    if database:
        return {"OPTIONS": {}, **dj_database_url.parse(database)}
    return {**SQLITE, "NAME": str(data / "lawqa.sqlite3")}


@contextlib.contextmanager
def _database(chosen: dict[str, object]) -> Iterator[None]:
    """Let the default connection of this process lead to another database."""
    usual = connections.settings["default"]
    connections["default"].close()
    connections.settings["default"] = {**usual, **chosen}
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = usual
        del connections["default"]
