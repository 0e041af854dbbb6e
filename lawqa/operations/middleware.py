"""Around every request: its id, its line in the log, its place in the figures. The outermost middleware."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.deprecation import MiddlewareMixin

from lawqa.operations import metrics, telemetry, tracing

log = logging.getLogger("lawqa.requests")
HEADER = "X-Request-ID"
LONGEST_PATH = 300
STATIC = "static"
"""What files that belong to every page are called; they have lines only when something is wrong with them."""
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Addresses that the machines beside this one ask."""
Answering = Callable[[HttpRequest], HttpResponseBase]


class Traced:
    """Gives a request the id that a proxy sent, if that is one, or a new one; the response bears it, too."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """What streams after this still bears the id: its context is the request's own."""
        trace, streams = tracing.begin(request.headers.get(HEADER, "")), False
        try:
            with telemetry.span("request", telemetry.Kind.SERVER) as span:
                response = told(request, finish(request, self._get_response(request), trace), span)
            streams = response.streaming
            return response
        finally:
            if not streams:
                tracing.forget()


def finish(request: HttpRequest, response: HttpResponseBase, trace: tracing.Trace) -> HttpResponseBase:
    """Note how a request was answered. Paths are said, never what stands behind the question mark."""
    seconds = time.perf_counter() - trace.began
    view = view_name(request)
    response[HEADER] = trace.request
    metrics.answered(view, request.method or "", response.status_code, seconds)
    path = quote(request.path)[:LONGEST_PATH]
    facts = {
        "method": request.method, "path": path, "view": view, "status": response.status_code,
        "ms": round(1000 * seconds),
    }  # fmt: skip
    level = logging.DEBUG if view == STATIC else logging.INFO
    level = logging.WARNING if response.status_code >= 500 else level
    log.log(level, "%s %s %s", request.method, path, response.status_code, extra={"facts": facts})
    return response


def told(request: HttpRequest, response: HttpResponseBase, span: telemetry.Span) -> HttpResponseBase:
    """The same in a trace: the address by its name and its line in urls.py, never as it was sent."""
    view, method = view_name(request), request.method if request.method in metrics.METHODS else "other"
    span.called(f"{method} {view}".strip())
    route = request.resolver_match.route if request.resolver_match else ""
    span.say(
        http_request_method=str(method), http_route=route, http_response_status__code=response.status_code,
        lawqa_request=tracing.request_id(),
    )  # fmt: skip
    if response.status_code >= 500:
        span.failed(str(response.status_code))
    return response


def view_name(request: HttpRequest) -> str:
    """The address's name in urls.py: few, whatever is asked for; empty where there is none."""
    match = request.resolver_match
    if match is None:
        return STATIC if request.path.startswith(settings.STATIC_URL) else ""
    return match.view_name or match.route


class Probed(MiddlewareMixin):
    """Answers the machines that watch, whatever name they use: they know a process by its address, not by the site's name.

    What is said there does not depend on the name and leads nowhere. Everything else is asked under allowed names only.
    """

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.path_info not in PROBES or request.method not in {"GET", "HEAD"} or is_named(request):
            return None
        request.resolver_match = resolve(request.path_info)
        response: HttpResponseBase = request.resolver_match.func(request)
        return response


def is_named(request: HttpRequest) -> bool:
    """Whether the request uses a name that this installation answers to."""
    try:
        return bool(request.get_host())
    except DisallowedHost:
        return False
