"""On one person's own machine its owner is signed in without ceremony."""

from __future__ import annotations

import ipaddress
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from corpus.models import User
from corpus.roles import Role

NAME = "laptop"
"""The owner's user name; nobody who is invited or comes by single sign-on is given it."""
DOORS = ("/accounts/", "/admin/")
"""Where the owner may still sign in as somebody else, and is nobody until then."""
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What a proxy adds. Behind one every request comes from loopback, so that the address says nothing."""


class LaptopMiddleware(MiddlewareMixin):
    """Makes whoever sits at the machine its owner, for this request only: no session is begun, no cookie set.

    The installation has to answer to loopback names only. Django refuses every other name, so that a page of another
    site cannot pass for loopback by pointing its own name there.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not sits_here(request) or request.path_info.startswith(DOORS):
            return
        signed_in = request.user
        request.user = SimpleLazyObject(lambda: _owner_unless(signed_in))  # type: ignore[assignment]  # as Django's own
        request.auser = lambda: sync_to_async(_evaluated)(request.user)


def sits_here(request: HttpRequest) -> bool:
    """Whether the request comes from this machine, which is one person's own."""
    if not settings.LAWQA_LAPTOP or any(request.META.get(name) for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_owner(request: HttpRequest) -> bool:
    """Whether the reader was signed in without ceremony."""
    return sits_here(request) and bool(request.user.get_username() == NAME)


def owner() -> User:
    """The one user of a laptop, who may do everything and has no password."""
    facts = {"role": Role.ADMIN, "first_name": "This machine’s owner", "password": make_password(None)}
    return User.objects.get_or_create(username=NAME, defaults=facts)[0]


def _owner_unless(signed_in: User | AnonymousUser) -> User | AnonymousUser:
    return signed_in if signed_in.is_authenticated else owner()


def _evaluated(user: Any) -> Any:
    user.is_authenticated  # noqa: B018  looks the user up
    return user
