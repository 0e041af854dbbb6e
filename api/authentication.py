"""Who calls: the key in the Authorization header, for every door through which programs come."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.keys import prefix_of
from api.models import Key

SCHEME = "bearer"
LONGEST = 200
"""Characters of a token, and more."""
NO_KEY = "Send a key: Authorization: Bearer lawqa_… ."
BAD_KEY = "This key is not known, has expired or was revoked. Make another one on the page of keys."


def authenticate(token: str) -> Key | None:
    """The living key of that token, with its owner; None for every other token."""
    prefix = prefix_of(token) if len(token) <= LONGEST and token.isascii() else ""
    if not prefix:
        return None
    key = Key.objects.alive().select_related("owner").filter(prefix=prefix).first()
    if key is None or not key.fits(token):
        return None
    Key.objects.seen(key)
    return key


def bearer(header: str) -> str:
    """The token of an Authorization header's value; empty when it holds none."""
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == SCHEME else ""


class KeyAuthentication(BaseAuthentication):
    """`request.user` is the key's owner, `request.auth` the key. A cookie counts for nothing here."""

    def authenticate(self, request: Request) -> tuple[Any, Key] | None:
        header = get_authorization_header(request).decode("latin-1")
        if not header:
            return None
        key = authenticate(bearer(header))
        if key is None:
            raise AuthenticationFailed(BAD_KEY)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        """Makes 401 of what would be 403, as RFC 9110 has it."""
        del request
        return 'Bearer realm="lawqa"'
