"""What programs and admins are told of how the installation runs: /readyz, /metrics, /operations/."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from corpus.views import Page
from lawqa.operations import metrics, readiness
from lawqa.operations.access import may_measure, may_operate
from lawqa.operations.page import page

NOT_HERE = (
    "Figures are given to this machine only, and not through a proxy. Set LAWQA_METRICS_TOKEN to a secret of your own, "
    "and send it as Authorization: Bearer …"
)
NOT_SAID = "Send the secret of LAWQA_METRICS_TOKEN as Authorization: Bearer …"


class Ready(Page):
    """Whether a question that is asked now would be answered: 200, or 503 when it would not.

    `?pages`: only whether this process can serve pages, for who sends readers to it. Why is told to those who may measure.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        checks = readiness.pages() if "pages" in request.GET else readiness.everything()
        whole = readiness.worst(checks)
        failed = whole is readiness.State.FAILED
        said = {"status": "not ready" if failed else "degraded" if whole != "ok" else "ready"}
        told = may_measure(request) or may_operate(request)
        body = {**said, "checks": {check.name: _told(check, whole=told) for check in checks}}
        status = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK
        return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})


def _told(check: readiness.Check, *, whole: bool) -> object:
    return {"state": check.state, "said": check.said} if whole else check.state


class Metrics(Page):
    """Figures for Prometheus."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may_measure(request):
            return _refused()
        return HttpResponse(
            metrics.exposition(), content_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"}
        )


class OperationsPage(Page):
    """How the installation runs, for its admins; others are told that there is no such page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may_operate(request):
            raise Http404
        response = render(request, "operations/operations.html", page(request.user))
        response["Cache-Control"] = "no-store"
        return response


def _refused() -> HttpResponse:
    said, status = NOT_HERE, HTTPStatus.FORBIDDEN
    headers = {}
    if settings.LAWQA_METRICS_TOKEN:
        said, status, headers = NOT_SAID, HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"}
    return HttpResponse(said, status=status, content_type="text/plain; charset=utf-8", headers=headers)
