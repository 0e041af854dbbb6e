"""Whether a question that is asked now would be answered: each part looked at, with what to do when it fails.

FAILED: no question would be answered. DEGRADED: answers go on, with less or later. What is derived or optional never fails.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import KombuError, OperationalError

from corpus.embedding import EncoderMissing, current_encoder
from corpus.index.backend import is_milvus
from corpus.models import Collection, Generation, Passage
from lawqa.celery import app
from lawqa.inference import Role, Server
from lawqa.operations.models import CLOCK, Worker

PROBE_SECONDS = 0.8
PROBED_FOR = 10.0
"""Seconds for which what a server said is taken to hold."""
WELL = range(200, 300)
OTHER_ENCODER = (
    "Passages were embedded by another encoder, so that no search finds them: run manage.py embed."
)
BROKER_ERRORS = (OperationalError, KombuError, OSError)


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One part, how it is, and a sentence that says what to do if it is not well."""

    name: str
    state: State
    said: str


def pages() -> list[Check]:
    """What this process needs to serve pages: the database, with the tables of this version."""
    try:
        Collection.objects.exists()
        return [Check("database", State.OK, f"{connection.vendor} answers."), _schema()]
    except (DatabaseError, InterfaceError) as error:
        said = f"The database does not answer ({type(error).__name__}): look at its service and at LAWQA_DATABASE."
        return [Check("database", State.FAILED, said)]


def everything() -> list[Check]:
    """The whole installation; without a database nothing else is looked at."""
    found = pages()
    if found[0].state is State.FAILED:
        return found
    return [*found, *_workers(), broker(), index(), *models()]


def worst(checks: Iterable[Check]) -> State:
    """The state of the whole."""
    states = {check.state for check in checks}
    return next((state for state in (State.FAILED, State.DEGRADED) if state in states), State.OK)


_migrated_to: set[str] = set()
"""Databases whose tables were found to be of this version: nothing takes that back."""


def _schema() -> Check:
    """A database that is ahead is well: the new version migrates it while the old one still serves."""
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated_to:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            lacking = "a migration" if len(missing) == 1 else f"{len(missing)} migrations"
            said = f"The database lacks {lacking} of this version: run manage.py migrate."
            return Check("schema", State.FAILED, said)
        _migrated_to.add(name)
    return Check("schema", State.OK, "The tables are those of this version.")


def _workers() -> list[Check]:
    alive = Worker.objects.alive()
    return [
        _taken("questions", alive.taking("questions").count(), State.FAILED, "no question is answered"),
        _taken("ingestion", alive.taking("ingestion").count(), State.DEGRADED, "added files wait"),
        _taken(CLOCK, alive.taking(CLOCK).count(), State.DEGRADED, "what dead workers left is not taken up"),
    ]


def _taken(queue: str, count: int, otherwise: State, meanwhile: str) -> Check:
    who = "beat" if queue == CLOCK else f"worker for {queue}"
    if count:
        return Check(
            f"workers: {queue}",
            State.OK,
            f"{count} {'process gives' if count == 1 else 'processes give'} signs.",
        )
    return Check(
        f"workers: {queue}",
        otherwise,
        f"No {who} gives a sign of life, so {meanwhile}: start it (deploy/Procfile).",
    )


def broker() -> Check:
    """Whether a message could be sent; questions and files are found by their rows without it, only later."""
    try:
        with app.connection_for_write(connect_timeout=PROBE_SECONDS) as link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=PROBE_SECONDS)
    except BROKER_ERRORS as error:
        said = f"It cannot be reached ({type(error).__name__}); what waits is found by its row, some seconds later."
        return Check("broker", State.DEGRADED, said)
    return Check("broker", State.OK, "It takes messages.")


def index() -> Check:
    """Which index is searched; without one the rows are, which takes longer. What another encoder embedded is not."""
    try:
        waiting = Passage.objects.waiting_for(current_encoder())
    except EncoderMissing as error:
        return Check("index", State.FAILED, f"{error}")
    if waiting.filter(encoder__isnull=False).exists():
        return Check("index", State.DEGRADED, OTHER_ENCODER)
    if is_milvus():
        return _milvus()
    serving = Generation.objects.serving()
    if serving is not None:
        said = f"Generation {serving.pk} serves {serving.passage_count:,} passages."
        return Check("index", State.OK, said)
    if not Passage.objects.filter(embedding__isnull=False).exists():
        return Check("index", State.OK, "Nothing is on the shelves yet.")
    said = "No whole generation serves, so every passage is compared one by one: run manage.py rebuild_index."
    return Check("index", State.DEGRADED, said)


def _milvus() -> Check:
    address = urlsplit(settings.LAWQA_MILVUS_URL)
    try:
        socket.create_connection((address.hostname or "", address.port or 0), PROBE_SECONDS).close()
    except OSError:
        said = "The Milvus server cannot be reached; a standby of this machine is searched meanwhile."
        return Check("index", State.DEGRADED, said)
    return Check("index", State.OK, "The Milvus server can be reached.")


def models() -> list[Check]:
    """Each role that has a server; the same server is asked once."""
    servers: dict[Role, Server] = dict(settings.LAWQA_SERVERS)
    asked = list({(server.url, server.key): server for server in servers.values()}.values())
    if not asked:
        return []
    with ThreadPoolExecutor(len(asked)) as pool:  # a server that is silent costs its own time only
        said = dict(
            zip(((server.url, server.key) for server in asked), pool.map(_status, asked), strict=True)
        )
    return [_model(role, server, said[server.url, server.key]) for role, server in servers.items()]


def _model(role: Role, server: Server, status: int | None) -> Check:
    name = f"model: {role}"
    if status in WELL:
        return Check(name, State.OK, f"The server of {server.model} answers.")
    what = "does not answer" if status is None else f"answers with HTTP {status}"
    return Check(name, State.DEGRADED, f"The server of {server.model} {what}; answers go on without it.")


_probed: dict[tuple[str, str], tuple[float, int | None]] = {}


def _status(server: Server, clock: Callable[[], float] = time.monotonic) -> int | None:
    """What the server says to a list of its models, asked at most every `PROBED_FOR` seconds."""
    from lawqa.inference.wire import status_of  # the HTTP client: only where there is a server

    known = _probed.get((server.url, server.key))
    if known is None or clock() - known[0] > PROBED_FOR:
        known = clock(), status_of(server, PROBE_SECONDS)
        _probed[server.url, server.key] = known
    return known[1]
