"""A key that is bound to one collection: of another one nothing is found, named or counted, over whichever door it comes."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import httpx2
import openai
import pytest
from django.utils import timezone
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from api import keys, searching
from api.models import Key, Scope
from corpus.models import Collection, Document, Membership, Section, User
from corpus.roles import Role
from lawqa.asgi import application
from lawqa.models import Question
from tests import library
from tests.adding import a_job
from tests.api.calls import EVERY_SCOPE, Program, a_key, a_person
from tests.factories import a_claim, a_question, a_source, an_answer, events

PROJECT: Any = application
pytestmark = pytest.mark.django_db(transaction=True)
FOREIGN = ("boat", "harbour", "moored")
"""Words of the other collection: its name, its act, its text."""
STAY = "How long may it stay?"


class Shelves:
    """Two collections; the key is bound to the first of them, and its owner reads both."""

    def __init__(self, owner: User) -> None:
        library.record(library.section(1, library.BEES, "Registration"))
        self.own = Collection.objects.get(slug="county")
        self.other = Collection.objects.create(
            slug="harbour", name="Harbour", access=Collection.Access.MATTER
        )
        Membership.objects.create(collection=self.other, user=owner)
        act = Document.objects.create(
            collection=self.other, key="boats", kind="statute", jurisdiction="yy", title="Act on Boats",
            citation="Act 3/2022", short_title="Boats Act",
        )  # fmt: skip
        edition = act.editions.create(dated="2022-01-01", sha256="0" * 64, section_count=1)
        self.section = Section.objects.create(
            document=act, edition=edition, path="s_1", label="Boats Act § 1", heading="Mooring", position=1,
            text=library.BOATS, sha256="0" * 64, ancestors=[],
        )  # fmt: skip
        self.question = a_question(
            self.own, self.other, text="How long may a boat stay?", asked_by=owner, state="done"
        )
        answer = an_answer(self.question)
        a_claim(answer, a_source(answer, self.section))
        events(self.question, "done")


@pytest.fixture
def shelves(person: User) -> Shelves:
    return Shelves(person)


@pytest.fixture
def bound(shelves: Shelves, person: User) -> str:
    """The token of a key bound to the first collection."""
    return a_key(person, Scope.READ, Scope.ASK, collections=[shelves.own])[1]


@pytest.fixture
def wide(shelves: Shelves, person: User) -> str:
    """The token of a key that is bound to nothing."""
    return a_key(person, Scope.READ, Scope.ASK)[1]


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finds every section of the collections that it is given, and answers with all of them."""

    def found_in(wanted: dict[str, Any]) -> list[dict[str, Any]]:
        rows = Section.objects.filter(document__collection__in=wanted["collections"])
        place = {"heading_path": "", "start": 0, "end": 1, "score": 1.0, "named": False}
        days = {"valid_from": None, "valid_to": None}
        return [
            {
                "section": row.pk,
                "document": row.document_id,
                "label": row.label,
                "text": row.text,
                **place,
                **days,
            }
            for row in rows
        ]

    def look(_: object, pk: str) -> None:
        searching.look(uuid.UUID(pk))

    monkeypatch.setattr(searching, "found_in", found_in)
    monkeypatch.setattr("corpus.hints.tell", look)
    for module in ("api.questions", "api.chat", "api.mcp_tools", "lawqa.stream"):
        monkeypatch.setattr(f"{module}.hint", answer_it)


def answer_it(pk: uuid.UUID) -> None:
    question = Question.objects.get(pk=pk)
    if question.finished:
        return
    given = an_answer(question, coverage=[])
    found = Section.objects.filter(document__collection__in=question.collections.all())
    for number, section in enumerate(found, start=1):
        claim = a_claim(given, a_source(given, section, f"S{number}"), section.text.splitlines()[0])
        question.events.create(kind="claim", data={"claim": claim.pk})
    Question.objects.filter(pk=pk).update(state=Question.State.DONE)
    events(question, "done")


def chat(token: str, *, stream: bool, **changes: Any) -> str:
    """All that a chat client hears."""

    async def run() -> str:
        transport = httpx2.ASGITransport(app=PROJECT)
        messages: Any = [{"role": "user", "content": STAY}]
        async with (
            httpx2.AsyncClient(transport=transport) as wire,
            openai.AsyncOpenAI(
                base_url="http://localhost/v1", api_key=token, http_client=wire, max_retries=0
            ) as client,
        ):
            said: Any = await client.chat.completions.create(
                model="lawqa", messages=messages, stream=stream, **changes
            )
            return "".join([part.to_json() async for part in said]) if stream else said.to_json()

    return asyncio.run(run())


