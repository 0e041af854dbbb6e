"""The index's server is killed, frozen, started again: nobody waits for it, answers stay or say why, nothing is lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from corpus import embedding, upkeep
from corpus.index import generations, shelf
from corpus.index.errors import Unavailable
from corpus.index.milvus import circuit, client, snapshot
from corpus.index.milvus.client import Server
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Document, Generation, Passage, Section
from corpus.tasks import compact
from lawqa import tasks
from lawqa.models import Question
from tests import milvus_server
from tests.corpus.index.conftest import Index, search_by
from tests.corpus.index.rows_by_hand import FAR, TODAY, a_document, at, encoder, found
from tests.milvus_server import Milvus

pytestmark = pytest.mark.django_db
HIVES = "Every hive must be registered."
EXPECTED = (["bees/0", "boats/0"], ["bees/0", "boats/0"])


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    """A server that may be killed."""
    if not milvus_server.installed():
        pytest.skip(milvus_server.MISSING)
    with Milvus(tmp_path_factory.mktemp("one")) as server:
        yield server


@pytest.fixture
def served(one: Milvus, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Milvus]:
    """Two documents on a server that answers, and is looked at by every search."""
    if not one.accepts():
        one.start()
    search_by(one, settings)
    client._servers.clear()
    monkeypatch.setattr(snapshot, "LOOK_SECONDS", 0.0)
    a_document("bees", HIVES)
    a_document("boats", "A hive on a boat.", cosine=FAR)
    Index().build()
    yield one
    one.send(signal.SIGCONT)


def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is over for which a silent server is left alone."""
    monkeypatch.setattr(circuit, "clock", lambda: time.monotonic() + 2 * circuit.REST_SECONDS)


def rows() -> list[object]:
    """All that a search or a fault must leave as it was."""
    return [sorted(model.objects.values_list()) for model in (Document, Section, Passage, Generation)]


def test_few_passages_are_searched_from_the_rows_and_in_the_same_order(
    served: Milvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = shelf_of(encoder())
    assert found(searched, "hive") == EXPECTED
    before = rows()
    served.kill()
    assert found(searched, "hive") == EXPECTED
    assert searched.frequencies(["hive"])[0] == {"hive": 0}, (
        "of no index; those of the rows are counted beside"
    )
    a_document("new", "A hive is new.", cosine=0.5)
    assert sorted(found(searched, "hive")[0]) == ["bees/0", "boats/0", "new/0"]
    Document.objects.get(key="new").delete()
    assert rows() == before
    served.start()
    rested(monkeypatch)
    assert found(searched, "hive") == EXPECTED
    assert searched._standby is None, "the server is back"  # type: ignore[attr-defined]


def test_a_generation_of_this_machine_stands_in_where_rows_are_many(
    served: Milvus, settings: LazySettings
) -> None:
    settings.LAWQA_STANDBY_PASSAGES = 1
    generations.build(encoder())
    searched = shelf_of(encoder())
    served.kill()
    assert found(searched, "hive") == EXPECTED
    a_document("new", "A hive is new.", cosine=0.5)
    assert sorted(found(searched, "hive")[0]) == ["bees/0", "boats/0", "new/0"]


def test_too_many_to_read_is_said_in_a_sentence(
    served: Milvus, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LAWQA_STANDBY_PASSAGES = 1
    monkeypatch.setattr(embedding, "encode_question", lambda text: at(1.0))
    before = rows()
    served.kill()
    question = Question.objects.create(text="Who must register a hive?", as_of=TODAY.as_of)
    tasks.answer.apply(args=(str(question.pk),))
    question.refresh_from_db()
    assert question.state == Question.State.FAILED
    assert question.events.get(kind="failed").data == {"message": client.UNREACHABLE}
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("ask", "Who must register a hive?")
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("rebuild_index")
    assert rows() == before


def test_a_frozen_server_is_waited_for_once(served: Milvus, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, snapshot):
        monkeypatch.setattr(module, "SEARCH_SECONDS", 0.5)
    searched = Shelf(encoder(), shelf_of(encoder())._backend)
    assert found(searched, "hive") == EXPECTED
    served.send(signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        searched.search_dense(at(1.0), TODAY, 10)
    assert time.monotonic() - began < 4 * 0.5, "the time it was given, and not what its client would take"
    asked: list[object] = []
    monkeypatch.setattr(Server, "_connected", asked.append)
    for _ in range(5):
        with pytest.raises(Unavailable):
            searched.search_dense(at(1.0), TODAY, 10)
    assert not asked, "left alone"


def test_after_a_rest_one_search_tries_and_the_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(circuit, "clock", lambda: now[0])
    gate = circuit.Circuit()
    assert [gate.may_call() for _ in range(3)] == [True] * 3
    gate.silent()
    assert not gate.may_call()
    now[0] += circuit.REST_SECONDS
    assert [gate.may_call() for _ in range(3)] == [True, False, False]
    gate.answered()
    assert gate.may_call()


def test_what_was_missed_is_caught_up_from_the_documents_versions(
    served: Milvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = shelf_of(encoder())
    assert found(searched, "hive") == EXPECTED
    served.kill()
    a_document("new", "A hive is new.", cosine=0.5)
    Document.objects.get(key="boats").delete()
    assert not upkeep.due(), "not while it is silent"
    compact()
    before = rows()
    served.start()
    rested(monkeypatch)
    assert upkeep.due()
    expected = (["bees/0", "new/0"], ["bees/0", "new/0"])
    assert tuple(sorted(listed) for listed in found(searched, "hive")) == expected
    compact()
    assert not upkeep.due()
    alone = Shelf(encoder(), searched._backend)
    assert tuple(sorted(listed) for listed in found(alone, "hive")) == expected
    assert not len(alone._view.delta)
    assert rows() == before


def test_the_server_is_killed_while_it_is_brought_up(served: Milvus, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        a_document(f"new{number}", f"A hive is new {number}.", cosine=0.5)
    put, left = Server.put, [1]

    def put_then_die(self: Server, collection: str, entities: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            served.kill()
        put(self, collection, entities)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Server, "put", put_then_die)
        compact()
    served.start()
    rested(monkeypatch)
    everything = sorted([*EXPECTED[0], *(f"new{number}/0" for number in range(6))])
    for _ in range(2):
        alone = Shelf(encoder(), shelf_of(encoder())._backend)
        assert sorted(found(alone, "hive")[0]) == sorted(found(alone, "hive")[1]) == everything
        compact()
    assert not upkeep.due()


def test_a_server_that_lost_everything_is_filled_anew(served: Milvus) -> None:
    searched = shelf_of(encoder())
    assert found(searched, "hive") == EXPECTED
    wall = client.server()
    for name in wall.collections("test_"):
        wall.drop(name)
    assert found(searched, "hive") == EXPECTED, "by the standby"
    assert upkeep.due()
    compact()
    assert not upkeep.due()
    assert found(searched, "hive") == EXPECTED
    assert searched._standby is None  # type: ignore[attr-defined]


def test_a_process_that_started_while_the_server_was_down_finds_it_later(
    served: Milvus, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.LAWQA_STANDBY_PASSAGES = 1
    served.kill()
    client._servers.clear()
    shelf.shelf_of.cache_clear()
    searched = shelf_of(encoder())
    with pytest.raises(Unavailable):
        found(searched, "hive")
    served.start()
    rested(monkeypatch)
    assert found(searched, "hive") == EXPECTED
