"""The description of the interface: current, and true of whatever is sent."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import Client
from django.urls.resolvers import RoutePattern
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api import urls
from api.pages import SCHEMA
from corpus.models import Collection, User
from corpus.roles import Role
from lawqa.models import Question
from tests.adding import a_job
from tests.api.calls import EVERY_SCOPE, a_key, a_person, is_problem
from tests.factories import DAY, an_answered_question

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
EXAMPLES = 8
# Its phase "coverage" makes some fifty calls of every operation, which takes minutes.
described = schemathesis.openapi.from_path(
    SCHEMA, config=schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})
)
handler = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Ends every request as a server does, which the client that is used here does not."""
    response = handler(environ, start_response)
    with contextlib.closing(response):
        return [b"".join(response)]


described.app = application


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no worker: a search finds nothing, and a stream ends at once."""

    async def ended(*_: Any, **__: Any) -> AsyncIterator[str]:
        yield "event: done\ndata: {}\n\n"

    monkeypatch.setattr("api.search.search", lambda *_, **__: [])
    monkeypatch.setattr("api.chat.WAIT_SECONDS", 0.1)
    monkeypatch.setattr("api.chat.follow", ended)
    monkeypatch.setattr("api.events.follow", ended)


@pytest.fixture
def caller(db: None, settings: Any) -> dict[str, str]:
    """The header of a key that may do everything, with rows to be found."""
    settings.LAWQA_API_REQUESTS = settings.LAWQA_API_QUESTIONS = 10**6
    return {"Authorization": f"Bearer {a_key(with_rows(), *EVERY_SCOPE)[1]}"}


def with_rows() -> User:
    owner = a_person("ada", role=Role.ADMIN)
    an_answered_question(asked_by=owner)
    a_job()
    return owner


def rows_for(path: str) -> dict[str, Any]:
    """Keys of rows that are there, by the place of the address that wants one."""
    from corpus.models import Document, IngestJob, Section

    models = {"documents": Document, "sections": Section, "questions": Question, "uploads": IngestJob}
    model = models.get(path.removeprefix("/api/v1/").split("/")[0])
    found = model.objects.order_by("pk").first() if model else None  # type: ignore[attr-defined]  # every model has them
    if "{name}" in path:
        return {"name": "lawqa"}
    return {"id": found.pk} if found else {}


def test_the_description_is_current(tmp_path: Path) -> None:
    """Make it anew with: manage.py spectacular --file api/schema.yaml"""
    made = tmp_path / "schema.yaml"
    call_command("spectacular", file=str(made), fail_on_warn=True)
    assert made.read_text("utf-8") == SCHEMA.read_text("utf-8")


def test_every_operation_says_what_it_needs_and_what_may_go_wrong() -> None:
    raw = described.raw_schema
    assert raw["openapi"].startswith("3.1")
    operations = [one for path in raw["paths"].values() for one in path.values()]
    assert len(operations) > 15
    for one in operations:
        assert one["security"] == [{"key": []}]
        assert {"400", "401", "403", "404", "429"} <= set(one["responses"])
        assert all("RateLimit" in response["headers"] for response in one["responses"].values())
        assert "Retry-After" in one["responses"]["429"]["headers"]


def test_every_address_for_programs_is_described() -> None:
    told = {path.removeprefix("/") for path in described.raw_schema["paths"]}
    held = {
        re.sub(r"<(?:\w+:)?(\w+)>", lambda name: f"{{{name[1].replace('pk', 'id')}}}", str(one.pattern))
        for one in urls.urlpatterns
        if isinstance(one.pattern, RoutePattern)
    }
    assert told == {path for path in held if path.startswith(("api/v1/", "v1/"))}


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous")
@described.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)  # fmt: skip
def test_whatever_is_sent_the_answer_is_as_described(case: Any, caller: dict[str, str]) -> None:
    case.call_and_validate(headers=caller, checks=CHECKS)


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous")
@pytest.mark.parametrize(
    "path",
    [path for path, operations in described.raw_schema["paths"].items() if "get" in operations],
)
def test_what_is_there_is_answered_as_described(path: str, caller: dict[str, str]) -> None:
    operation = described[path]["GET"]
    query = {"citation": "Art. 1 Bees Act"} if path.endswith("/sections/") and "{" not in path else {}
    case = operation.Case(path_parameters=rows_for(path), query=query)
    response = case.call_and_validate(headers=caller, checks=CHECKS[:-1])
    assert response.status_code == 200


def operations_on_rows() -> list[Any]:
    """Every operation whose address names a row, as a person's own things."""
    paths = described.raw_schema["paths"].items()
    named = [(path, method) for path, found in paths for method in found if "{id}" in path]
    return [pytest.param(path, method, id=f"{method} {path}") for path, method in named]


@pytest.mark.parametrize(("path", "method"), operations_on_rows())
def test_rows_of_a_matter_are_there_for_its_members_alone(path: str, method: str, db: None) -> None:
    owner = with_rows()
    Collection.objects.update(access=Collection.Access.MATTER)
    stranger = a_person("ben", role=Role.ADMIN)
    suspended = a_key(a_person("eve", role=Role.ADMIN), *EVERY_SCOPE)
    User.objects.filter(pk=suspended[0].owner_id).update(is_active=False)
    address = path.format(**rows_for(path)) + (f"?as_of={DAY}" if path.endswith("/sections/") else "")
    tokens = {404: a_key(stranger, *EVERY_SCOPE)[1], 401: suspended[1]}
    for status, token in tokens.items():
        response = Client().generic(method.upper(), address, headers={"Authorization": f"Bearer {token}"})
        assert is_problem(response, status)
    assert is_problem(Client().generic(method.upper(), address), 401)
    assert Question.objects.filter(asked_by=owner).exists()
