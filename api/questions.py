"""Questions and their answers: asked, followed, stopped, removed; and which of them the law has moved away from."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from api import limits
from api.asking import form_of, refusal
from api.base import ApiView, ListView
from api.idempotency import once
from api.law import read
from api.models import Scope
from api.serializers import AffectedSerializer, AnsweredSerializer, AskSerializer, QuestionSerializer
from lawqa import auditing
from lawqa.affected import affected
from lawqa.asking import saved
from lawqa.effects import as_data
from lawqa.export import export
from lawqa.models import Event, Question
from lawqa.tasks import hint


class AtWork(APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = "This question is still being answered. Stop it first, or wait for its end."
    default_code = "at_work"


class Questions(ListView):
    """What was asked, the latest first; and where questions are asked."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.ASK}
    policies: ClassVar = {"POST": limits.QUESTIONS}
    idempotent = True

    @extend_schema(tags=["questions"], responses=QuestionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What was asked, the latest first."""
        rows = self.key.questions().select_related("answer").prefetch_related("collections")
        return self.listed(rows.order_by("-asked_at", "pk"), QuestionSerializer)

    @extend_schema(tags=["questions"], request=AskSerializer, responses={202: QuestionSerializer})
    def post(self, request: Request) -> Response:
        """Ask a question. It is answered by a worker: follow its events, or look again until its state is `done`."""
        return once(request, self.key, lambda: self.ask(request))

    def ask(self, request: Request) -> Response:
        given = read(AskSerializer, request.data)
        form = form_of(
            self.key, given["text"], collections=given.get("collections"), as_of=given.get("as_of"),
            follows=given.get("follows") or "", terms="\n".join(given.get("terms", ())),
            pinned=given.get("pinned", []), excluded=given.get("excluded", []),
        )  # fmt: skip
        if not form.is_valid():
            raise refusal(form)
        question = saved(form, self.key.owner)
        hint(question.pk)
        address = reverse("api:question", args=[question.pk])
        data = QuestionSerializer(question).data
        return Response(data, status=HTTPStatus.ACCEPTED, headers={"Location": address})


class OneQuestion(ApiView):
    """A question with its answer."""

    scopes: ClassVar = {"GET": Scope.READ, "DELETE": Scope.ASK}

    @extend_schema(tags=["questions"], responses=AnsweredSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        question = get_object_or_404(self.key.questions().select_related("answer"), pk=pk)
        return Response(AnsweredSerializer(answered(question)).data)

    @extend_schema(tags=["questions"], responses={204: None, 409: OpenApiResponse(description="At work")})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Remove a finished question with its answer and record, for good."""
        question = get_object_or_404(self.key.questions(), pk=pk)
        if not question.finished:
            raise AtWork
        removable = self.key.questions().removable_by(self.key.owner)
        auditing.remove(get_object_or_404(removable, pk=pk), self.key.owner)
        return Response(status=HTTPStatus.NO_CONTENT)


class StopQuestion(ApiView):
    """No more is done for a question; what is verified by then is its answer."""

    scopes: ClassVar = {"POST": Scope.ASK}

    @extend_schema(tags=["questions"], request=None, responses=AnsweredSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        question = get_object_or_404(self.key.questions(), pk=pk)
        auditing.stop(question, self.key.owner)
        question = get_object_or_404(self.key.questions().select_related("answer"), pk=pk)
        return Response(AnsweredSerializer(answered(question)).data)


class AffectedQuestions(ListView):
    """Questions whose answers the law has moved away from since, the latest first."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(tags=["questions"], responses=AffectedSerializer(many=True))
    def get(self, request: Request) -> Response:
        own = self.key.questions().asked_by(self.key.owner)
        found = [
            {"question": one.question, "effects": [as_data(effect) for effect in one.effects]}
            for one in affected(own)
        ]
        return self.listed(found, AffectedSerializer)


def answered(question: Question) -> dict[str, Any]:
    """A question, its answer once it is whole, and why it failed, if it did."""
    done = question.state == Question.State.DONE
    failed = question.state == Question.State.FAILED
    said = Event.objects.filter(question=question, kind="failed").order_by("-pk").first() if failed else None
    return {
        "question": question, "answer": export(question.answer) if done else None,
        "failure": str(said.data.get("message", "")) if said else "",
    }  # fmt: skip
