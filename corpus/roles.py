"""What a person may do in an installation: four roles, each with all that the one before it may."""

from __future__ import annotations

from typing import Any

from django.db import models


class Role(models.TextChoices):
    """In rising order. Readers ask and read; what a matter holds is a question of membership, not of role."""

    READER = "reader", "Reader"
    CONTRIBUTOR = "contributor", "Contributor"
    LIBRARIAN = "librarian", "Librarian"
    ADMIN = "admin", "Admin"


NOBODY = 0
"""The rank of whoever has not signed in, or has been suspended."""
_RANKS = {role: rank for rank, role in enumerate(Role, start=NOBODY + 1)}


def rank(user: Any) -> int:
    """How much a user may do: `NOBODY` or more; a superuser counts as an admin.

    Any user that Django may hand over will do: an anonymous one has no role, an inactive one no longer has.
    A role that this version does not know counts as none.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    return _RANKS[Role.ADMIN] if user.is_superuser else _RANKS.get(user.role, NOBODY)


def at_least(user: Any, role: Role) -> bool:
    """Whether a user has this role or one above it."""
    return rank(user) >= _RANKS[role]
