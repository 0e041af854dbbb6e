"""Where an answer is taken away: as a Word document, as a page for printing, as JSON, and its sealed record."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import slugify

from corpus.views import Page
from lawqa import auditing
from lawqa.export import export_with_record
from lawqa.exports.sheet import ADVICE, NO_RECORD, sheet_of
from lawqa.models import Question, SealedRecord
from lawqa.trouble import told

UNFINISHED = (
    "This question is not answered yet. Open its page and wait for the answer; then take it with you."
)
FAILED = "This question has no answer that could be taken away. Its page says why."
NO_STORE = "private, no-store"
PRIVATE = {"Cache-Control": NO_STORE}
NAME_CHARS = 60
"""Of a question, in the name of a file."""


class ExportPage(Page):
    """A finished answer in one form or another."""

    as_json: ClassVar[bool] = False
    """Programs ask for it: what is wrong is said in JSON."""
    form: ClassVar[str]
    """What the audit log calls it."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
        question = get_object_or_404(Question.objects.visible_to(request.user), pk=pk)
        if question.state != Question.State.DONE:
            return self.refuse(request, FAILED if question.finished else UNFINISHED, HTTPStatus.CONFLICT)
        response = self.export(request, question)
        if response.status_code == HTTPStatus.OK:
            auditing.exported(question, request.user, self.form)
        return response

    def refuse(self, request: HttpRequest, said: str, status: HTTPStatus) -> HttpResponse:
        if self.as_json:
            return JsonResponse({"error": said}, status=status, headers=PRIVATE)
        return told(request, said, status)

    def export(self, request: HttpRequest, question: Question) -> HttpResponseBase:
        """The answer's bytes."""
        raise NotImplementedError


class AnswerWord(ExportPage):
    """As a Word document."""

    form = "docx"

    def export(self, request: HttpRequest, question: Question) -> HttpResponse:
        from lawqa.exports.word import MEDIA_TYPE, write_word

        document = write_word(sheet_of(question), address_of(request, question))
        headers = {**PRIVATE, "Content-Disposition": attachment(question, "docx")}
        return HttpResponse(document, content_type=MEDIA_TYPE, headers=headers)


class AnswerPrint(ExportPage):
    """As a page for printing."""

    form = "print"

    def export(self, request: HttpRequest, question: Question) -> HttpResponse:
        context = {
            "sheet": sheet_of(question), "advice": ADVICE, "stylesheet": static("export.css"),
            "icon": static("favicon.svg"), "address": address_of(request, question),
            "back": reverse("answer", args=[question.pk]),
        }  # fmt: skip
        response = render(request, "export.html", context)
        response["Cache-Control"] = NO_STORE
        return response


class AnswerJson(ExportPage):
    """As plain data with the sealed record."""

    as_json = True
    form = "json"

    def export(self, request: HttpRequest, question: Question) -> HttpResponse:
        headers = {**PRIVATE, "Content-Disposition": attachment(question, "json")}
        found = export_with_record(question.answer)
        return JsonResponse(found, json_dumps_params={"indent": 1}, headers=headers)


class AnswerRecord(ExportPage):
    """The sealed record alone: the very bytes that its sha256 is of."""

    as_json = True
    form = "record"

    def export(self, request: HttpRequest, question: Question) -> HttpResponse:
        sealed = SealedRecord.objects.filter(answer__question=question).first()
        if sealed is None:
            return self.refuse(request, NO_RECORD, HTTPStatus.NOT_FOUND)
        headers = {**PRIVATE, "Content-Disposition": attachment(question, "record.json")}
        return HttpResponse(sealed.text.encode(), content_type="application/json", headers=headers)


def address_of(request: HttpRequest, question: Question) -> str:
    """Where the answer is kept."""
    return request.build_absolute_uri(reverse("answer", args=[question.pk]))


def file_name(question: Question, ending: str) -> str:
    """A name of letters, digits and dashes, by the question and the day of its law."""
    words = slugify(question.text[: 2 * NAME_CHARS], allow_unicode=True)[:NAME_CHARS].strip("-_")
    return f"lawqa-{words or question.pk}-{question.as_of:%Y-%m-%d}.{ending}"


def attachment(question: Question, ending: str) -> str:
    """Content-Disposition with a name that every browser can read, and the question's own letters where they differ."""
    name = file_name(question, ending)
    if name.isascii():
        return f'attachment; filename="{name}"'
    plain = f"lawqa-{question.pk}.{ending}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
