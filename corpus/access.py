"""Who may add law to the shelves and take it off again."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views import View


def may_add_law(request: HttpRequest) -> bool:
    """Staff may; so may whoever sits at a machine that answers to loopback names only.

    An installation for others has to name its hosts (LAWQA_ALLOWED_HOSTS), and Django refuses every other name, so
    a page of another site cannot pass for loopback.
    """
    user = request.user
    if user.is_authenticated:
        return user.is_active and user.is_staff
    return bool(settings.LAWQA_LAPTOP) and _from_loopback(request)


def librarian(request: HttpRequest) -> dict[str, object]:
    """For every page: whether its reader may add law."""
    return {"may_add_law": hasattr(request, "user") and may_add_law(request)}


def _from_loopback(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class LibrarianView(View):
    """Pages on which the shelves change: others are asked to sign in."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_add_law(request):
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # every view here is synchronous
        return response
