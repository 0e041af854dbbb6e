"""The pages where people read answers. They load rows and render; what a question becomes is lawqa.pipeline."""

from __future__ import annotations

import time
import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from corpus.models import Collection, User
from corpus.views import Page
from lawqa.affected import text_of_now
from lawqa.again import read_again
from lawqa.models import AnswerCitation, Question
from lawqa.reading import read_answer
from lawqa.stream import follow
from lawqa.tasks import hint
from lawqa.trouble import told

TOO_MANY_FILES = (
    "More files were sent at once than are taken without JavaScript, so none was added. "
    "Send fewer, or turn JavaScript on: then each file is sent on its own."
)
WAIT_SECONDS = 2.0
"""How long the server holds an answer's page for a browser without script."""


class AnswerPage(Page):
    """A question and what became of it, for ever."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = visible_question(request, pk)
        if "wait" in request.GET and not question.finished:
            wait_for(question)
        return render(request, "answer.html", answer_context(request, question))


class AnswerBody(Page):
    """The part of the answer's page that changes while it runs."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = visible_question(request, pk)
        response = render(request, "answer_body.html", answer_context(request, question))
        response["Cache-Control"] = "no-store"
        return response


class AnswerAgain(Page):
    """The parts around it that change once: how the question was read, and what may be done with its answer."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = visible_question(request, pk)
        response = render(request, "answer_again.html", answer_context(request, question))
        response["Cache-Control"] = "no-store"
        return response


class AnswerEvents(Page):
    """What happens to a question, as it happens."""

    async def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
        user = await request.auser()
        question = await Question.objects.visible_to(user).filter(pk=pk).afirst()
        if question is None:
            raise Http404
        after = request.headers.get("Last-Event-ID", "")
        seen = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingHttpResponse(
            follow(pk, seen, still=lambda: may_still_open(user, pk)),
            content_type="text/event-stream; charset=utf-8",
            headers=headers,
        )


class CitationPage(Page):
    """Opens the section at the quoted words; of a section that left the shelf, the words as they stood."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = Question.objects.visible_to(request.user)
        citations = AnswerCitation.objects.filter(claim__answer__question__in=visible)
        citation = get_object_or_404(citations.select_related("source", "claim__answer__question"), pk=pk)
        source = citation.source
        if source is None or source.section_id is None:
            now = text_of_now(source) if source else None
            context = {"citation": citation, "source": source, "now": now}
            return render(request, "citation_gone.html", context, status=410)
        address = reverse("corpus:section", args=[source.section_id])
        if citation.start is None or citation.end is None:
            return redirect(address)
        offsets = urlencode({"start": citation.start, "end": citation.end})
        return redirect(f"{address}?{offsets}#quote")


def nowhere(_: HttpRequest) -> HttpResponse:
    """There is nothing at this address."""
    raise Http404


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: 200 when the database answers, 503 when it does not."""
    del request
    try:
        Collection.objects.exists()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "the database does not answer"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refuses: a body of megabytes, thousands of fields."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if isinstance(exception, TooManyFilesSent):
        return told(request, TOO_MANY_FILES, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def may_still_open(user: Any, pk: uuid.UUID) -> bool:
    """Whether a reader who was let in would be let in now: suspended since, or out of the matter, he would not."""
    now = User.objects.filter(pk=user.pk).first()
    return Question.objects.visible_to(now).filter(pk=pk).exists()


def visible_question(request: HttpRequest, pk: uuid.UUID) -> Question:
    return get_object_or_404(Question.objects.visible_to(request.user), pk=pk)


def wait_for(question: Question) -> None:
    """Give the worker a moment, so that a browser without script seldom has to ask twice."""
    hint(question.pk)
    deadline = time.monotonic() + WAIT_SECONDS
    while not question.finished and time.monotonic() < deadline:
        time.sleep(0.1)
        question.refresh_from_db(fields=["state"])


def answer_context(request: HttpRequest, question: Question) -> dict[str, Any]:
    reading = read_answer(question)
    again = read_again(question, reading.answer, request.user)
    longest = settings.LAWQA_MAX_QUESTION_CHARS
    return {
        "question": question, "reading": reading, "again": again, "longest_question": longest,
        "own": question.asked_by_id == request.user.pk,
    }  # fmt: skip
