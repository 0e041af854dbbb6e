"""Whatever goes wrong, as `application/problem+json` (RFC 9457): a sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from corpus.files import NoSpace
from lawqa.trouble import sentence

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"
"""The type of a problem that is told by its status alone."""
UNEXPECTED = "Something went wrong on our side; it was logged. Try again in a moment, or tell the operator."
TOO_MUCH = "More was sent than is read. Shorten it."
NOT_READ = "What was sent cannot be read. Send it as the description of this address says."
INVALID = "What was sent cannot be used; each field says why."


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's EXCEPTION_HANDLER; what nobody expected is logged and told as a problem too."""
    if isinstance(error, OperationalError | InterfaceError):
        return told(HTTPStatus.SERVICE_UNAVAILABLE, sentence(error), headers={"Retry-After": "5"})
    if isinstance(error, NoSpace):
        return told(HTTPStatus.INSUFFICIENT_STORAGE, str(error), headers={"Retry-After": "60"})
    if isinstance(error, RequestDataTooBig):
        return told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MUCH)
    if isinstance(error, SuspiciousOperation):  # thousands of fields, hundreds of files
        return told(HTTPStatus.BAD_REQUEST, NOT_READ)
    response = exception_handler(error, context)
    if response is None:
        set_rollback()
        log.error("%s failed", context["view"].__class__.__name__, exc_info=error)
        return told(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)
    response.data = problem(response.status_code, *_said(error, response.data))
    response.content_type = MEDIA_TYPE
    return response


def told(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    return Response(
        problem(status, detail), status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE
    )


def problem(status: int, detail: str, errors: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The object itself; `errors`: field → sentences."""
    found: dict[str, Any] = {
        "type": BLANK, "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail,
    }  # fmt: skip
    return {**found, "errors": dict(errors)} if errors else found


def _said(error: Exception, data: Any) -> tuple[str, dict[str, list[str]]]:
    if isinstance(error, ValidationError) and isinstance(data, dict):
        fields = {str(name): _sentences(value) for name, value in data.items()}
        return INVALID, fields
    if isinstance(error, ValidationError):
        return " ".join(_sentences(data)), {}
    detail = error.detail if isinstance(error, APIException) else data.get("detail", "")
    return " ".join(_sentences(detail)), {}


def _sentences(value: Any) -> list[str]:
    """All texts in an error's detail, whatever it is nested in."""
    if isinstance(value, Mapping):
        return [f"{name}: {said}" for name, inner in value.items() for said in _sentences(inner)]
    if isinstance(value, list | tuple):
        return [said for inner in value for said in _sentences(inner)]
    return [str(value)]
