"""Addresses under /api/v1/ and /v1/ that are none."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.chat import ProtocolView


@extend_schema(exclude=True)
class Unknown(ApiView):
    """Says so as a problem, whoever asks and by whatever method."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    def get(self, request: Request) -> Response:
        raise Http404


class UnknownInProtocol(Unknown, ProtocolView):
    """The same in the words of the OpenAI protocol."""
