"""Traces: off without an address, sent by OTLP to a real receiver with one, joined from request to worker, without any words."""

from __future__ import annotations

import gzip
import http.server
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from celery import signals
from django.conf import LazySettings
from django.conf import settings as project_settings
from django.db import DataError
from django.test import AsyncClient, Client

from corpus.models import Collection
from lawqa import tasks
from lawqa.models import Question
from lawqa.operations import telemetry
from tests import factories
from tests.model_server import model_server
from tests.servers import free_port

CANARY = "Zqcanary"
with_the_extra = pytest.mark.skipif(
    not telemetry._installed(),
    reason="the packages of lawqa[telemetry] are not installed (deploy/telemetry.lock)",
)


@dataclass
class Receiver:
    """A collector that speaks OTLP over HTTP, as it is written on the wire."""

    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def spans(self) -> list[Any]:
        """Everything that came, decoded."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        telemetry.flush()
        found = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for one in found
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def names(self) -> list[str]:
        return [span.name for span in self.spans()]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    found = Receiver()

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.bodies.append(
                gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            )
            found.paths.append(self.path)
            found.kinds.append(self.headers["Content-Type"])
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(telemetry.ENDPOINT, f"http://127.0.0.1:{server.server_port}")
        forget()
        yield found
        forget()
        server.shutdown()


def forget() -> None:
    """As in a process that has just begun."""
    if telemetry._provider.cache_info().currsize and (provider := telemetry._provider()) is not None:
        provider.shutdown()
    telemetry._provider.cache_clear()
    telemetry._tracer.cache_clear()
    telemetry._open.set(None)


def facts(span: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


def named(spans: list[Any], name: str) -> Any:
    (found,) = [span for span in spans if span.name == name]
    return found


OFF = """
import sys, django
django.setup()
from django.test import Client
from lawqa.operations import telemetry
with telemetry.span("x", lawqa_role="y") as span:
    span.say(a=1); span.failed("Error"); assert telemetry.carried() == {}
    assert telemetry.taken({telemetry.HEADER: "00-" + "1" * 32 + "-" + "2" * 16 + "-01"}) is None
