"""Lines of the log: one id from the page to the worker, one object a line, and nothing that somebody typed."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import DataError
from django.test import AsyncClient, Client

from lawqa import tasks
from lawqa.celery import app
from lawqa.models import Question
from lawqa.operations import tracing
from lawqa.operations.logs import LEFT_OUT, JsonLine, Line, logging_settings
from tests import factories

CANARY = "zanzibarquokka"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as lines of JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    root, levels = logging.getLogger(), {}
    for name in ("", "lawqa", "corpus", "lawqa.requests", "lawqa.work", "celery"):
        levels[name] = logging.getLogger(name).level
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    tracing.forget()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        pytest.param("proxy-id-0123", True, id="of-a-proxy"),
        pytest.param("", False, id="none"),
        pytest.param("short", False, id="too-short"),
        pytest.param("a" * 65, False, id="too-long"),
        pytest.param('12345678", "level": "info', False, id="would-forge-a-line"),
        pytest.param("１２３４５６７８", False, id="digits-of-another-script"),
    ],
)
def test_a_request_keeps_an_id_that_fits_and_gets_one_otherwise(sent: str, taken: bool) -> None:
    response = Client(headers={"X-Request-ID": sent}).get("/healthz")
    assert (response["X-Request-ID"] == sent) is taken
    assert tracing.FITTING.fullmatch(response["X-Request-ID"])


@pytest.mark.django_db
def test_the_line_of_a_request_says_its_path_and_not_what_was_looked_for(written: io.StringIO) -> None:
    response = Client().get(f"/questions/?find={CANARY}")
    (line,) = [line for line in lines(written) if line["logger"] == "lawqa.requests"]
    assert line["request"] == response["X-Request-ID"]
    assert (line["path"], line["view"], line["method"]) == ("/questions/", "history", "GET")
    assert line["status"] == response.status_code
    assert CANARY not in written.getvalue()


@pytest.mark.django_db
def test_a_path_cannot_begin_a_line_of_its_own(written: io.StringIO) -> None:
    Client().get("/a%0aINFO%20root:%20all%20is%20well")
    assert all("\n" not in line["message"] for line in lines(written) if line["logger"] == "lawqa.requests")


@pytest.mark.django_db(transaction=True)
def test_pages_that_stream_have_an_id_too() -> None:
    response = async_to_sync(AsyncClient().get)(f"/answers/{uuid.uuid4()}/events")
    assert tracing.FITTING.fullmatch(response["X-Request-ID"])


def test_a_message_takes_the_id_of_its_request_to_the_worker(written: io.StringIO) -> None:
    """Through the signals that every message of Celery passes; the worker is this process."""
    tracing.begin("asked-on-a-page")
    headers: dict[str, Any] = {}
    from celery import signals

    signals.before_task_publish.send(sender="corpus.sweep", headers=headers)
    tracing.forget()

    @app.task(name="tests.said", shared=False)  # type: ignore[untyped-decorator]  # celery ships no types
    def said() -> None:
        logging.getLogger("lawqa.tests").info("in the worker")

    said.apply(headers=headers)
    inside, ended = [line for line in lines(written) if line["logger"] in {"lawqa.tests", "lawqa.work"}]
    assert inside["request"] == ended["request"] == "asked-on-a-page"
    assert (ended["task"], ended["state"]) == ("tests.said", "SUCCESS")
    assert tracing.current() is None, "what comes next belongs to no request"


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("fails", [False, True], ids=["answered", "failed"])
def test_no_line_holds_the_text_of_a_question(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    question = factories.a_question(text=f"How long do I have to register a hive, {CANARY}?")
    if fails:
        monkeypatch.setattr("lawqa.pipeline.retrieve", refused_by_the_database)
    tasks.answer.apply(args=(str(question.pk),))
    question.refresh_from_db()
    assert question.state == (Question.State.FAILED if fails else Question.State.DONE)
    assert "lawqa.answer" in written.getvalue()
    assert CANARY not in written.getvalue()


def refused_by_the_database(query: Any) -> None:
    raise DataError(
        f"value too long for type character varying(9)\nDETAIL:  Failing row contains ({query.text})."
    )


def test_what_a_database_says_of_values_is_left_out_and_the_rest_stays() -> None:
    try:
        raise DataError(f"value too long\nDETAIL:  Failing row contains (two\nlines: {CANARY}).")
    except DataError:
        record = logging.getLogger("lawqa").makeRecord("lawqa", 40, "f", 1, "It broke", (), sys_exc())
    for formatter in (JsonLine(), Line("{levelname} {name}{where}: {message}", style="{")):
        said = formatter.format(record)
        record.exc_text = None
        assert "value too long" in said
        assert LEFT_OUT in said
        assert CANARY not in said


def sys_exc() -> Any:
    import sys

    return sys.exc_info()


@pytest.mark.parametrize("form", ["text", "json"])
def test_requests_have_lines_where_programs_read_them(form: str) -> None:
    said = logging_settings(form)
    assert said["loggers"]["lawqa.requests"]["level"] == ("INFO" if form == "json" else "WARNING")


def test_a_line_of_text_bears_the_beginning_of_the_id() -> None:
    tracing.begin("0123456789abcdef")
    record = logging.makeLogRecord({"name": "lawqa.tasks", "levelname": "INFO", "msg": "warm"})
    said = Line("{levelname} {name}{where}: {message}", style="{").format(record)
    tracing.forget()
    assert said == "INFO lawqa.tasks 01234567: warm"
