"""Server-sent events are rows: in order, resumable, and ending."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.urls import reverse

from lawqa import stream
from lawqa.models import Event, Question
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hints(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    told: list[uuid.UUID] = []
    monkeypatch.setattr(stream, "hint", told.append)
    return told


async def listen(client: AsyncClient, question: Question, **headers: str) -> Any:
    return await client.get(reverse("answer_events", args=[question.pk]), headers=headers)


async def text_of(response: Any) -> str:
    return "".join([part.decode() async for part in response.streaming_content])


def kinds(text: str) -> list[str]:
    return [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]


def finished() -> tuple[Question, list[Event]]:
    question = factories.a_question(factories.a_collection(), state="done")
    return question, factories.events(question, "stage", "claim", "done")


def run(test: Any) -> Any:
    return asyncio.run(test)


def test_a_finished_question_tells_everything_and_ends() -> None:
    question, _ = finished()

    async def go() -> str:
        response = await listen(AsyncClient(), question)
        assert response["Content-Type"].startswith("text/event-stream")
        assert response["Cache-Control"] == "no-store"
        return await text_of(response)

    text = run(go())
    assert kinds(text) == ["stage", "claim", "done"]
    assert text.startswith("retry: ")


@pytest.mark.parametrize("seen", [1, 2])
def test_a_stream_resumes_behind_the_last_event_seen(seen: int) -> None:
    question, events = finished()

    async def go() -> str:
        header = {"Last-Event-ID": str(events[seen - 1].pk)}
        return await text_of(await listen(AsyncClient(), question, **header))

    assert kinds(run(go())) == ["stage", "claim", "done"][seen:]


def test_who_has_seen_all_is_told_that_it_is_over() -> None:
    question, events = finished()

    async def go() -> str:
        return await text_of(await listen(AsyncClient(), question, **{"Last-Event-ID": str(events[-1].pk)}))

    assert kinds(run(go())) == ["done"]


@pytest.mark.parametrize("nonsense", ["x", "-1", "9" * 40, "²"])
def test_a_last_event_that_is_no_number_starts_at_the_beginning(nonsense: str) -> None:
    question, _ = finished()

    async def go() -> str:
        return await text_of(await listen(AsyncClient(), question, **{"Last-Event-ID": nonsense}))

    assert len(kinds(run(go()))) == 3


def test_events_arrive_while_the_stream_is_open(hints: list[uuid.UUID]) -> None:
    question = factories.a_question(factories.a_collection())

    async def go() -> list[str]:
        frames = stream.follow(question.pk)
        assert (await anext(frames)).startswith("retry")
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await sync_to_async(factories.events)(question, "stage", "failed")
        return [await waiting, *[frame async for frame in frames]]

    assert kinds("".join(run(go()))) == ["stage", "failed"]
    assert hints == [question.pk]


def test_a_quiet_stream_has_a_heartbeat_and_a_bounded_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(stream, "LIFE_SECONDS", 0.2)
    question = factories.a_question(factories.a_collection())

    async def go() -> str:
        return "".join([frame async for frame in _typed(stream.follow(question.pk))])

    text = run(go())
    assert ": still working" in text
    assert kinds(text) == []


async def _typed(frames: AsyncIterator[str]) -> AsyncIterator[str]:
    async for frame in frames:
        yield frame


def test_words_of_an_event_stay_on_one_line() -> None:
    event = Event(pk=1, kind="failed", data={"message": "one\n\nevent: done\r\ntwo"})
    assert stream.frame(event).count("\n") == 4


def test_an_unknown_question_has_no_stream() -> None:
    async def go() -> int:
        response = await AsyncClient().get(reverse("answer_events", args=[uuid.uuid4()]))
        return int(response.status_code)

    assert run(go()) == 404
