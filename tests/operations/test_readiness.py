"""What /readyz says of each part, to whom, and which of them decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from kombu.connection import Connection

from corpus import embedding
from corpus.models import Encoder, Passage, User
from lawqa.celery import app
from lawqa.inference import Role, Server
from lawqa.operations import readiness
from lawqa.operations.models import ALIVE_FOR, CLOCK, Worker
from tests import library
from tests.model_server import model_server
from tests.servers import free_port

pytestmark = pytest.mark.django_db
QUEUES = ("questions", "ingestion", CLOCK)


@pytest.fixture
def here() -> Client:
    """Somebody at this machine, under its loopback name."""
    return Client(HTTP_HOST="localhost:8000")


def start(*queues: str) -> None:
    for number, queue in enumerate(queues or QUEUES, start=1):
        Worker.objects.sign(f"{queue}@host", number, queues=f",{queue},")


def states(client: Client, path: str = "/readyz") -> tuple[int, str, dict[str, str]]:
    response = client.get(path)
    said = response.json()
    checks = {
        name: check["state"] if isinstance(check, dict) else check for name, check in said["checks"].items()
    }
    return response.status_code, said["status"], checks


def test_an_installation_whose_parts_are_well_is_ready(here: Client) -> None:
    start()
    status, said, checks = states(here)
    assert (status, said) == (200, "ready")
    assert set(checks) == {
        "database",
        "schema",
        "broker",
        "index",
        *(f"workers: {queue}" for queue in QUEUES),
    }


@pytest.mark.parametrize(
    ("alive", "status", "said"),
    [
        pytest.param(("ingestion", CLOCK), 503, "not ready", id="nobody-would-answer"),
        pytest.param(("questions", CLOCK), 200, "degraded", id="files-wait"),
        pytest.param(("questions", "ingestion"), 200, "degraded", id="nobody-sweeps"),
    ],
)
def test_without_a_worker(here: Client, alive: tuple[str, ...], status: int, said: str) -> None:
    start(*alive)
    assert states(here)[:2] == (status, said)


def test_a_worker_that_is_silent_for_long_is_not_there(here: Client) -> None:
    start()
    seen = Worker.objects.get(node="questions@host").seen_at
    Worker.objects.filter(node="questions@host").update(seen_at=seen - ALIVE_FOR)
    assert states(here)[2]["workers: questions"] == "failed"


def test_pages_are_served_whether_or_not_somebody_answers(here: Client) -> None:
    assert states(here, "/readyz?pages") == (200, "ready", {"database": "ok", "schema": "ok"})


def test_law_that_another_encoder_embedded_is_said_not_to_be_found(
    here: Client, settings: LazySettings
) -> None:
    start()
    library.load()
    assert states(here)[1] == "ready"
    former = Encoder.objects.create(name="former", revision="0" * 40, dimension=384)
    Passage.objects.update(encoder=former)
    status, said, checks = states(here)
    assert (status, said, checks["index"]) == (200, "degraded", "degraded")
    assert "manage.py embed" in readiness.index().said
    settings.LAWQA_INDEX = "milvus"
    assert "manage.py embed" in readiness.index().said, "whoever keeps the index"


def test_an_encoder_that_is_not_there_fails(settings: LazySettings) -> None:
    settings.LAWQA_ENCODER = "nothing"
    embedding.folder.cache_clear()
    embedding.revision.cache_clear()
    try:
        check = readiness.index()
    finally:
        embedding.folder.cache_clear()
    assert check.state is readiness.State.FAILED
    assert "'nothing'" in check.said


def test_a_database_that_is_down_fails_and_nothing_else_is_asked(here: Client) -> None:
    def down(*_: Any) -> None:
        raise OperationalError("connection refused: password=secret")

    with connection.execute_wrapper(down):
        response = here.get("/readyz")
    assert response.status_code == 503
    assert list(response.json()["checks"]) == ["database"]
    assert "secret" not in response.content.decode()


def test_tables_of_an_older_version_fail_and_say_what_to_run(here: Client) -> None:
    start()
    readiness._migrated_to.clear()
    MigrationRecorder(connection).record_unapplied("operations", "0001_initial")
    response = here.get("/readyz?pages")
    assert response.status_code == 503
    assert "manage.py migrate" in response.json()["checks"]["schema"]["said"]
    MigrationRecorder(connection).record_applied("operations", "0001_initial")
    assert here.get("/readyz?pages").status_code == 200


def test_a_broker_that_is_down_delays_and_does_not_fail(
    here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    nobody: Any = Connection
    monkeypatch.setattr(app, "connection_for_write", lambda **_: nobody(f"redis://127.0.0.1:{free_port()}/0"))
    status, said, checks = states(here)
    assert (status, said, checks["broker"]) == (200, "degraded", "degraded")


def test_each_role_says_how_its_server_is(here: Client, settings: LazySettings) -> None:
    start()
    with model_server() as server:
        server.open_paths.add("/v1/models")
        away = Server(url=f"http://127.0.0.1:{free_port()}/v1", model="away", key="")
        settings.LAWQA_SERVERS = {**server.roles("keywords"), Role.ANSWER: away}
        status, said, checks = states(here)
        assert (status, said) == (200, "degraded")
        assert (checks["model: keywords"], checks["model: answer"]) == ("ok", "degraded")
        here.get("/readyz")
        asked = [request for request in server.asked if request.path == "/v1/models"]
    assert len(asked) == 1, "what a server said holds for some seconds"
    assert asked[0].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("role", ["nobody", "reader", "admin"])
def test_why_is_told_to_admins_only(client: Client, settings: LazySettings, role: str) -> None:
    settings.LAWQA_LAPTOP = False
    if role != "nobody":
        client.force_login(User.objects.create(username="a", role=role))
    said = client.get("/readyz").json()["checks"]["database"]
    assert isinstance(said, dict) is (role == "admin")


def test_whoever_a_proxy_brings_is_not_at_this_machine() -> None:
    brought = Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert brought.get("/readyz").json()["checks"]["database"] == "ok"