def tool(token: str, name: str, **given: Any) -> str:
    """All that a tool says."""

    async def run() -> str:
        transport = httpx2.ASGITransport(app=PROJECT)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(transport=transport, headers=headers) as wire:
            there = streamable_http_client("http://localhost/mcp", http_client=wire)
            async with Client(there) as client:
                return str((await client.call_tool(name, given)).model_dump_json())

    return asyncio.run(run())


TOOLS = [
    ("search_law", {"query": STAY}),
    ("get_section", {"citation": "§ 1"}),
    ("verify_text", {"text": "§ 1 says: “for no more than 14 days”."}),
    ("ask", {"question": STAY}),
]
"""Without the words of the other collection, so that none comes back because it was sent."""
READS = [
    "collections/", "documents/", "documents/?find=act", "sections/?citation=§ 1", "questions/", "questions/affected/",
]  # fmt: skip


def silent(said: str) -> bool:
    return not any(word in said.lower() for word in FOREIGN)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_chat_answers_from_the_keys_collection_alone(bound: str, *, stream: bool) -> None:
    said = chat(bound, stream=stream)
    assert "register every hive" in said
    assert silent(said)
    question = Question.objects.get(text=STAY)
    assert [shelf.slug for shelf in question.collections.all()] == ["county"]


def test_a_chat_names_no_collection_that_is_not_the_keys(bound: str) -> None:
    with pytest.raises(openai.BadRequestError) as unknown:
        chat(bound, stream=False, extra_body={"collections": ["nowhere"]})
    with pytest.raises(openai.BadRequestError) as foreign:
        chat(bound, stream=False, extra_body={"collections": ["harbour"]})
    assert str(foreign.value).replace("harbour", "nowhere") == str(unknown.value)


@pytest.mark.parametrize(("name", "given"), TOOLS, ids=[name for name, _ in TOOLS])
def test_a_tool_finds_names_and_counts_nothing_else(bound: str, name: str, given: dict[str, str]) -> None:
    assert silent(tool(bound, name, **given))


@pytest.mark.parametrize("citation", ["Boats Act § 1", "§ 1 Boats Act"])
def test_of_an_act_elsewhere_a_tool_says_the_same_as_of_none(bound: str, citation: str) -> None:
    found = json.loads(json.loads(tool(bound, "get_section", citation=citation))["content"][0]["text"])
    assert all(one["resolution"] == "not_found" and not one["sections"] for one in found["citations"])


def test_rest_finds_names_and_counts_nothing_else(bound: str, shelves: Shelves) -> None:
    program = Program(bound)
    for address in READS:
        response = program.get(address)
        assert (response.status_code, silent(response.content.decode())) == (200, True), address
    assert program.get("questions/").json()["count"] == 0
    assert program.get("documents/").json()["count"] == 1
    assert [row["slug"] for row in program.get("collections/").json()["results"]] == ["county"]
    for address in (
        f"sections/{shelves.section.pk}/", f"documents/{shelves.section.document_id}/",
        f"documents/{shelves.section.document_id}/sections/", f"questions/{shelves.question.pk}/",
        f"questions/{shelves.question.pk}/events/",
    ):  # fmt: skip
        assert program.get(address).status_code == 404
    for address, body in (("search/", {"text": "stay"}), ("verify/", {"text": TOOLS[2][1]["text"]})):
        response = program.post(address, body)
        assert (response.status_code, silent(response.content.decode())) == (200, True)


def test_what_a_key_may_not_have_is_there_for_one_that_may(wide: str, shelves: Shelves) -> None:
    """Otherwise the tests above would hold of a door that finds nothing at all."""
    assert not silent(Program(wide).get("documents/").content.decode())
    assert Program(wide).get(f"questions/{shelves.question.pk}/").status_code == 200
    assert not silent(chat(wide, stream=True, extra_body={"collections": ["harbour"]}))


