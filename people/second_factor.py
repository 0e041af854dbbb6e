"""The second factor: where everybody has to have one, nobody goes on before it is set up; what becomes of it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from audit import record
from corpus.models import User
from people.gate import OWN_DOORS
from people.laptop import is_owner

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are none: they stand in for one of these."""
ON_THE_WAY = (
    "/accounts/2fa/",
    "/accounts/protect/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
    "/people/join/",
)
"""What is open to who has still to set one up."""


class SecondFactorMiddleware(MiddlewareMixin):
    """Leads whoever has signed in without a second factor to where one is set up (LAWQA_SECOND_FACTOR=required).

    Keys of programs are another door: they are made on pages behind this one.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        del view, args, kwargs
        if not settings.LAWQA_SECOND_FACTOR_REQUIRED or request.path_info.startswith(ON_THE_WAY + OWN_DOORS):
            return None
        if not request.user.is_authenticated or is_owner(request) or has_one(request.user):
            return None
        return redirect("people:protect")


def has_one(person: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=STRONG).exists())


def is_last(authenticator: Authenticator) -> bool:
    """Whether the person would be left without a second factor."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
    return authenticator.type in STRONG and not bool(others.exclude(pk=authenticator.pk).exists())


def listen() -> None:
    """Through the library's own signals, since its pages are what sets factors up and changes passwords."""
    for signal, action in (
        (mfa.authenticator_added, _added), (mfa.authenticator_removed, _removed),
        (mfa.authenticator_reset, _renewed), (mfa.authenticator_used, _used),
        (mfa.authentication_failed, _refused), (account.password_changed, _password),
        (account.password_set, _password), (account.password_reset, _password),
    ):  # fmt: skip
        signal.connect(action, dispatch_uid=f"people.second_factor.{id(signal)}")


def _added(user: User, authenticator: Authenticator, **_: object) -> None:
    record("factor.added", user, subject=f"user:{user.pk}", facts={"kind": str(authenticator.type)})


def _removed(user: User, authenticator: Authenticator, **_: object) -> None:
    record("factor.removed", user, subject=f"user:{user.pk}", facts={"kind": str(authenticator.type)})


def _renewed(user: User, **_: object) -> None:
    record("factor.renewed", user, subject=f"user:{user.pk}")


def _used(user: User, authenticator: Authenticator, **_: object) -> None:
    """Every sign-in stands in the log anyway; that a recovery code was spent is worth a line of its own."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record("factor.spent", user, subject=f"user:{user.pk}")


def _refused(user: User, authenticator: Authenticator, **_: object) -> None:
    record("factor.refused", None, subject=f"user:{user.pk}", facts={"kind": str(authenticator.type)})


def _password(user: User, **_: object) -> None:
    record("user.password", user, subject=f"user:{user.pk}")
