"""The bench of model servers: what it asks, and that it counts right."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from corpus.types import Filters
from lawqa.evaluation import models
from lawqa.evaluation.models import Case, NotMeasurable, find_cases, measure
from lawqa.writing.prompt import SIZES, Size
from tests.model_server import Asked, ModelServer, Reply, model_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = Filters(as_of=dt.date(2024, 1, 1))
QUESTIONS = ("How long do I have to register a hive?", "Who takes away a nest of wasps?")


def keeping(asked: Asked) -> Reply:
    """As many tokens as are allowed, from a server that tells which part of the prompt it has read before."""
    prompt, tokens = f"{asked.system}{asked.user}", asked.body["max_tokens"]
    kept = max((common(prompt, other) for other in READ), default=0)
    READ.append(prompt)
    details = {"cached_tokens": kept}
    usage = {"prompt_tokens": len(prompt), "completion_tokens": tokens, "prompt_tokens_details": details}
    return Reply(text="x" * 4 * tokens, finish="length", every=0.002, usage=usage)


def common(one: str, other: str) -> int:
    """Characters with which both begin."""
    pairs = zip(one, other, strict=False)
    return next(
        (place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other))
    )


READ: list[str] = []


@pytest.fixture(autouse=True)
def nothing_read(settings: LazySettings) -> None:
    READ.clear()
    settings.LAWQA_MODEL_CALLS = 16


@pytest.fixture
def cases() -> list[Case]:
    return find_cases(QUESTIONS, DAY)


def report(server: ModelServer, settings: LazySettings, cases: list[Case], **how: Any) -> dict[str, Any]:
    settings.LAWQA_SERVERS = server.roles("answer")
    return measure(cases, **{"tokens": 10, "levels": (1, 4), **how})


def test_requests_are_counted_at_each_level(settings: LazySettings, cases: list[Case]) -> None:
    with model_server(keeping) as server:
        found = report(server, settings, cases)
        assert server.most_open >= 4
    assert found["model"] == "test-answer"
    alone, four = found["levels"]
    assert (alone["at_once"], alone["requests"], alone["failed"]) == (1, 4, 0)
    assert (four["at_once"], four["requests"], four["failed"]) == (4, 8, 0)
    assert four["tokens_together"] > alone["tokens_together"] > 0
    assert alone["requests_a_second"] * 10 == pytest.approx(alone["tokens_together"], rel=0.05)
    assert 0 < alone["first_token_p50"] <= alone["first_token_p95"]


def test_the_speed_of_a_reply_is_taken_after_its_first_token(
    settings: LazySettings, cases: list[Case]
) -> None:
    def slowly(asked: Asked) -> Reply:
        tokens = asked.body["max_tokens"]
        usage = {"prompt_tokens": 7, "completion_tokens": tokens}
        return Reply(text="x" * 4 * tokens, wait_first=0.3, every=0.02, usage=usage)

    with model_server(slowly) as server:
        alone = report(server, settings, cases, levels=(1,), tokens=11)["levels"][0]
    assert alone["first_token_p50"] >= 300
    assert 15 < alone["tokens_each"] <= 55


def test_levels_ask_for_nothing_that_was_read_but_the_system_message(
    settings: LazySettings, cases: list[Case]
) -> None:
    with model_server(keeping) as server:
        report(server, settings, cases)
    measured = server.asked[1:13]
    assert len({asked.user for asked in measured}) == 12
    assert len({asked.system for asked in measured}) == 1
    assert {asked.body["max_tokens"] for asked in measured} == {10}
    first_lines = {asked.user.splitlines()[0] for asked in measured}
    assert len(first_lines) == 12, "what differs comes before the sources"


def test_prompts_are_the_writers_own_with_what_retrieval_found(
    settings: LazySettings, cases: list[Case]
) -> None:
    with model_server(keeping) as server:
        report(server, settings, cases, levels=(1,))
    asked = server.asked[1]
    assert "register every hive with the county within 30 days" in asked.user
    assert asked.user.endswith(f"Question: {QUESTIONS[0]}")
    assert set(asked.schema["properties"]) == {"claims", "sources"}


def test_what_is_kept_of_a_prompt_is_told_for_each_kind(settings: LazySettings, cases: list[Case]) -> None:
    with model_server(keeping) as server:
        new, again, sources = report(server, settings, cases, levels=(1,))["prefix"]
    assert new["prompt"] == "new"
    assert again["kept"] == 1
    assert new["kept"] < sources["kept"] < 1
    assert sources["kept"] > 0.9


def test_a_server_that_does_not_tell_what_it_kept_is_not_guessed_at(
    settings: LazySettings, cases: list[Case]
) -> None:
    with model_server(Reply(text="x")) as server:
        assert {row["kept"] for row in report(server, settings, cases, levels=(1,))["prefix"]} == {None}


def test_requests_that_fail_are_counted_and_their_reason_is_told(
    settings: LazySettings, cases: list[Case]
) -> None:
    busy = Reply(status=429, raw=b"{}")
    with model_server([Reply(text="x"), Reply(text="x"), busy, Reply(text="x")]) as server:
        alone = report(server, settings, cases, levels=(1,))["levels"][0]
    assert (alone["requests"], alone["failed"]) == (4, 1)
    assert alone["failures"] == ["The answer model test-answer has too much to do (HTTP 429)."]


def test_a_server_that_never_answers_cannot_be_measured(settings: LazySettings, cases: list[Case]) -> None:
    with model_server(Reply(status=401, raw=b"{}")) as server, pytest.raises(NotMeasurable, match="HTTP 401"):
        report(server, settings, cases)


def test_more_at_once_than_calls_are_made_is_refused(settings: LazySettings, cases: list[Case]) -> None:
    settings.LAWQA_MODEL_CALLS = 3
    with model_server(keeping) as server, pytest.raises(NotMeasurable, match="set LAWQA_MODEL_CALLS=4"):
        report(server, settings, cases)
    assert server.asked == []


def test_the_short_prompt_is_shorter(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "SIZES", (SIZES[0], Size(1, 100, 10)))
    cases = find_cases(QUESTIONS[:1], DAY)
    with model_server(keeping) as server:
        whole = report(server, settings, cases, levels=(1,))
        short = report(server, settings, cases, levels=(1,), short=True)
    assert short["levels"][0]["prompt_tokens"] < whole["levels"][0]["prompt_tokens"]


def test_the_command_prints_tables_and_plots(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LAWQA_MODEL_CALLS = 16
    with model_server(keeping) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        call_command("bench_models", "--tokens", "10")
    printed = capsys.readouterr().out
    assert "test-answer: prompts of" in printed
    for said in (
        "Tokens a second, together",
        "Seconds to the first token",
        "another question, same sources",
        "16 at once",
        "▇",
    ):
        assert said in printed


def test_the_command_gives_figures_to_programs(settings: LazySettings) -> None:
    out = StringIO()
    with model_server(keeping) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        call_command("bench_models", "--tokens", "10", "--json", stdout=out)
    assert [row["at_once"] for row in json.loads(out.getvalue())["levels"]] == [1, 4, 16]


@pytest.mark.parametrize("tokens", ["0", "-1", "1601"])
def test_a_length_that_cannot_be_meant_is_told(settings: LazySettings, tokens: str) -> None:
    with pytest.raises(CommandError, match="say a whole number from 1 to 1600"):
        call_command("bench_models", f"--tokens={tokens}")


def test_without_a_server_the_command_says_where_to_name_one(settings: LazySettings) -> None:
    settings.LAWQA_SERVERS = {}
    with pytest.raises(
        CommandError, match="No server has the answer role: say where one is, as LAWQA_MODEL_URL"
    ):
        call_command("bench_models")


def test_an_empty_shelf_is_told(settings: LazySettings) -> None:
    with pytest.raises(NotMeasurable, match="load law first"):
        find_cases(QUESTIONS, Filters(as_of=dt.date(1900, 1, 1)))
