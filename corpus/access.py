"""Who may add law to the shelves and take it off again."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views import View

from corpus.models import Collection
from corpus.roles import Role, at_least


def may_add_law(request: HttpRequest) -> bool:
    """Librarians may; so may contributors who may add to a matter. Which shelf it is decides each order."""
    user = request.user
    if at_least(user, Role.LIBRARIAN):
        return True
    return at_least(user, Role.CONTRIBUTOR) and Collection.objects.addable_by(user).exists()


def librarian(request: HttpRequest) -> dict[str, object]:
    """For every page: whether its reader may add law."""
    return {"may_add_law": hasattr(request, "user") and may_add_law(request)}


class LibrarianView(View):
    """Pages on which the shelves change: who has not signed in is asked to, others are told that it is not for them."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not may_add_law(request):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # every view here is synchronous
        return response
