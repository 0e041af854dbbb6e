"""Who may see how an installation runs: its admins, and the programs that watch it."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from corpus.roles import Role, at_least

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def may_operate(request: HttpRequest) -> bool:
    """Admins may."""
    return hasattr(request, "user") and at_least(request.user, Role.ADMIN)


def may_measure(request: HttpRequest) -> bool:
    """With a token set (LAWQA_METRICS_TOKEN), who says it; without one, whoever asks from this machine."""
    token: str = settings.LAWQA_METRICS_TOKEN
    if not token:
        return from_this_machine(request)
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(said.strip().encode(), token.encode())


def from_this_machine(request: HttpRequest) -> bool:
    """Over loopback, under a loopback name, and not handed on by a proxy, behind which anybody may be.

    The name is read as it was sent: where hosts are named, loopback is not one of them.
    """
    if any(name in request.headers for name in FORWARDED):
        return False
    name, _ = split_domain_port(request.META.get("HTTP_HOST", "").lower())
    if name not in LOOPBACK_NAMES:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
