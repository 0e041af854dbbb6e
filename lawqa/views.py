"""The pages where people ask and read. They load rows and render; what a question becomes is lawqa.pipeline."""

from __future__ import annotations

import time
import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from corpus.holdings import holdings
from corpus.models import Collection
from corpus.views import Page
from lawqa.forms import AskForm
from lawqa.models import AnswerCitation, Question
from lawqa.reading import read_answer, suggestions
from lawqa.stream import follow
from lawqa.tasks import hint
from lawqa.trouble import told

RECENT = 8
TOO_MANY_FILES = (
    "More files were sent at once than are taken without JavaScript, so none was added. "
    "Send fewer, or turn JavaScript on: then each file is sent on its own."
)
WAIT_SECONDS = 2.0
"""How long the server holds an answer's page for a browser without script."""


class AskPage(Page):
    """The question's form, and where it is sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shelves = Collection.objects.readable_by(request.user)
        return render_ask(request, AskForm(shelves=shelves, initial=initial(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        shelves = Collection.objects.readable_by(request.user)
        form = AskForm(request.POST, shelves=shelves)
        if not form.is_valid():
            return render_ask(request, form, status=form.status)
        question = save_question(request, form)
        hint(question.pk)
        return redirect("answer", pk=question.pk)


class AnswerPage(Page):
    """A question and what became of it, for ever."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = visible_question(request, pk)
        if "wait" in request.GET and not question.finished:
            wait_for(question)
        return render(request, "answer.html", answer_context(question))


class AnswerBody(Page):
    """The part of the answer's page that changes while it runs."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        question = visible_question(request, pk)
        response = render(request, "answer_body.html", answer_context(question))
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
            follow(pk, seen), content_type="text/event-stream; charset=utf-8", headers=headers
        )


class CitationPage(Page):
    """Opens the section at the quoted words; of a section that left the shelf, the words as they stood."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = Question.objects.visible_to(request.user)
        citations = AnswerCitation.objects.filter(claim__answer__question__in=visible)
        citation = get_object_or_404(citations.select_related("source", "claim__answer__question"), pk=pk)
        source = citation.source
        if source is None or source.section_id is None:
            return render(request, "citation_gone.html", {"citation": citation, "source": source}, status=410)
        address = reverse("corpus:section", args=[source.section_id])
        if citation.start is None or citation.end is None:
            return redirect(address)
        offsets = urlencode({"start": citation.start, "end": citation.end})
        return redirect(f"{address}?{offsets}#quote")


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: 200 when the database answers, 503 when it does not."""
    del request
    try:
        Collection.objects.exists()
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refuses: a body of megabytes, thousands of fields."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if isinstance(exception, TooManyFilesSent):
        return told(request, TOO_MANY_FILES, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def render_ask(request: HttpRequest, form: AskForm, status: int = HTTPStatus.OK) -> HttpResponse:
    held = holdings(Collection.objects.readable_by(request.user))
    recent = Question.objects.visible_to(request.user).select_related("answer")[:RECENT]
    context = {"form": form, "held": held, "recent": recent, "examples": suggestions(held.codes)}
    return render(request, "ask.html", context, status=status)


def initial(request: HttpRequest) -> dict[str, Any]:
    """An earlier question to start from (`?again=<its id>`), or today and every shelf (`?shelf=<slug>`: that one)."""
    earlier = earlier_question(request)
    if earlier is not None:
        slugs = list(earlier.collections.values_list("slug", flat=True))
        return {"text": earlier.text, "as_of": earlier.as_of, "collections": slugs}
    slugs = list(Collection.objects.readable_by(request.user).values_list("slug", flat=True))
    if (shelf := request.GET.get("shelf")) in slugs:
        slugs = [shelf]
    return {"as_of": timezone.localdate(), "collections": slugs}


def earlier_question(request: HttpRequest) -> Question | None:
    try:
        pk = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    return Question.objects.visible_to(request.user).filter(pk=pk).first()


def save_question(request: HttpRequest, form: AskForm) -> Question:
    asked_by = request.user if request.user.is_authenticated else None
    with transaction.atomic():
        question = Question.objects.create(
            text=form.cleaned_data["text"], as_of=form.cleaned_data["as_of"], asked_by=asked_by
        )
        question.collections.set(form.cleaned_data["collections"])
    return question


def visible_question(request: HttpRequest, pk: uuid.UUID) -> Question:
    return get_object_or_404(Question.objects.visible_to(request.user), pk=pk)


def wait_for(question: Question) -> None:
    """Give the worker a moment, so that a browser without script seldom has to ask twice."""
    hint(question.pk)
    deadline = time.monotonic() + WAIT_SECONDS
    while not question.finished and time.monotonic() < deadline:
        time.sleep(0.1)
        question.refresh_from_db(fields=["state"])


def answer_context(question: Question) -> dict[str, Any]:
    return {"question": question, "reading": read_answer(question)}
