"""How lines of the log look: as text for a terminal, or as one JSON object a line (LAWQA_LOG=json).

No line holds the text of a question or of a document: what is logged are ids, names, counts and times. What a database says
of the values that it refused is left out of tracebacks, since those are what somebody typed.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from typing import Any

from lawqa.operations import tracing

VALUES = re.compile(
    r"(^|\n|\\n)[ \t]*(?:DETAIL|CONTEXT|HINT|LINE \d+):.*?"
    r"(?=\nTraceback \(most|\n\nDuring handling|\n\nThe above exception|\Z)",
    re.DOTALL,
)
"""From where PostgreSQL repeats values, or the statement that held them, to the end: values may have lines of their own.

Also where an error was written as its repr."""
LEFT_OUT = "(what was typed is left out)"
QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access")


class Line(logging.Formatter):
    """`INFO lawqa.tasks 3f2a…: message`: the first eight characters of the request's id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        found = tracing.request_id()
        record.where = f" {found[:8]}" if found else ""
        return without_values(super().format(record))


class JsonLine(Line):
    """One JSON object: `at`, `level`, `logger`, `message`, and where there is one `request`, `task`, `error` and more."""

    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        said: dict[str, Any] = {
            "at": moment.isoformat(timespec="milliseconds"), "level": record.levelname.lower(),
            "logger": record.name, "message": without_values(record.getMessage()), "pid": record.process,
        }  # fmt: skip
        trace = tracing.current()
        if trace is not None:
            said["request"] = trace.request
            if trace.task:
                said["task"] = trace.task
        said |= getattr(record, "facts", {})
        if record.exc_info:
            said["error"] = without_values(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False, default=str)


def without_values(text: str) -> str:
    """The text without lines in which a database repeats what it was given."""
    return VALUES.sub(rf"\1{LEFT_OUT}", text)


def logging_settings(form: str) -> dict[str, Any]:
    """Django's LOGGING. As text only what goes wrong is said of requests and messages; as JSON each has its line."""
    line = {
        "()": "lawqa.operations.logs.Line",
        "format": "{levelname} {name}{where}: {message}",
        "style": "{",
    }
    formatters = {"line": line, "json": {"()": "lawqa.operations.logs.JsonLine"}}
    each = "INFO" if form == "json" else "WARNING"
    stderr = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if form == "json" else "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "lawqa": {"level": "INFO"}, "corpus": {"level": "INFO"},
            "lawqa.work": {"level": each}, "lawqa.requests": {"level": each},
            **{name: {**stderr, "level": "WARNING"} for name in QUIET},
        },
    }  # fmt: skip
