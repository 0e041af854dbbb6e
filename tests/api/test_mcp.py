"""The Model Context Protocol, used by its official client over HTTP."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from api import searching
from api.models import Key, Scope, Search
from corpus.models import Collection, User
from lawqa.asgi import application
from lawqa.models import Question
from tests import library
from tests.api.calls import a_key
from tests.factories import a_claim, a_source, an_answer, events

PROJECT: Any = application
pytestmark = pytest.mark.django_db(transaction=True)
BRIEF = (
    "Article 1(1) of the Bees Act: “may register every hive with the county”. See Article 9 of the Bees Act."
)
FOUND = {"section": 1, "label": "Bees Act Art. 1", "text": "1. A keeper …"}


@pytest.fixture(autouse=True)
def law() -> None:
    library.record(library.section(1, library.BEES, "Registration"))


def use(token: str, call: Callable[[Client], Coroutine[Any, Any, Any]], mode: Any = "auto") -> Any:
    """What the official client makes of a call to this project, in one process."""

    async def run() -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx2.ASGITransport(app=PROJECT)
        async with httpx2.AsyncClient(transport=transport, headers=headers) as wire:
            there = streamable_http_client("http://localhost/mcp", http_client=wire)
            async with Client(there, mode=mode) as client:
                return await call(client)

    return asyncio.run(run())


def call(token: str, tool: str, **given: Any) -> tuple[bool, Any]:
    """Whether a tool failed, and what it said: JSON, or a sentence."""
    result = use(token, lambda client: client.call_tool(tool, given))
    text = result.content[0].text
    return bool(result.is_error), text if result.is_error else json.loads(text)


@pytest.fixture
def token(person: User) -> str:
    return a_key(person, Scope.READ, Scope.ASK)[1]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_of_either_revision_finds_the_tools(token: str, mode: str) -> None:
    async def tools(client: Client) -> list[str]:
        return [tool.name for tool in (await client.list_tools()).tools]

    assert use(token, tools, mode) == ["search_law", "get_section", "verify_text", "ask"]


def test_a_section_is_read_by_its_citation_and_day(token: str) -> None:
    failed, found = call(token, "get_section", citation="Art. 1 Bees Act", as_of="2026-03-01")
    (citation,) = found["citations"]
    assert (failed, citation["resolution"]) == (False, "resolved")
    assert citation["sections"][0]["text"] == library.BEES
    _, before = call(token, "get_section", citation="Art. 1 Bees Act", as_of="2019-12-31")
    assert before["citations"][0]["resolution"] == "not_in_force"


def test_a_text_is_verified(token: str) -> None:
    _, found = call(token, "verify_text", text=BRIEF, as_of="2026-03-01")
    assert [one["existence"] for one in found["citations"]] == ["in_force", "missing"]
    assert found["quotations"][0]["wording"] == "departs"


def test_the_law_is_searched_on_the_keys_shelves(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Collection.objects.create(slug="others", name="Others", access=Collection.Access.MATTER)
    wanted: list[dict[str, Any]] = []

    def look(_: object, pk: str) -> None:
        wanted.append(Search.objects.get(pk=pk).wanted)
        searching.look(uuid.UUID(pk))

    monkeypatch.setattr("corpus.hints.tell", look)
    monkeypatch.setattr(searching, "found_in", lambda _: [FOUND])
    failed, found = call(token, "search_law", query="hives", limit=500)
    assert (found, failed) == ({"sections": [FOUND]}, False)
    assert wanted[0]["collections"] == [Collection.objects.get(slug="county").pk]
    assert wanted[0]["limit"] == 20


def test_a_question_gets_its_answer_with_its_sources(
    token: str, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(pk: uuid.UUID) -> None:
        question = Question.objects.get(pk=pk)
        given = an_answer(question)
        section = question.collections.get().documents.get().sections.get()
        a_claim(given, a_source(given, section), library.BEES.splitlines()[0])
        Question.objects.filter(pk=pk).update(state=Question.State.DONE)
        events(question, "done")

    monkeypatch.setattr("api.mcp_tools.hint", answer)
    failed, found = call(token, "ask", question="Must a hive be registered?")
    question = Question.objects.get()
    assert (failed, question.asked_by) == (False, person)
    assert found["claims"][0]["citations"][0]["label"] == "Bees Act Art. 1"
    assert found["address"] == f"/answers/{question.pk}/"


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        pytest.param("get_section", {"citation": "the law"}, "No citation was found", id="no-citation"),
        pytest.param("get_section", {"citation": "Art. 1 Bees Act", "as_of": "soon"}, "2024-08-01", id="day"),
        pytest.param("get_section", {"citation": "Art. 1 Bees Act", "as_of": "1066-01-01"}, "between", id="early"),
        pytest.param("verify_text", {"text": " "}, "Send a text", id="empty"),
        pytest.param("search_law", {"query": "x" * 4_001}, "4,000 characters", id="long"),
        pytest.param("ask", {"question": ""}, "Type a question", id="no-question"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence(token: str, tool: str, given: dict[str, str], said: str) -> None:
    failed, found = call(token, tool, **given)
    assert failed
    assert said in found


def test_a_key_does_no_more_than_it_is_for(person: User) -> None:
    reading, asking = a_key(person, Scope.READ)[1], a_key(person, Scope.ASK)[1]
    assert "“ask”" in call(reading, "verify_text", text=BRIEF)[1]
    assert "“read”" in call(asking, "get_section", citation="Art. 1 Bees Act")[1]
    other = Collection.objects.create(slug="other", name="Other")
    bound = a_key(person, Scope.READ, collections=[other])[1]
    assert call(bound, "get_section", citation="Art. 1 Bees Act")[1]["citations"][0]["sections"] == []


def post(headers: dict[str, str], path: str = "/mcp") -> Any:
    async def run() -> Any:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=PROJECT)) as wire:
            return await wire.post(f"http://localhost{path}", json={}, headers=headers)

    return asyncio.run(run())


def test_nobody_comes_in_without_a_living_key(token: str, person: User) -> None:
    assert post({}).status_code == 401
    assert post({"Authorization": "Bearer lawqa_0123456789_x"}).status_code == 401
    person.is_active = False
    person.save()
    assert post({"Authorization": f"Bearer {token}"}).status_code == 401
    assert "key" in post({}, "/mcp/").json()["error"]


def test_pages_of_other_sites_do_not_come_in(token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert post({**headers, "Host": "evil.example"}).status_code == 400
    assert post({**headers, "Origin": "https://evil.example"}).status_code == 400


def test_calls_are_counted(token: str, settings: Any) -> None:
    settings.LAWQA_API_REQUESTS = 1
    headers = {"Authorization": f"Bearer {token}"}
    assert post(headers).status_code != 429
    refused = post(headers)
    assert (refused.status_code, refused.headers["RateLimit-Policy"]) == (429, '"requests";q=1;w=60')
    assert int(refused.headers["Retry-After"]) <= 60
    assert Key.objects.count() == 1
