"""What model servers may cost: deadlines, stopping and how many calls at a time."""

from __future__ import annotations

import asyncio
import multiprocessing
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as project_settings

from lawqa.inference import (
    Models,
    ModelServerBusy,
    Role,
    Server,
    Stopped,
    calling,
    circuit,
    wire,
)
from tests.lawqa.wall import GOOD, PROMPT, TEXT, Told, ask, in_threads, shorten
from tests.model_server import Reply, black_hole, model_server, refused
from tests.waiting import until


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


def test_a_server_that_is_down_or_out_of_reach_costs_a_second() -> None:
    with black_hole() as hole:
        for url in (refused(), hole):
            circuit.forget(url)
            told, started = Told(), time.monotonic()
            models = told.models({role: Server(url=url, model="m") for role in Role})
            for role in Role:
                with pytest.raises(ModelServerBusy, match="cannot be reached"):
                    models.ask(role, PROMPT, stage="keywords")
            assert time.monotonic() - started < 2, "the second role does not try the same address again"
            assert [note[1] for note in told.notes][1:] == [
                f"The {role} model m cannot be reached either: it has the same address."
                for role in ("answer", "judge")
            ]


# Deadlines

SILENT = Reply(wait=60)
NO_TOKEN = Reply(text=TEXT, wait_first=60)
DRIBBLES = Reply(text="y" * 2000, packet=1, every=0.1)
SLOW = Reply(text="y" * 2000, piece=1, every=0.1)
THINKS = Reply(text=TEXT, reasoning="so " * 500, piece=3, every=0.1)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("reply", "role", "seconds", "say"),
    [
        pytest.param(SILENT, "answer", 1, "did not begin to answer within 1 second", id="silent"),
        pytest.param(NO_TOKEN, "answer", 1, "did not begin to answer within 1 second", id="no-token"),
        pytest.param(DRIBBLES, "answer", 1, "did not begin to answer within 1 second", id="a-byte-at-a-time"),
        pytest.param(SLOW, "answer", 2, "was not done within 2 seconds", id="slow"),
        pytest.param(THINKS, "answer", 2, "was not done within 2 seconds", id="thinking-is-progress"),
        pytest.param(
            SILENT, "keywords", 0.5, "did not begin to answer within 0.5 seconds", id="keywords-silent"
        ),
        pytest.param(SLOW, "keywords", 0.5, "was not done within 0.5 seconds", id="keywords-slow"),
    ],
)
def test_no_server_outlives_its_deadline(reply: Reply, role: str, seconds: float, say: str) -> None:
    told = Told()
    with model_server(reply) as server:
        started = time.monotonic()
        with pytest.raises(ModelServerBusy, match=f"The {role} model test-{role} {say}"):
            ask(server, told, Role(role))
        assert seconds - 0.05 <= time.monotonic() - started < seconds + 3
        until(lambda: not server.open, 2, "the connection is closed")


def test_the_deadlines_are_those_that_were_promised() -> None:
    assert (calling.KEYWORDS_SECONDS, calling.FIRST_SECONDS, calling.QUESTION_SECONDS) == (2, 20, 120)
    assert wire.CONNECT_SECONDS <= 1


@pytest.mark.usefixtures("quick")
def test_a_call_gets_what_is_left_of_the_questions_time() -> None:
    told = Told()
    with model_server(SLOW) as server:
        models = told.models(server.roles())
        started = time.monotonic()
        said = []
        for _ in range(4):
            with pytest.raises(ModelServerBusy) as caught:
                models.ask(Role.ANSWER, PROMPT, stage="writing")
            said.append(str(caught.value))
            time.sleep(0.1)
        assert time.monotonic() - started < 4
    assert (
        said[1:]
        == ["The answer model test-answer was not asked: the time for this question was used up."] * 3
    )
    assert len(server.asked) == 1


@pytest.mark.usefixtures("quick")
def test_a_call_that_had_little_time_left_says_nothing_of_the_server() -> None:
    with model_server(SILENT) as server:
        for _ in range(4):
            models = Models(servers=server.roles())
            models._ends = time.monotonic() + 0.3
            with pytest.raises(ModelServerBusy, match=r"did not begin to answer within 0\.(3|29\d*) second"):
                models.ask(Role.ANSWER, PROMPT, stage="writing")
        assert len(server.asked) == 4, "the circuit did not open"


