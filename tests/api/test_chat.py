"""The chat of the OpenAI protocol, used by its official client."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2
import openai
import pytest

from api import chat
from api.models import Scope
from corpus.models import Collection, User
from lawqa.asgi import application
from lawqa.models import Question
from tests.api.calls import a_key
from tests.factories import BEES, RULE, a_claim, a_section, a_source, an_answer, events

PROJECT: Any = application
pytestmark = pytest.mark.django_db(transaction=True)
HIVES = [{"role": "user", "content": "Must a hive be registered?"}]
"""Asked in every test that does not say otherwise."""
Chat = Callable[..., Any]


@pytest.fixture
def shelf() -> Collection:
    return a_section().document.collection


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers at once what it is told of."""

    def answer(pk: uuid.UUID) -> None:
        question = Question.objects.get(pk=pk)
        if question.finished:
            return
        if "wasps" in question.text:
            an_answer(question, "no_match", reason="Nothing on the shelf speaks of wasps.")
        else:
            given = an_answer(question)
            section = question.collections.get().documents.get().sections.get()
            a_claim(given, a_source(given, section))
            a_claim(given, given.sources.get(), "A museum registers nothing.", shown=False)
        Question.objects.filter(pk=pk).update(state=Question.State.DONE)
        claims = list(given.claims.order_by("pk")) if "wasps" not in question.text else []
        for claim in claims:
            kind = "claim" if claim.shown else "withheld"
            question.events.create(kind=kind, data={"claim": claim.pk})
        events(question, "done")

    monkeypatch.setattr("api.chat.hint", answer)
    monkeypatch.setattr("lawqa.stream.hint", answer)


def ask(
    owner: User,
    call: Callable[[openai.AsyncOpenAI], Coroutine[Any, Any, Any]],
    *scopes: Scope,
    token: str = "",
) -> Any:
    """What the official client makes of a call to this project, in one process."""
    token = token or a_key(owner, *(scopes or (Scope.READ, Scope.ASK)))[1]

    async def run() -> Any:
        transport = httpx2.ASGITransport(app=PROJECT)
        async with (
            httpx2.AsyncClient(transport=transport) as wire,
            openai.AsyncOpenAI(
                base_url="http://localhost/v1", api_key=token, http_client=wire, max_retries=0
            ) as client,
        ):
            return await call(client)

    return asyncio.run(run())


async def completed(client: openai.AsyncOpenAI, **changes: Any) -> Any:
    return await client.chat.completions.create(
        model="lawqa", messages=changes.pop("messages", HIVES), **changes
    )


def test_an_answer_carries_its_citations_where_clients_look(person: User, shelf: Collection) -> None:
    found = ask(person, completed)
    (choice,) = found.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content.startswith(f"{RULE} [1]")
    (annotation,) = choice.message.annotations
    place = annotation.url_citation
    assert choice.message.content[place.start_index : place.end_index] == "[1]"
    assert (place.title, place.url[:27]) == ("Bees Act Art. 1", "http://localhost/citations/")
    (citation,) = found.citations
    assert BEES[citation["start"] : citation["end"]] == citation["quote"] == RULE
    assert citation["facts"]["quote"] == "exact"
    assert "Bees Act Art. 1: http://localhost/citations/" in choice.message.content


def test_what_was_withheld_is_in_no_message(person: User, shelf: Collection) -> None:
    assert "museum registers nothing" not in ask(person, completed).choices[0].message.content


def test_the_question_is_the_owners_and_stays_in_the_history(person: User, shelf: Collection) -> None:
    ask(person, completed)
    question = Question.objects.get()
    assert (question.asked_by, question.text) == (person, HIVES[0]["content"])


def test_a_stream_says_the_same_sentence_by_sentence(person: User, shelf: Collection) -> None:
    async def streamed(client: openai.AsyncOpenAI) -> list[Any]:
        return [
            chunk
            async for chunk in await completed(client, stream=True, stream_options={"include_usage": True})
        ]

    chunks = ask(person, streamed)
    content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    whole = ask(person, completed).choices[0].message.content
    assert content.split("Sources")[0] == whole.split("Sources")[0]
    last, usage = chunks[-2:]
    (annotation,) = last.choices[0].delta.annotations
    place = annotation["url_citation"]
    assert content[place["start_index"] : place["end_index"]] == "[1]"
    assert last.choices[0].finish_reason == "stop"
    assert last.citations[0]["label"] == "Bees Act Art. 1"
    assert (usage.choices, usage.usage.total_tokens) == ([], 0)


def test_why_there_is_no_answer_is_the_message(person: User, shelf: Collection) -> None:
    async def about_wasps(client: openai.AsyncOpenAI) -> Any:
        return await completed(
            client, messages=[{"role": "user", "content": [{"type": "text", "text": "And wasps?"}]}]
        )

    found = ask(person, about_wasps)
    assert found.choices[0].message.content == "Nothing on the shelf speaks of wasps."
    assert found.citations == []


def test_a_conversation_goes_on_from_the_question_before(person: User, shelf: Collection) -> None:
    ask(person, completed)

    async def further(client: openai.AsyncOpenAI) -> Any:
        more = [
            *HIVES,
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": "And of a school?"},
        ]
        return await completed(client, messages=[{"role": "system", "content": "Say no."}, *more])

    ask(person, further)
    question = Question.objects.get(text="And of a school?")
    assert question.follows == Question.objects.get(text=HIVES[0]["content"])


def test_the_day_and_the_shelves_may_be_said(person: User, shelf: Collection) -> None:
    async def of_a_day(client: openai.AsyncOpenAI) -> Any:
        return await completed(client, extra_body={"as_of": "2021-02-03", "collections": ["county"]})

    ask(person, of_a_day)
    assert Question.objects.get().as_of.isoformat() == "2021-02-03"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"messages": [{"role": "assistant", "content": "x"}]}, "has to be the user’s", id="role"),
        pytest.param({"messages": [{"role": "user", "content": " "}]}, "has to be the user’s", id="empty"),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "as text", id="picture",
        ),
        pytest.param({"n": 2}, "One answer", id="two-answers"),
        pytest.param({"extra_body": {"collections": ["secret"]}}, "no shelf", id="shelf"),
        pytest.param({"messages": [{"role": "user", "content": "x" * 9000}]}, "characters", id="long"),
    ],
)  # fmt: skip
def test_bad_requests_are_told_as_the_protocol_has_it(
    person: User, shelf: Collection, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(person, lambda client: completed(client, **changes))
    assert said in refused.value.body["message"]  # type: ignore[index]  # an object of the protocol
    assert not Question.objects.exists()


def test_keys_open_what_they_are_for(person: User, shelf: Collection) -> None:
    with pytest.raises(openai.AuthenticationError):
        ask(person, completed, token="lawqa_0123456789_wrong")
    with pytest.raises(openai.PermissionDeniedError, match="“ask”"):
        ask(person, completed, Scope.READ)
    assert ask(person, completed, Scope.ASK).choices


def test_a_client_finds_the_model(person: User) -> None:
    async def models(client: openai.AsyncOpenAI) -> list[str]:
        return [model.id async for model in client.models.list()]

    assert ask(person, models) == ["lawqa"]
    with pytest.raises(openai.NotFoundError):
        ask(person, lambda client: client.models.retrieve("gpt-x"))


def test_a_question_that_takes_long_is_said_to_be_at_work(
    person: User, shelf: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.chat.hint", lambda pk: None)
    monkeypatch.setattr(chat, "WAIT_SECONDS", 0.2)
    with pytest.raises(openai.InternalServerError, match="still being answered"):
        ask(person, completed)
