"""What every page says of its reader."""

from __future__ import annotations

from django.http import HttpRequest

from corpus.roles import Role, at_least
from people.laptop import is_owner


def person(request: HttpRequest) -> dict[str, object]:
    """For every page: whether the reader was let in without signing in, and whether he is an admin."""
    if not hasattr(request, "user"):
        return {"at_laptop": False, "is_admin": False}
    return {"at_laptop": is_owner(request), "is_admin": at_least(request.user, Role.ADMIN)}
