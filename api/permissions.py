"""What a call needs: a living key with the scope that its view names for the method."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import Key, Scope
from api.models.keys import NEEDED

NO_SCOPE = "This key does not have the scope “{}”. Make one that has, on the page of keys."
NO_ROLE = "The owner of this key may not do this: the scope “{}” needs the role {} or above."


class HasScope(BasePermission):
    """Views say `scopes = {"GET": Scope.READ, …}`; a method that they have and do not name there is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        key, scope = request.auth, scope_of(view, request.method)
        if scope is None:  # of what a view does not have the view says so itself: 405
            return not hasattr(view, str(request.method).lower()) or request.method == "OPTIONS"
        if not isinstance(key, Key):
            return False
        if key.allows(scope):
            return True
        self.message = denied(key, scope)
        return False


def scope_of(view: Any, method: str | None) -> Scope | None:
    """What a method of a view needs; HEAD as GET."""
    scopes: dict[str, Scope] = getattr(view, "scopes", {})
    return scopes.get("GET" if method == "HEAD" else method or "")


def denied(key: Key, scope: Scope) -> str:
    """Why a key may not be used for something, and what to do."""
    if scope not in key.scopes:
        return NO_SCOPE.format(scope.value)
    return NO_ROLE.format(scope.value, NEEDED[scope].value)
