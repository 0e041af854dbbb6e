"""However many readers follow questions, the database is asked once for all of them, and a stream holds no connection."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections

from lawqa import following, stream
from lawqa.models import Question
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of how many questions each look asked."""
    found: list[int] = []
    states = following.states

    def counted(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, following.News]:
        found.append(len(keys))
        return states(keys)

    monkeypatch.setattr(following, "states", counted)
    monkeypatch.setattr(stream, "hint", lambda pk: False)
    return found


def questions(count: int) -> list[Question]:
    shelf = factories.a_collection()
    return [factories.a_question(shelf) for _ in range(count)]


def test_all_who_wait_are_told_by_one_look(looks: list[int]) -> None:
    asked = questions(3)
    factories.events(asked[1], "stage")

    async def go() -> list[following.News]:
        return await asyncio.gather(*(following.news(one.pk, 0.05) for one in [*asked, *asked]))

    found = asyncio.run(go())
    assert looks == [3]
    assert [one.finished for one in found] == [False] * 6
    assert [one.last > 0 for one in found] == [False, True, False] * 2


def test_a_question_that_is_gone_is_finished(looks: list[int]) -> None:
    assert asyncio.run(following.news(uuid.uuid4(), 0)) == following.GONE


def test_who_goes_away_leaves_the_others_their_look(looks: list[int]) -> None:
    (question,) = questions(1)

    async def go() -> following.News:
        first = asyncio.create_task(following.news(question.pk, 0.05))
        second = asyncio.create_task(following.news(question.pk, 0.05))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert not asyncio.run(go()).finished


def test_a_failing_look_is_told_and_the_next_one_works(monkeypatch: pytest.MonkeyPatch) -> None:
    (question,) = questions(1)
    states = following.states

    def fail(_: object) -> Any:
        raise OSError("gone")

    async def go() -> following.News:
        monkeypatch.setattr(following, "states", fail)
        with pytest.raises(OSError, match="gone"):
            await following.news(question.pk, 0)
        monkeypatch.setattr(following, "states", states)
        return await following.news(question.pk, 0)

    assert not asyncio.run(go()).finished


def test_thirty_streams_ask_no_more_often_than_one(looks: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LIFE_SECONDS", 1.0)
    asked = questions(30)

    async def listen(pk: uuid.UUID) -> list[str]:
        return [frame async for frame in stream.follow(pk)]

    async def go() -> None:
        await asyncio.gather(*(listen(one.pk) for one in asked))

    asyncio.run(go())
    assert max(looks) == 30
    assert len(looks) < 30, "30 streams that asked for themselves would have looked 300 times"


def test_what_a_stream_needs_no_more_is_let_go() -> None:
    async def go() -> bool:
        from asgiref.sync import sync_to_async

        await sync_to_async(Question.objects.count)()
        await following.let_go()
        connection = await sync_to_async(lambda: connections["default"])()
        return connection.connection is None or connection.is_in_memory_db()  # type: ignore[attr-defined]  # of SQLite

    assert asyncio.run(go())
