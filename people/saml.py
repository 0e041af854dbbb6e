"""Single sign-on by SAML: the library's doors, closed where they are too wide, and one page for whatever goes wrong there.

Imported only where the extra is installed and SAML is set (people.urls).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.socialaccount.providers.saml import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from onelogin.saml2.errors import OneLogin_Saml2_Error

from people.single_sign_on import leaving
from people.views import ClosedDoor

logger = logging.getLogger("people.saml")
FAULTS = (OneLogin_Saml2_Error, OSError, SyntaxError, KeyError, ValueError)
"""A server that is down or tells no metadata, and answers that are no XML; lxml's own error is a SyntaxError."""
View = Callable[..., HttpResponseBase]


def told(view: View) -> View:
    """A view that says in a sentence that single sign-on failed, whatever the other server sent."""

    @login_not_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            return view(request, **named)
        except Exception as error:
            if not (isinstance(error, FAULTS) or type(error) is Exception):  # the last is what metadata raise
                raise
            logger.warning("Single sign-on by SAML failed: %s", type(error).__name__)
            failed = HTTPStatus.SERVICE_UNAVAILABLE
            return render(request, "socialaccount/authentication_error.html", status=failed)

    return guarded


def patterns() -> list[URLPattern]:
    """What stands in the place of the library's own addresses.

    Its single logout obeys requests that nobody signed, so that any page could sign people out: that one is closed.
    """
    firm = "saml/<str:organization_slug>"
    return [
        path(f"{firm}/login/", told(leaving(views.login)), name="saml_login"),
        path(f"{firm}/acs/finish/", told(views.finish_acs), name="saml_finish_acs"),
        path(f"{firm}/metadata/", told(views.metadata), name="saml_metadata"),
        path(f"{firm}/sls/", ClosedDoor.as_view(), name="saml_sls"),
    ]
