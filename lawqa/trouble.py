"""What a reader is told when the database or the disk does not answer: a sentence, and a status that says try again."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from corpus.files import NoSpace

BUSY = "The library is busy with other changes, so this was not done. Wait a moment, then try again."
UNREACHABLE = "The database does not answer, so this was not done. Try again in a minute; if it stays, tell the operator."
FULL = "There is no room left on the server’s disk, so this was not done. Tell the operator, then try again."


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last resort: also for errors outside the views, in sessions or while a page is rendered."""
    error = sys.exc_info()[1]
    if isinstance(error, NoSpace):
        return told(request, str(error), HTTPStatus.INSUFFICIENT_STORAGE)
    if isinstance(error, OperationalError | InterfaceError):
        return told(request, sentence(error), HTTPStatus.SERVICE_UNAVAILABLE)
    if wants_json(request):
        said = "Something went wrong on our side; it was logged. Try again in a moment."
        return JsonResponse({"error": said}, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def sentence(error: Exception) -> str:
    """What a database's complaint means for who waits for it."""
    said = str(error).lower()
    if "locked" in said or "deadlock" in said or "lock timeout" in said:
        return BUSY
    if "full" in said or "no space" in said:
        return FULL
    return UNREACHABLE


def told(request: HttpRequest, said: str, status: HTTPStatus) -> HttpResponse:
    """The sentence as the page or the program that asked can show it, without another look at the database."""
    headers = {"Retry-After": "5", "Cache-Control": "no-store"}
    if wants_json(request):
        return JsonResponse({"error": said}, status=status, headers=headers)
    page = render_to_string("unavailable.html", {"status": int(status), "said": said})
    return HttpResponse(page, status=status, headers=headers)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
