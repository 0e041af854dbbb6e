"""The way out to the firm's own sign-in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import requests
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

logger = logging.getLogger("people.single_sign_on")


def leaving(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn a view that redirects to another server into one that leads there from a page of our own.

    A form may be sent to this site only (Content-Security-Policy: form-action), and browsers hold redirects that
    follow a form to the same rule. The page loads nothing; the state that comes back is kept in the session.
    """

    @login_not_required
    def leave(request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            response = view(request, **named)
        except (
            requests.RequestException,
            KeyError,
            ValueError,
        ) as error:  # silent, or says what is no discovery
            logger.warning("The server for single sign-on did not say where to go: %s", type(error).__name__)
            failed = HTTPStatus.SERVICE_UNAVAILABLE
            return render(request, "socialaccount/authentication_error.html", status=failed)
        away = response.get("Location", "")
        return render(request, "people/leaving.html", {"away": away}) if away.startswith("http") else response

    return leave


login = leaving(views.login)
