"""Traces for who has a collector: spans of requests, messages, stages and calls to models, sent to it by OTLP over HTTP.

Without OTEL_EXPORTER_OTLP_ENDPOINT, or without the packages of lawqa[telemetry], nothing of OpenTelemetry is imported here
and every function does nothing. A span holds names, numbers and states of ours: no question, no address as it was sent, no
values of a statement, no message of an exception. The provider is our own, so that spans of libraries, which follow other
rules, are not sent. What a caller says of his own trace is not taken over.
"""

from __future__ import annotations

import contextvars
import functools
import importlib.util
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

log = logging.getLogger(__name__)
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
HEADER = "lawqa_traceparent"
"""Under which a message carries the span that it comes from."""
NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
NOT_HERE = (
    f"{ENDPOINT} is set, but the packages that send traces are not installed, so none are sent: "
    "run pip install --no-deps --require-hashes -r deploy/telemetry.lock, or take the setting away."
)
FLUSH_MS = 2_000
Fact = str | int | float | bool


class Kind(StrEnum):
    """Of a span, by OpenTelemetry's names."""

    SERVER = "SERVER"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"
    CLIENT = "CLIENT"
    INTERNAL = "INTERNAL"


@dataclass(slots=True)
class Span:
    """One piece of work; where traces are off, all of it does nothing."""

    inner: Any = None
    """OpenTelemetry's span."""
    before: Span | None = None
    """What was open where this one was begun."""

    def called(self, name: str) -> None:
        """Its name, once it is known."""
        if self.inner is not None:
            self.inner.update_name(name)

    def say(self, **facts: Fact) -> None:
        """Facts by their names; `_` stands for a dot, `__` for itself."""
        if self.inner is not None:
            self.inner.set_attributes(_named(facts))

    def failed(self, kind: str) -> None:
        """It came to no good end; `kind` says of which sort, and holds no word of what was asked."""
        if self.inner is not None:
            from opentelemetry.trace import StatusCode

            self.inner.set_attribute("error.type", kind)
            self.inner.set_status(StatusCode.ERROR)

    def end(self) -> None:
        """It is over now."""
        if self.inner is not None:
            self.inner.end()


_open: contextvars.ContextVar[Span | None] = contextvars.ContextVar("lawqa_span", default=None)


def begin(name: str, kind: Kind = Kind.INTERNAL, parent: Span | None = None, **facts: Fact) -> Span:
    """A span inside `parent`, by default inside what is open here; whoever begins it has to end it."""
    tracer = _tracer()
    if tracer is None:
        return Span()
    from opentelemetry import context, trace

    above = parent or _open.get()
    within = context.Context() if above is None else trace.set_span_in_context(above.inner, context.Context())
    inner = tracer.start_span(name, within, trace.SpanKind[kind], attributes=_named(facts))
    return Span(inner)


@contextmanager
def span(name: str, kind: Kind = Kind.INTERNAL, **facts: Fact) -> Iterator[Span]:
    """A span around what happens inside, within which other spans begin. Of what goes wrong its kind is said."""
    opened = enter(begin(name, kind, None, **facts))
    try:
        yield opened
    except BaseException as error:
        opened.failed(type(error).__name__)
        raise
    finally:
        leave(opened)


def enter(opened: Span) -> Span:
    """From here on, spans begin inside it."""
    if opened.inner is not None:
        opened.before = _open.get()
        _open.set(opened)
    return opened


def leave(opened: Span) -> None:
    """It is over, and what was open before is open again."""
    if opened.inner is not None:
        _open.set(opened.before)
        opened.end()


def current() -> Span | None:
    """What is open here."""
    return _open.get()


def carried() -> dict[str, str]:
    """What a message takes along of the span that is open here; empty without one."""
    opened = _open.get()
    if opened is None:
        return {}
    from opentelemetry.trace import set_span_in_context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, set_span_in_context(opened.inner))
    return {HEADER: carrier["traceparent"]}


def taken(message: Mapping[str, Any]) -> Span | None:
    """The span that a message comes from; None: it carries none, or traces are off."""
    said = message.get(HEADER)
    if _tracer() is None or not isinstance(said, str):
        return None
    from opentelemetry.context import Context
    from opentelemetry.trace import get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found = get_current_span(TraceContextTextMapPropagator().extract({"traceparent": said}, Context()))
    return Span(found) if found.get_span_context().is_valid else None


def flush() -> None:
    """Send what waits, before this process ends."""
    if _provider.cache_info().currsize and (provider := _provider()) is not None:
        provider.force_flush(FLUSH_MS)


@functools.cache
def _provider() -> Any:
    """Of this process; None where traces are off."""
    if not os.environ.get(ENDPOINT, "").strip():
        return None
    if not _installed():
        log.warning(NOT_HERE)
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    called = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "lawqa"}
    provider = TracerProvider(resource=Resource.create(called))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


@functools.cache
def _tracer() -> Any:
    provider = _provider()
    return None if provider is None else provider.get_tracer("lawqa")


def _installed() -> bool:
    try:
        return all(importlib.util.find_spec(name) is not None for name in NEEDED)
    except ModuleNotFoundError:
        return False


def _named(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {
        name.replace("__", "\0").replace("_", ".").replace("\0", "_"): fact for name, fact in facts.items()
    }
