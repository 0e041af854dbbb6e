"""What `manage.py check` says of the model servers."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import checks

from lawqa import checks as ours
from lawqa.inference import Role, Server
from tests.model_server import KEY, ModelServer, black_hole, model_server, refused


def serve(settings: LazySettings, url: str) -> None:
    settings.LAWQA_SERVERS = {
        role: Server(url=url, model="m", key=KEY) for role in (Role.KEYWORDS, Role.ANSWER)
    }


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("http://gpu.example:8001/v1", ["lawqa.W001"]),
        ("http://10.0.0.7:8001/v1", ["lawqa.W001"]),
        ("http://localhost.example/v1", ["lawqa.W001"]),
        ("https://gpu.example/v1", []),
        ("http://127.0.0.1:8001/v1", []),
        ("http://127.8.9.1:8001/v1", []),
        ("http://[::1]:8001/v1", []),
        ("http://localhost:8001/v1", []),
    ],
)
def test_questions_that_leave_the_machine_in_the_open_are_warned_of(
    settings: LazySettings, url: str, ids: list[str]
) -> None:
    serve(settings, url)
    found = ours.check_transport()
    assert [message.id for message in found] == ids
    assert not any(KEY in str(message) for message in found)


def test_the_checks_are_registered() -> None:
    registry = checks.registry.registry
    assert ours.check_transport in registry.get_checks()
    assert ours.check_unguarded not in registry.get_checks(), "no request is made but for --deploy"
    assert ours.check_unguarded in registry.get_checks(include_deployment_checks=True)


def test_without_a_server_there_is_nothing_to_say() -> None:
    assert ours.check_transport() == ours.check_unguarded() == []


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's server, as if it stood on another machine."""
    monkeypatch.setattr(ours, "_on_this_machine", lambda address: False)


def found(server: ModelServer, settings: LazySettings) -> list[Any]:
    serve(settings, server.url)
    return ours.check_unguarded()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("path", ours.UNGUARDED)
def test_a_server_that_answers_without_a_key_is_an_error(settings: LazySettings, path: str) -> None:
    with model_server() as server:
        server.open_paths = {path}
        (message,) = found(server, settings)
    assert (message.id, message.is_serious()) == ("lawqa.E001", True)
    assert f" {path} without a key" in message.msg
    assert all("authorization" not in asked.headers for asked in server.asked)


@pytest.mark.usefixtures("elsewhere")
def test_a_server_behind_an_allow_list_passes(settings: LazySettings) -> None:
    with model_server() as server:
        assert found(server, settings) == []
    assert [asked.path for asked in server.asked] == list(ours.UNGUARDED)


def test_on_this_machine_it_is_a_warning(settings: LazySettings) -> None:
    with model_server() as server:
        server.open_paths = {"/tokenize"}
        (message,) = found(server, settings)
    assert (message.id, message.is_serious()) == ("lawqa.W002", False)


def test_a_server_that_is_not_there_says_nothing_and_costs_little(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "PROBE_SECONDS", 0.3)
    with black_hole() as hole:
        for url in (hole, refused()):
            serve(settings, url)
            started = time.monotonic()
            assert ours.check_unguarded() == []
            assert time.monotonic() - started < 1