telemetry.flush()
Client(headers={"host": "localhost"}).get("/static/answer.css").close()
print(sorted(name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))))
"""


def test_without_an_address_nothing_is_loaded_and_nothing_done(tmp_path: object) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "LAWQA_"))}
    given = {**kept, "DJANGO_SETTINGS_MODULE": "lawqa.settings", "LAWQA_DATA": f"{tmp_path}/data"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OFF], env=given, cwd=project_settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.usefixtures("receiver")
def test_an_address_without_the_packages_is_said_once_and_harms_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(telemetry, "NEEDED", ("opentelemetry.no_such_part",))
    for _ in range(3):
        with telemetry.span("x"):
            assert telemetry.carried() == {}
    assert [record.getMessage() for record in caplog.records] == [telemetry.NOT_HERE]


@with_the_extra
@pytest.mark.django_db
def test_a_request_is_a_span_that_names_its_address_and_nothing_of_what_was_sent(receiver: Receiver) -> None:
    sent = {"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01"}
    response = Client(headers=sent).get(f"/questions/?find={CANARY}")
    Client().get(f"/{CANARY}/")
    page, lost = receiver.spans()
    assert page.name == "GET history"
    assert facts(page) == {
        "http.request.method": "GET", "http.route": "questions/", "http.response.status_code": response.status_code,
        "lawqa.request": response["X-Request-ID"],
    }  # fmt: skip
    assert (lost.name, facts(lost)["http.response.status_code"]) == ("GET", 404)
    assert page.trace_id.hex() != "1" * 32, "a caller does not choose"
    assert page.trace_id != lost.trace_id
    assert set(receiver.paths) == {"/v1/traces"}
    assert set(receiver.kinds) == {"application/x-protobuf"}
    assert all(CANARY.encode() not in body for body in receiver.bodies)


@with_the_extra
@pytest.mark.django_db(transaction=True)
def test_pages_that_stream_are_spans_too(receiver: Receiver) -> None:
    async_to_sync(AsyncClient().get)("/answers/5b0d4d0e-6d9c-4a7e-9f0a-2f1f2b1f2b1f/events")
    assert receiver.names() == ["GET answer_events"]


@with_the_extra
@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_one_trace_leads_from_the_request_through_the_message_to_every_stage_and_call(
    receiver: Receiver, settings: LazySettings
) -> None:
    shelf = Collection.objects.get(slug="county")
    question = factories.a_question(shelf, text=f"How long do I have to register a hive, {CANARY}?")
    headers: dict[str, Any] = {}
    with telemetry.span("POST ask", telemetry.Kind.SERVER):
        signals.before_task_publish.send(sender="lawqa.answer", headers=headers)
    with model_server({"claims": []}) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        tasks.answer.apply(args=(str(question.pk),), headers=headers)
    assert Question.objects.get(pk=question.pk).state == Question.State.DONE
    spans = receiver.spans()
    ask, work = named(spans, "POST ask"), named(spans, "lawqa.answer")
    assert (work.trace_id, work.parent_span_id) == (ask.trace_id, ask.span_id)
    assert facts(work)["lawqa.state"] == "success"
    for stage in ("conversation", "citations", "keywords", "retrieval", "writing", "verification"):
        assert named(spans, f"stage {stage}").parent_span_id == work.span_id
    calls = [span for span in spans if span.name.startswith("chat ")]
    assert calls
    for call in calls:
        assert call.trace_id == ask.trace_id
        assert facts(call)["gen_ai.request.model"] == "test-answer"
        assert facts(call)["lawqa.role"] == "answer"
    assert all(CANARY.encode() not in body and b"hive" not in body for body in receiver.bodies)
    assert telemetry.current() is None, "what comes next belongs to no request"


@with_the_extra
@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_what_fails_says_of_which_kind_and_not_what_was_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(query: Any) -> None:
        raise DataError(f"value too long\nDETAIL:  Failing row contains ({query.text}).")

    monkeypatch.setattr("lawqa.pipeline.retrieve", refused)
    question = factories.a_question(text=f"How long do I have to register a hive, {CANARY}?")
    tasks.answer.apply(args=(str(question.pk),))
    failed = named(receiver.spans(), "stage retrieval")
    assert facts(failed) == {"error.type": "DataError"}
    assert not failed.events
    assert all(CANARY.encode() not in body and b"Failing" not in body for body in receiver.bodies)


@with_the_extra
@pytest.mark.django_db
def test_a_collector_that_is_away_holds_nobody_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    forget()
    monkeypatch.setenv(telemetry.ENDPOINT, f"http://127.0.0.1:{free_port()}")
    caplog.set_level(logging.CRITICAL)
    began = time.monotonic()
    assert Client().get("/healthz").status_code == 200
    assert time.monotonic() - began < telemetry.FLUSH_MS / 1000
    assert receiver.bodies == []


@with_the_extra
@pytest.mark.usefixtures("receiver")
@pytest.mark.parametrize("said", ["", "garbage", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", 7, None])
def test_what_is_no_span_begins_a_trace_of_its_own(said: object) -> None:
    assert telemetry.taken({telemetry.HEADER: said}) is None


def test_the_packages_that_send_replace_none_of_the_others() -> None:
    """What several locks name has one version in all of them."""
    locks = (
        "requirements.lock",
        "deploy/milvus/milvus.lock",
        "tests/requirements.lock",
        "deploy/telemetry.lock",
    )
    known: dict[str, set[str]] = {}
    for name in locks:
        text = (project_settings.BASE_DIR / name).read_text(encoding="utf-8")
        for package, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE):
            known.setdefault(package, set()).add(version)
    assert {package: versions for package, versions in known.items() if len(versions) > 1} == {}
    sent = re.findall(
        r"^([a-z0-9._-]+)==",
        (project_settings.BASE_DIR / locks[-1]).read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert "torch" not in sent
    assert {"opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"} <= set(sent)
