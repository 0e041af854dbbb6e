"""Model servers are down, slow or break off: the reader gets what can still be said, and is told why.

Each fault goes through the whole pipeline, from a question to its verified claims, over a real connection.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from corpus.models import Collection
from lawqa import pipeline
from lawqa.inference import Role, Server, calling, circuit, wire
from lawqa.models import Answer, Claim, ModelCall, Question
from lawqa.writing import drafting
from tests.fault.asking import DAY, HIVES, RULE, SCHOOLS, answered, check_fell_back, good
from tests.model_server import Asked, ModelServer, Reply, black_hole, model_server, refused
from tests.waiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded", "warm")]
Moment = tuple[str, int]
"""How a connection ends (`reset`, `close`), and after how many bytes."""


@pytest.fixture
def warm(loaded: object) -> None:
    """The encoder and the index are in memory, as they are in a worker."""
    answered()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty times as fast: 20 s to the first token are one, 120 s are two."""
    monkeypatch.setattr(calling, "KEYWORDS_SECONDS", 0.3)
    monkeypatch.setattr(calling, "FIRST_SECONDS", 1.0)
    monkeypatch.setattr(calling, "QUESTION_SECONDS", 2.0)
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0.05)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The circuit's, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(circuit, "clock", lambda: now[0])
    return now


# The server is down


def everywhere(url: str) -> dict[Role, Server]:
    circuit.forget(url)
    return {role: Server(url=url, model="m") for role in Role}


def ask_who_is_down(settings: LazySettings, url: str, seconds: float = 2.0) -> None:
    settings.LAWQA_SERVERS = everywhere(url)
    usual = answered_without_a_server(settings)
    asking = answered()
    print(f"{asking.seconds:.2f} s, without a server {usual:.2f} s")
    assert asking.seconds - usual < seconds, f"too late: {asking.seconds:.1f} s"
    assert "The keywords model m cannot be reached." in asking.said
    assert "The answer model m cannot be reached either" in asking.said
    check_fell_back(asking)


def answered_without_a_server(settings: LazySettings) -> float:
    given, settings.LAWQA_SERVERS = settings.LAWQA_SERVERS, {}
    seconds = answered().seconds
    settings.LAWQA_SERVERS = given
    return seconds


def test_a_server_that_refuses_costs_less_than_two_seconds(settings: LazySettings) -> None:
    ask_who_is_down(settings, refused())


def test_a_server_in_a_black_hole_costs_less_than_two_seconds(settings: LazySettings) -> None:
    with black_hole() as hole:
        ask_who_is_down(settings, hole)


def test_without_the_limit_on_connecting_a_black_hole_costs_more(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 30)
    monkeypatch.setattr(calling, "FIRST_SECONDS", 3)
    with black_hole() as hole, pytest.raises(AssertionError, match="too late"):
        ask_who_is_down(settings, hole)


def ask_again_and_again(settings: LazySettings, clock: list[float]) -> None:
    """Three failures, then rest, then one trial, then the model is back."""
    with model_server(Reply(raw=b"", status=500)) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        for _ in range(3):
            check_fell_back(answered())
        asking = answered()
        assert len(server.asked) == 3, "a server that fails is asked on"
        assert "is left alone for some seconds" in asking.said
        check_fell_back(asking)
        clock[0] += 15.1
        check_fell_back(answered())
        check_fell_back(answered())
        assert len(server.asked) == 4, "more than one trial"
        clock[0] += 15.1
        server.says(good)
        assert answered().finished.draft.writer == "test-answer"


def test_a_server_that_fails_is_left_alone_and_comes_back(settings: LazySettings, clock: list[float]) -> None:
    ask_again_and_again(settings, clock)


def test_without_the_circuit_it_is_asked_on(
    settings: LazySettings, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit, "FAILURES", 10**9)
    with pytest.raises(AssertionError, match="is asked on"):
        ask_again_and_again(settings, clock)


# The server is slow


SLOW = Reply(text="y" * 2000, piece=1, every=0.5)
"""With the limits twenty times as short: a token every ten seconds."""


def ask_who_is_slow(settings: LazySettings, seconds: float) -> None:
    with model_server(SLOW) as server:
        settings.LAWQA_SERVERS = server.roles("answer", "keywords")
        threads = threading.active_count()
        late = threading.Event()
        ender = threading.Timer(seconds + 2, late.set)  # so that the twin ends
        ender.start()
        asking = answered(late.is_set)
        ender.cancel()
        assert asking.seconds < seconds, f"too late: {asking.seconds:.1f} s"
        check_fell_back(asking)
        assert "The answer model test-answer was not done within" in asking.said
        until(lambda: not server.open, 2, "the connections are closed")
        assert threading.active_count() <= threads + 3, "the loop, and the test's own server"


