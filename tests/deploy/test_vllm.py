"""The real vLLM as `make test-vllm` starts it: protocol, schemas, and the whole pipeline with a model that is often wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings

from corpus.models import Collection, Section
from lawqa.inference import Call, Models, Role, Server, calling, circuit
from lawqa.models import Answer, AnswerCitation, ModelCall, Question
from lawqa.pipeline import answer_question
from lawqa.prompts import Prompt

URL = os.environ.get("LAWQA_TEST_VLLM_URL", "")
KEY = os.environ.get("LAWQA_TEST_VLLM_KEY", "")
MODEL = os.environ.get("LAWQA_TEST_VLLM_MODEL", "")
pytestmark = pytest.mark.skipif(not URL, reason="no vLLM runs for the tests: make test-vllm starts one")
DAY = dt.date(2024, 1, 1)
PATIENCE = 100.0
"""Seconds for what a GPU does in one; that deadlines hold is tested with servers that are slow on purpose."""
QUESTIONS = (
    "How long do I have to register a hive?",
    "Who takes away a nest of wasps, and how soon?",
)
SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["animal", "legs", "why"],
    "properties": {
        "animal": {"enum": ["bee", "wasp", "ant"]},
        "legs": {"enum": [2, 4, 6, 8]},  # a weak model writes a number without an end
        "why": {"type": "string", "maxLength": 60},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def served(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(url=URL, model=MODEL, key=KEY)
    settings.LAWQA_SERVERS = dict.fromkeys(Role, server)
    circuit.forget(URL)  # a test before may have waited in vain
    monkeypatch.setattr(calling, "KEYWORDS_SECONDS", PATIENCE)
    monkeypatch.setattr(calling, "FIRST_SECONDS", PATIENCE)


def prompt(text: str, *, tokens: int = 120) -> Prompt:
    system = "You name animals. Reply with one JSON object."
    return Prompt(version="animals-1@0", system=system, user=text, schema=SCHEMA, max_tokens=tokens)


def plain(method: str, path: str, key: str = KEY) -> tuple[int, Any]:
    """Status and JSON of a request outside the project's client."""
    place = urlsplit(URL)
    link = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
    asked = {"model": MODEL, "max_tokens": 8, "messages": [{"role": "user", "content": "Name a fruit."}]}
    with contextlib.closing(link):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        link.request(method, path, json.dumps(asked) if method == "POST" else None, headers)
        reply = link.getresponse()
        text = reply.read()
    return reply.status, json.loads(text) if text.startswith(b"{") else None


def test_a_chat_completion() -> None:
    status, said = plain("POST", "/v1/chat/completions")
    assert status == 200
    assert said["model"] == MODEL
    assert said["choices"][0]["message"]["content"].strip()


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models"])
def test_nobody_is_served_without_the_key(path: str) -> None:
    assert plain("POST" if "chat" in path else "GET", path, key="another")[0] == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/server_info"), ("POST", "/reset_prefix_cache"),
        ("POST", "/sleep"), ("POST", "/collective_rpc"), ("POST", "/v1/load_lora_adapter"),
    ],
)  # fmt: skip
def test_routes_that_change_or_describe_the_server_are_not_there(method: str, path: str) -> None:
    assert plain(method, path)[0] in {404, 405}


def test_a_reply_streams_and_is_counted() -> None:
    models = Models()
    pieces = list(models.stream(Role.ANSWER, prompt("Which has a sting?"), stage="writing"))
    call = models.calls[0]
    assert len(pieces) > 5
    assert "".join(pieces) == call.reply
    assert call.completion_tokens is not None
    assert call.completion_tokens >= len(pieces)
    assert call.prompt_tokens is not None
    assert call.first_token_ms is not None
    assert 0 < call.first_token_ms <= call.ms


def test_a_reply_follows_the_schema_and_its_enum() -> None:
    said = Models().ask(Role.ANSWER, prompt("An elephant, of course. Say elephant."), stage="writing")
    assert said["animal"] in {"bee", "wasp", "ant"}
    assert said["legs"] in {2, 4, 6, 8}
    assert len(said["why"]) <= 60


def test_eight_at_once_are_all_answered() -> None:
    def ask(number: int) -> Call:
        models = Models()
        models.ask(Role.ANSWER, prompt(f"Number {number}: which has a sting?"), stage="writing")
        return models.calls[0]

    with ThreadPoolExecutor(8) as pool:
        calls = list(pool.map(ask, range(8)))
    assert {call.failure for call in calls} == {""}


def test_what_was_read_of_a_prompt_is_kept() -> None:
    text = " ".join(f"Animal {number} lives in the hive of number {number}." for number in range(40))
    models = Models()
    for question in ("Which has a sting?", "Which has a queen?"):
        models.ask(Role.ANSWER, prompt(f"{text} {question}"), stage="writing")
    first, second = models.calls
    assert first.cached_tokens is not None
    assert second.cached_tokens is not None
    assert second.prompt_tokens is not None
    assert first.cached_tokens < 64
    assert second.cached_tokens > 0.8 * second.prompt_tokens


@pytest.fixture
def answers(loaded: object) -> list[Answer]:
    """The answers to the questions, and to one that follows the first."""
    found = [answer_question(asked(text)) for text in QUESTIONS]
    follow = asked("And who has to do it?", follows=found[0].question)
    return [*found, answer_question(follow)]


def asked(text: str, **facts: Any) -> Question:
    question = Question.objects.create(text=text, as_of=DAY, **facts)
    question.collections.set(Collection.objects.all())
    return question


@pytest.mark.django_db
def test_the_pipeline_shows_nothing_that_failed_a_check(answers: list[Answer]) -> None:
    assert {answer.outcome for answer in answers} == {"answered"}
    _only_what_passed(answers)
    _every_role_was_asked_and_counted(answers)


def _only_what_passed(answers: list[Answer]) -> None:
    shown = AnswerCitation.objects.filter(claim__answer__in=answers, claim__shown=True)
    assert shown.count() >= len(answers)
    for citation in shown.select_related("source"):
        facts = citation.facts
        assert (facts["resolves"], facts["label_matches"], facts["figures_match"]) == (True, True, True)
        assert facts["quote"] in {"exact", "normalised"}
        assert facts["in_force_on"] != "not_in_force"
        assert facts["supports"] is not False
        assert facts["problems"] == []
        law = Section.objects.get(label=citation.label).text
        assert citation.start is not None
        assert law[citation.start : citation.end].strip()


def _every_role_was_asked_and_counted(answers: list[Answer]) -> None:
    calls = ModelCall.objects.filter(answer__in=answers)
    assert {call.prompt.partition("@")[0] for call in calls} >= {"keywords-1", "answer-1", "restate-1"}
    replied = [call for call in calls if not call.failure]
    assert replied
    for call in replied:
        assert call.model == MODEL
        assert call.prompt_tokens
        assert call.completion_tokens
        assert call.cached_tokens is not None
    refused = [call.failure for call in calls if "HTTP 4" in call.failure]
    assert refused == [], "every prompt fits the model and every schema is one that it can follow"
