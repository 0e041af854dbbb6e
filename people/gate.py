"""Where people have to sign in, they are asked to before they see any page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

OWN_DOORS = ("/api/", "/v1/", "/mcp", "/healthz", "/readyz", "/metrics")
"""Programs come here: they bring a key, and are told in their own way when they have none."""


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page that is not marked as open asks who comes, unless the operator lets anybody read official law.

    This is a courtesy with a second wall behind it: what is shown is decided row by row.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        if settings.LAWQA_ANONYMOUS or request.path_info.startswith(OWN_DOORS):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