@pytest.mark.parametrize("name", [name for name, _ in TOOLS])
def test_a_matter_is_in_no_tools_reach_unless_the_key_is_bound_to_it(
    wide: str, shelves: Shelves, person: User, name: str
) -> None:
    given: dict[str, str] = dict(TOOLS)[name]
    to_matter = a_key(person, Scope.READ, Scope.ASK, collections=[shelves.other])[1]
    assert silent(tool(wide, name, **given))
    assert not silent(tool(to_matter, name, **given)) or name == "verify_text"


def test_a_chat_searches_no_matter_by_itself_and_none_that_is_closed(wide: str, shelves: Shelves) -> None:
    assert silent(chat(wide, stream=False))
    shelves.other.closed_at = timezone.now()
    shelves.other.save()
    with pytest.raises(openai.BadRequestError):
        chat(wide, stream=False, extra_body={"collections": ["harbour"]})


def test_a_key_opens_no_question_whose_collections_are_gone(bound: str, wide: str, shelves: Shelves) -> None:
    shelves.question.collections.set([shelves.other])
    shelves.other.delete()
    assert Program(bound).get("questions/").json()["count"] == 0
    assert Program(wide).get("questions/").json()["count"] == 1


def kill(way: str, key: Key) -> None:
    """One of the ways in which a key loses its rights."""
    if way == "revoked":
        keys.revoke(key, by=key.owner)
    elif way == "suspended":
        User.objects.filter(pk=key.owner_id).update(is_active=False)
    elif way == "expired":
        Key.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    else:
        key.collections.clear()


WAYS = ["revoked", "suspended", "expired", "unbound"]


@pytest.fixture
def interrupted(
    request: pytest.FixtureRequest, shelves: Shelves, person: User, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The token of a key that dies while its question is answered."""
    key, token = a_key(person, Scope.READ, Scope.ASK, collections=[shelves.own])

    def dies(pk: uuid.UUID) -> None:
        kill(request.param, key)
        answer_it(pk)

    for module in ("api.chat", "api.mcp_tools", "lawqa.stream"):
        monkeypatch.setattr(f"{module}.hint", dies)
    return token


@pytest.mark.parametrize("interrupted", WAYS, indirect=True)
def test_a_key_that_dies_meanwhile_hears_no_answer(interrupted: str) -> None:
    with pytest.raises(openai.AuthenticationError):
        chat(interrupted, stream=False)


@pytest.mark.parametrize("interrupted", WAYS, indirect=True)
def test_a_stream_whose_key_dies_says_so_and_ends(interrupted: str) -> None:
    with pytest.raises(openai.APIError, match="expired or was revoked"):
        chat(interrupted, stream=True)


@pytest.mark.parametrize("interrupted", WAYS, indirect=True)
def test_a_tool_whose_key_dies_says_so(interrupted: str) -> None:
    said = json.loads(tool(interrupted, "ask", question=STAY))
    assert said["is_error"]
    assert "expired or was revoked" in said["content"][0]["text"]


def test_uploads_of_another_collection_are_not_there(person: User) -> None:
    librarian = a_person("lib", role=Role.LIBRARIAN)
    job = a_job()
    empty = Collection.objects.create(slug="empty", name="Empty", access=Collection.Access.FIRM)
    bound = Program(a_key(librarian, *EVERY_SCOPE, collections=[empty])[1])
    assert bound.get("uploads/").json()["count"] == 0
    assert bound.get(f"uploads/{job.pk}/").status_code == 404
    assert bound.delete(f"uploads/{job.pk}/").status_code == 404


def test_a_tool_says_what_is_left_of_the_allowance(bound: str) -> None:
    async def run() -> Any:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=PROJECT)) as wire:
            headers = {"Authorization": f"Bearer {bound}", "Accept": "application/json, text/event-stream"}
            body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
            return await wire.post("http://localhost/mcp", json=body, headers=headers)

    response = asyncio.run(run())
    assert response.headers["RateLimit"].startswith('"requests";r=')
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_chat_that_is_sent_again_is_asked_once(bound: str) -> None:
    again = {"extra_headers": {"Idempotency-Key": "a-1"}}
    first, second = (chat(bound, stream=False, **again) for _ in range(2))
    assert first == second
    assert Question.objects.filter(text=STAY).count() == 1
    assert "register every hive" in chat(bound, stream=False, extra_headers={"Idempotency-Key": "a-2"})
    with pytest.raises(openai.UnprocessableEntityError):
        chat(bound, stream=True, **again)
