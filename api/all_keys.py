"""Keys of everybody, for admins' programs: which there are, and an end to any of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import keys
from api.base import ApiView, ListView
from api.models import Key, Scope
from api.serializers import KeySerializer


class Keys(ListView):
    """All keys, without their secrets."""

    scopes: ClassVar = {"GET": Scope.ADMIN}

    @extend_schema(tags=["keys"], responses=KeySerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(Key.objects.select_related("owner"), KeySerializer)


class OneKey(ApiView):
    """One key, by its prefix."""

    scopes: ClassVar = {"DELETE": Scope.ADMIN}

    @extend_schema(tags=["keys"], responses={204: None})
    def delete(self, request: Request, prefix: str) -> Response:
        """Revoke it: from now on it opens nothing."""
        keys.revoke(get_object_or_404(Key, prefix=prefix), by=self.key.owner)
        return Response(status=HTTPStatus.NO_CONTENT)
