"""Records who signs in and out, and who tries in vain.

Through Django's own signals: a form, a passkey, single sign-on and the admin's page all end in the same two functions
of Django, and no other place is passed by all of them.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from audit import hashed, record


def listen() -> None:
    user_logged_in.connect(signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="audit.signed_out")
    user_login_failed.connect(failed, dispatch_uid="audit.failed")


def signed_in(sender: object, request: HttpRequest | None, user: Any, **_: object) -> None:
    record("session.begin", user, subject=f"user:{user.pk}", facts=origin(request))


def signed_out(sender: object, request: HttpRequest | None, user: Any, **_: object) -> None:
    if user is not None:
        record("session.end", user, subject=f"user:{user.pk}", facts=origin(request))


def failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: object
) -> None:
    """The name is hashed: people type their password into the wrong field."""
    name = next((str(credentials[field]) for field in ("username", "email") if credentials.get(field)), "")
    record("session.refused", None, facts={"name_hash": hashed(name.strip().lower()), **origin(request)})


def origin(request: HttpRequest | None) -> dict[str, str]:
    """The address from which a request came, where it is known."""
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    return {"address": address} if address else {}