@pytest.mark.usefixtures("quick")
def test_a_slow_server_is_waited_for_no_longer_than_promised(settings: LazySettings) -> None:
    ask_who_is_slow(settings, 4)


def test_without_the_deadlines_a_slow_server_is_waited_for(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "KEYWORDS_SECONDS", 0.3)
    with pytest.raises(AssertionError, match="too late"):
        ask_who_is_slow(settings, 2)


def test_a_reader_may_stop_a_slow_server(settings: LazySettings) -> None:
    stop = threading.Event()
    with model_server(SLOW) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        threading.Timer(0.5, stop.set).start()
        asking = answered(stop.is_set)
        assert asking.finished.stopped
        assert asking.seconds < 3
        until(lambda: not server.open, 2, "the connection is closed")


# The connection ends in the middle


def a_question() -> Question:
    question = Question.objects.create(text=HIVES, as_of=DAY)
    question.collections.set(Collection.objects.all())
    return question


def broken_off(server: ModelServer, moment: Moment) -> None:
    """From now on the connection ends after so many bytes of the body."""
    how, sent = moment

    def reply(asked: Asked) -> Reply:
        text = json.dumps(good(asked))
        if how == "reset":
            return Reply(text=text, packet=64, reset_after=sent)
        return Reply(text=text, packet=64, close_after=sent)

    server.says(reply)


def moments(chance: random.Random, times: int) -> Iterator[Moment]:
    """A connection that is closed delivers what was sent before; of one that is reset some of it may be lost."""
    yield from (("close", sent) for sent in (100, 5_000, 12_000, 20_000))
    for _ in range(times):
        yield chance.choice(("reset", "close")), chance.randrange(25_000)


def ask_who_breaks_off(settings: LazySettings, chance: random.Random, times: int) -> list[int]:
    """How many claims were kept in each attempt."""
    kept = []
    with model_server(good) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        whole = pipeline.answer_question(question := a_question())
        assert [claim.text for claim in whole.claims.filter(shown=True)] == [RULE, SCHOOLS]
        assert not whole.incomplete
        for moment in moments(chance, times):
            circuit.forget(server.url)
            broken_off(server, moment)
            kept.append(check_broken_off(pipeline.answer_question(a_question()), moment))
        circuit.forget(server.url)
        check_retried(server, question)
    return kept


def check_broken_off(answer: Answer, moment: Moment) -> int:
    """What had come whole is kept and verified, and said to be incomplete."""
    drafted = answer.claims.filter(writer="test-answer")
    call = ModelCall.objects.get(answer=answer)
    if not call.failure:
        return drafted.count()  # the reply was shorter than that
    assert "broke off in the middle" in call.failure
    assert answer.stages["writing"]["trouble"]
    assert answer.incomplete is drafted.exists(), f"{moment}, and called whole"
    for claim in answer.claims.filter(shown=True):
        citation = claim.citations.get()
        assert citation.facts["quote"] == "exact"
        assert citation.source is not None
        assert citation.source.section is not None
        assert citation.source.section.text[citation.start : citation.end] == citation.quote
    assert answer.claims.filter(shown=True).exists(), "the law answers where the model did not"
    return drafted.count()


def check_retried(server: ModelServer, question: Question) -> None:
    """The same question twice: first the server breaks off, then it does not. One answer, whole."""
    broken_off(server, ("reset", 12_000))
    pipeline.answer_question(question)
    server.says(good)
    pipeline.answer_question(question)
    answer = Answer.objects.get(question=question)
    assert not answer.incomplete
    assert [claim.text for claim in Claim.objects.filter(answer=answer)] == [RULE, SCHOOLS]
    assert ModelCall.objects.get(answer=answer).failure == ""


def test_what_came_before_a_reset_is_kept_verified_and_called_incomplete(
    settings: LazySettings, seed: int
) -> None:
    kept = ask_who_breaks_off(settings, random.Random(seed), 12)
    print(f"claims kept: {kept}")
    assert {0, 1} <= set(kept), "it breaks off before and after the first claim"


def test_without_its_flag_half_an_answer_would_look_whole(
    settings: LazySettings, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting.DraftingWriter, "_broke_off", lambda self: None)
    with pytest.raises(AssertionError, match="called whole"):
        ask_who_breaks_off(settings, random.Random(seed), 0)
