"""Every call: who calls, how often, what is said when something is wrong, and once is once."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client

from api import keys, limits
from api.models import Allowance, Key, Reply, Scope
from corpus.models import User
from corpus.roles import Role
from lawqa.bounds import SLACK, answer, limit_of
from lawqa.models import Question
from tests.api.calls import Program, a_key, a_person, is_problem
from tests.factories import a_collection

pytestmark = pytest.mark.django_db
ASKED = {"text": "Must a hive be registered?"}


@pytest.fixture(autouse=True)
def shelf() -> None:
    a_collection()


@pytest.mark.parametrize("token", ["", "nonsense", "lawqa_0123456789_" + "x" * 43])
def test_without_a_living_key_nothing_is_said(token: str) -> None:
    response = Program(token).get("collections/")
    assert is_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_key(person: User) -> None:
    browser = Client()
    browser.force_login(person)
    assert browser.get("/api/v1/collections/").status_code == 401
    assert browser.post("/api/v1/questions/", ASKED, content_type="application/json").status_code == 401


def test_a_suspended_owner_is_told_nothing_at_once(person: User, program: Program) -> None:
    assert program.get("collections/").status_code == 200
    get_user_model().objects.filter(pk=person.pk).update(is_active=False)
    assert is_problem(program.get("collections/"), 401)
    assert is_problem(program.post("questions/", ASKED), 401)


def test_a_scope_cannot_be_stretched(person: User) -> None:
    reads = Program(a_key(person, Scope.READ)[1])
    assert is_problem(reads.post("questions/", ASKED), 403, "“ask”")
    assert is_problem(reads.get("uploads/"), 403, "“ingest”")
    assert is_problem(reads.get("keys/"), 403, "“admin”")
    claims = Program(a_key(person, Scope.ADMIN, Scope.INGEST)[1])
    assert is_problem(claims.get("keys/"), 403, "role admin")
    assert is_problem(claims.get("uploads/"), 403, "role contributor")


def test_an_address_that_is_none_and_a_method_that_is_none_are_problems(program: Program) -> None:
    assert is_problem(program.get("nothing/here"), 404)
    assert is_problem(program.get("uploads/a%0Ab/"), 404)
    assert Client().post("/v1/embeddings").json()["error"]["type"] == "invalid_request_error"
    response = program.delete("collections/")
    assert is_problem(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        pytest.param("{", 400, "JSON", id="broken"),
        pytest.param("[1]", 400, "object", id="list"),
        pytest.param("[" * 100_000, 400, "", id="deep"),
        pytest.param("{}", 400, "required", id="empty"),
        pytest.param('{"text": "' + "x" * 1_100_000 + '"}', 413, "", id="large"),
        pytest.param('{"text": "a\\u0000b"}', 400, "Null", id="nul"),
        pytest.param('{"text": "\\ud800"}', 400, "", id="surrogate"),
    ],
)
def test_what_cannot_be_read_is_refused(program: Program, body: str, status: int, words: str) -> None:
    assert is_problem(program.post("questions/", body), status, words)


def test_forms_are_not_read_where_json_is_asked_for(program: Program) -> None:
    assert is_problem(program.send("questions/", ASKED), 415)


def test_each_answer_says_what_is_left(program: Program, settings: LazySettings) -> None:
    settings.LAWQA_API_REQUESTS = 3
    told = [program.get("collections/") for _ in range(4)]
    assert [response.status_code for response in told] == [200, 200, 200, 429]
    assert [response["RateLimit"].split(";")[1] for response in told] == ["r=2", "r=1", "r=0", "r=0"]
    assert told[0]["RateLimit-Policy"] == '"requests";q=3;w=60'
    assert is_problem(told[3], 429, "More than 3 calls")
    assert 0 < int(told[3]["Retry-After"]) <= limits.WINDOW_SECONDS


def test_a_new_minute_begins_anew_and_keys_do_not_share(person: User, settings: LazySettings) -> None:
    settings.LAWQA_API_REQUESTS = 1
    first, second = a_key(person)[0], a_key(person)[0]
    assert [limits.take(first).exceeded for _ in range(2)] == [False, True]
    assert not limits.take(second).exceeded
    Allowance.objects.filter(key=first).update(window=1)
    assert not limits.take(first).exceeded


def test_questions_have_an_allowance_of_their_own(program: Program, settings: LazySettings) -> None:
    settings.LAWQA_API_QUESTIONS = 1
    assert program.post("questions/", ASKED).status_code == 202
    assert is_problem(program.post("questions/", ASKED), 429)
    assert program.get("questions/").status_code == 200


def test_the_same_call_twice_is_done_once(program: Program) -> None:
    first = program.post("questions/", ASKED, Idempotency_Key="a-1")
    again = program.post("questions/", ASKED, Idempotency_Key="a-1")
    assert Question.objects.count() == 1
    assert (again.status_code, again.json(), again["Location"]) == (202, first.json(), first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert program.post("questions/", ASKED, Idempotency_Key="a-2").json()["id"] != first.json()["id"]


def test_one_name_stands_for_one_call(program: Program) -> None:
    program.post("questions/", ASKED, Idempotency_Key="a-1")
    other = program.post("questions/", {"text": "May a museum keep bees?"}, Idempotency_Key="a-1")
    assert is_problem(other, 422)
    assert Question.objects.count() == 1


def test_names_are_each_keys_own(person: User, program: Program) -> None:
    other = Program(a_key(a_person("ben"), Scope.READ, Scope.ASK)[1])
    mine = program.post("questions/", ASKED, Idempotency_Key="a-1").json()
    assert other.post("questions/", ASKED, Idempotency_Key="a-1").json()["id"] != mine["id"]


def test_a_call_at_work_is_not_done_beside_itself(program: Program) -> None:
    program.post("questions/", ASKED, Idempotency_Key="a-1")
    Reply.objects.update(status=None)
    assert is_problem(program.post("questions/", ASKED, Idempotency_Key="a-1"), 409)
    assert Question.objects.count() == 1


def test_a_call_that_failed_may_be_sent_again(program: Program) -> None:
    assert is_problem(program.post("questions/", {"text": " "}, Idempotency_Key="a-1"), 400)
    assert not Reply.objects.exists()
    assert program.post("questions/", ASKED, Idempotency_Key="a-1").status_code == 202


@pytest.mark.parametrize("name", ["", "x" * 256, "é"])
def test_a_name_that_is_none_is_refused(program: Program, name: str) -> None:
    assert is_problem(program.post("questions/", ASKED, Idempotency_Key=name), 400)


def test_admins_end_anybodys_key(person: User, program: Program) -> None:
    admin = a_person("ada", role=Role.ADMIN)
    rules = Program(a_key(admin, Scope.ADMIN)[1])
    listed = rules.get("keys/").json()["results"]
    prefix = next(row["prefix"] for row in listed if row["owner"] == person.username)
    assert not {"digest", "token"} & set(listed[0])
    assert rules.delete(f"keys/{prefix}/").status_code == 204
    assert is_problem(program.get("collections/"), 401)
    assert is_problem(rules.delete("keys/0000000000/"), 404)


def test_what_nobody_expected_is_logged_and_told_without_its_words(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_: object) -> None:
        raise LookupError("the secret of the house")

    monkeypatch.setattr(Key, "readable", breaks)
    response = program.get("collections/")
    assert is_problem(response, 500, "it was logged")
    assert "secret of the house" not in response.content.decode()
    assert "secret of the house" in caplog.text


def test_a_database_that_is_busy_is_told_as_such(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Key, "readable", locked)
    response = program.get("collections/")
    assert is_problem(response, 503, "busy")
    assert response["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/uploads/", 100_000_000),
        ("/api/v1/questions/", 1_000_000),
        ("/v1/chat/completions", 1_000_000),
        ("/mcp", 1_000_000),
    ],
)
def test_a_body_is_bounded_before_anybody_reads_it(path: str, most: int) -> None:
    assert limit_of(path) == most + SLACK
    kind, body = answer({"path": path}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    assert kind == b"application/problem+json"
    assert json.loads(body)["status"] == 413


def test_a_revoked_key_is_dead_over_every_door(person: User) -> None:
    key, token = a_key(person, Scope.READ, Scope.ASK)
    keys.revoke(key, by=person)
    program = Program(token)
    assert {
        program.get(address).status_code for address in ("collections/", "questions/", "keys/", "uploads/")
    } == {401}
