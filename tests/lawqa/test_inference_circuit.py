"""A model server that fails again and again is left alone, and tried again after a while."""

from __future__ import annotations

import threading

import pytest

from lawqa.inference import (
    ModelServerError,
    Role,
    Stopped,
    circuit,
)
from tests.lawqa.wall import GOOD, TEXT, Told, ask, in_threads, shorten
from tests.model_server import ModelServer, Reply, model_server
from tests.waiting import until

SILENT = Reply(wait=60)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The circuit's, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(circuit, "clock", lambda: now[0])
    return now


DOWN = Reply(raw=b"", status=500)
ALONE = "failed several times just now and is left alone"


def fails(server: ModelServer, say: str, role: Role = Role.ANSWER) -> None:
    with pytest.raises(ModelServerError, match=say):
        ask(server, role=role)


def test_after_three_failures_a_server_is_left_alone_and_tried_again_after_a_while(
    clock: list[float],
) -> None:
    with model_server(DOWN) as server:
        for _ in range(3):
            fails(server, "HTTP 500")
        clock[0] += 14.9
        fails(server, ALONE)
        assert len(server.asked) == 3
        clock[0] += 0.2
        fails(server, "HTTP 500")
        fails(server, ALONE)
        assert len(server.asked) == 4, "one call tried it"
        clock[0] += 15.1
        server.says(GOOD)
        assert ask(server) == ask(server) == GOOD
        server.says(DOWN)
        fails(server, "HTTP 500")
        fails(server, "HTTP 500")
        server.says(GOOD)
        assert ask(server) == GOOD
        server.says(DOWN)
        fails(server, "HTTP 500")
        fails(server, "HTTP 500")
        fails(server, "HTTP 500")
        fails(server, ALONE)


def test_without_the_circuit_every_call_goes_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit, "FAILURES", 10**9)
    with model_server(DOWN) as server:
        for _ in range(5):
            fails(server, "HTTP 500")
    assert len(server.asked) == 5


def test_one_call_at_a_time_tries_a_server_that_was_left_alone(clock: list[float]) -> None:
    with model_server([DOWN, DOWN, DOWN, Reply(text=TEXT, wait=0.3)]) as server:
        for _ in range(3):
            fails(server, "HTTP 500")
        clock[0] += 16
        (trying,) = in_threads(1, lambda: ask(server))
        until(lambda: len(server.asked) == 4, 2, "somebody tries")
        fails(server, ALONE)
        trying.join(5)
        assert ask(server) == GOOD


@pytest.mark.parametrize(
    ("reply", "opens"),
    [
        pytest.param(Reply(raw=b"", status=429), True, id="429"),
        pytest.param(Reply(raw=b"", status=503), True, id="503"),
        pytest.param(Reply(text=TEXT, reset_after=10), True, id="reset"),
        pytest.param(Reply(wire=b""), True, id="hung-up"),
        pytest.param(Reply(raw=b"", status=400), False, id="too-long-a-question"),
        pytest.param(Reply(raw=b"", status=401), False, id="a-wrong-key"),
        pytest.param(Reply(raw=b"", status=404), False, id="a-wrong-name"),
        pytest.param(Reply(text="{"), False, id="garbage"),
        pytest.param(Reply(text=TEXT, finish="length"), False, id="cut"),
    ],
)
def test_what_opens_the_circuit(reply: Reply, opens: bool) -> None:
    with model_server(reply) as server:
        for _ in range(4):
            with pytest.raises(ModelServerError):
                ask(server)
        assert len(server.asked) == (3 if opens else 4)


@pytest.mark.usefixtures("quick")
def test_who_is_too_slow_for_keywords_may_still_answer() -> None:
    with model_server(Reply(text=TEXT, wait=0.6)) as server:
        for _ in range(3):
            fails(server, "within 0.5 seconds", Role.KEYWORDS)
        fails(server, ALONE, Role.KEYWORDS)
        assert ask(server) == GOOD


def test_who_cannot_be_reached_is_left_alone_in_every_role() -> None:
    server = model_server_that_is_gone()
    for _ in range(3):
        fails(server, "cannot be reached", Role.KEYWORDS)
    fails(server, ALONE, Role.ANSWER)


def model_server_that_is_gone() -> ModelServer:
    with model_server(GOOD) as server:
        return server


@pytest.mark.usefixtures("quick")
def test_a_reader_who_stops_says_nothing_of_the_server(clock: list[float]) -> None:
    with model_server(DOWN) as server:
        for _ in range(3):
            fails(server, "HTTP 500")
        clock[0] += 16
        server.says(SILENT)
        told = Told()
        threading.Timer(0.2, lambda: setattr(told, "stopped", True)).start()
        with pytest.raises(Stopped):
            ask(server, told)
        server.says(GOOD)
        assert ask(server) == GOOD, "the next one may try"
