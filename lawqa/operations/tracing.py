"""Which request is being served: an id that every line of the log bears, from the page through the messages to the worker."""

from __future__ import annotations

import contextvars
import logging
import re
import time
import uuid
from dataclasses import dataclass, field

log = logging.getLogger("lawqa.work")
HEADER = "lawqa_request"
"""Under which a message carries it."""
FITTING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
"""Ids from outside that are taken over: they end up in logs, so they may hold nothing that could forge a line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is being served."""

    request: str
    task: str = ""
    began: float = field(default_factory=time.perf_counter)


_current: contextvars.ContextVar[Trace | None] = contextvars.ContextVar("lawqa_trace", default=None)


def current() -> Trace | None:
    """What is being served in this context; None: nothing that has an id."""
    return _current.get()


def request_id() -> str:
    """The id of the request; empty outside of one."""
    trace = _current.get()
    return trace.request if trace else ""


def begin(given: object = "", *, task: str = "") -> Trace:
    """From here on what is logged belongs to this request; an id that does not fit is replaced by a new one."""
    fits = isinstance(given, str) and FITTING.fullmatch(given)
    trace = Trace(str(given) if fits else uuid.uuid4().hex, task)
    _current.set(trace)
    return trace


def forget() -> None:
    """What is logged from here on belongs to no request."""
    _current.set(None)


def end(state: str) -> None:
    """A message is done: say how it ended and how long it took."""
    trace = _current.get()
    if trace is not None and trace.task:
        spent = round(1000 * (time.perf_counter() - trace.began))
        log.info("%s ended: %s", trace.task, state.lower(), extra={"facts": {"ms": spent, "state": state}})
    _current.set(None)