def test_the_client_alone_would_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the deadlines: with them far away, nothing else ends a slow reply."""
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0.05)
    told = Told()
    with model_server(SLOW) as server:
        threading.Timer(1.5, lambda: setattr(told, "stopped", True)).start()
        with pytest.raises(Stopped):
            ask(server, told)


# Stopping


@pytest.mark.parametrize("reply", [SILENT, NO_TOKEN, SLOW])
def test_stop_is_heard_while_a_model_is_waited_for(reply: Reply) -> None:
    told = Told()
    with model_server(reply) as server:
        models = Models(servers=server.roles(), note=told.note, stopped=lambda: bool(server.asked))
        started = time.monotonic()
        with pytest.raises(Stopped, match="was stopped by the reader"):
            list(models.stream(Role.ANSWER, PROMPT, stage="writing"))
        assert time.monotonic() - started < 2
        until(lambda: not server.open, 2, "the connection is closed")
        assert told.notes == [("writing", "The answer model test-answer was stopped by the reader.", False)]
        with pytest.raises(Stopped):
            models.ask(Role.JUDGE, PROMPT, stage="verification")
        assert len(server.asked) == 1, "nobody is asked for a reader who has left"


def test_who_reads_slowly_gets_all_that_came_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims are judged while the reply goes on."""
    monkeypatch.setattr(calling, "QUESTION_SECONDS", 0.5)
    monkeypatch.setattr(wire, "GRACE_SECONDS", 0.1)
    with model_server(Reply(text="abcdefgh", piece=1)) as server:
        pieces = Models(servers=server.roles()).stream(Role.ANSWER, PROMPT, stage="writing")
        assert next(pieces) == "a"
        time.sleep(0.8)
        assert "".join(pieces) == "bcdefgh"


def test_a_loop_that_is_stuck_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "QUESTION_SECONDS", 0.5)
    monkeypatch.setattr(wire, "GRACE_SECONDS", 0.1)

    async def stuck(self: object, engine: object) -> None:
        await asyncio.shield(asyncio.sleep(5))

    monkeypatch.setattr(wire.Exchange, "_run", stuck)
    with model_server(GOOD) as server, pytest.raises(ModelServerBusy, match="did not begin to answer"):
        ask(server)


def test_what_nobody_reads_is_broken_off() -> None:
    with model_server(Reply(text="y" * 45, piece=1, every=0.1)) as server:
        models = Models(servers=server.roles())
        pieces = models.stream(Role.ANSWER, PROMPT, stage="writing")
        assert next(pieces) == "y"
        pieces.close()  # type: ignore[attr-defined]  # it is a generator
        until(lambda: not server.open, 2, "the connection is closed")
    assert models.calls[0].failure == "The rest was not read."


# How many at a time


def test_no_more_calls_at_a_time_than_the_setting_says(settings: LazySettings) -> None:
    settings.LAWQA_MODEL_CALLS = 3
    done: list[Any] = []
    with model_server(Reply(text=TEXT, wait=0.1)) as server:
        for thread in in_threads(12, lambda: done.append(ask(server))):
            thread.join(10)
        assert done == [GOOD] * 12
        assert server.most_open <= 3


@pytest.mark.usefixtures("quick")
def test_who_waits_for_a_place_in_vain_is_told_and_the_server_is_not_blamed(settings: LazySettings) -> None:
    settings.LAWQA_MODEL_CALLS = 1
    said: list[str] = []

    def blocked() -> None:
        with pytest.raises(ModelServerBusy) as caught:
            ask(server)
        said.append(str(caught.value))

    with model_server(Reply(text="y" * 40, piece=1, every=0.1)) as server:
        threads = in_threads(1, blocked)
        until(lambda: server.asked, 2, "the first is served")
        for thread in (*threads, *in_threads(4, blocked)):
            thread.join(5)
        assert said.count("The answer model test-answer is busy with other questions.") == 4
        server.says(GOOD)
        assert ask(server) == GOOD, "the circuit is closed"


@pytest.mark.usefixtures("quick")
def test_slow_calls_leave_neither_threads_nor_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit, "FAILURES", 1000)

    def late() -> None:
        with pytest.raises(ModelServerBusy):
            ask(server, role=Role.KEYWORDS)

    with model_server(SLOW) as server:
        late()
        until(lambda: not server.open, 2, "its thread has ended")
        before = threading.active_count()
        for _ in range(7):
            for thread in in_threads(7, late):
                thread.join(5)
        until(lambda: not server.open, 2, "all connections are closed")
        assert server.most_open <= 14, "of one round, and of the one before it"
        until(lambda: threading.active_count() <= before, 2, "the server's threads have ended")
        ours = [thread for thread in threading.enumerate() if thread.name == "model-servers"]
        assert len(ours) == 1


# Processes


def _ask_in_a_child(server: dict[Role, Server], told: Any) -> None:
    told.put(Models(servers=server).ask(Role.ANSWER, PROMPT, stage="writing"))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_worker_asks_with_a_loop_of_its_own() -> None:
    with model_server(GOOD) as server:
        assert ask(server) == GOOD
        fork = multiprocessing.get_context("fork")
        told = fork.Queue()
        child = fork.Process(target=_ask_in_a_child, args=(server.roles(), told))
        child.start()
        assert told.get(timeout=10) == GOOD
        child.join(5)
        assert ask(server) == GOOD


def test_where_no_server_is_configured_nothing_is_loaded_and_no_thread_runs() -> None:
    program = (
        "import os, sys, threading; os.environ['DJANGO_SETTINGS_MODULE'] = 'lawqa.settings'; import lawqa, django; "
        "django.setup(); import lawqa.asgi, lawqa.urls, lawqa.inference as i; m = i.Models(); "
        "print([m.serves(r) for r in i.Role], [n for n in sys.modules if 'httpx' in n or n == 'anyio'], "
        "threading.active_count())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=project_settings.BASE_DIR,
    )
    assert done.stdout.strip() == "['', '', ''] [] 1"
