"""Search: the sections that are about a text, without an answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from api import limits
from api.base import ApiView
from api.law import chosen_many, day_of, read
from api.models import Scope
from api.searching import NotFound, search
from api.serializers import FoundSerializer, SearchSerializer


class NobodyLooked(APIException):
    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "unavailable"


class SearchLaw(ApiView):
    """Search without an answer."""

    scopes: ClassVar = {"POST": Scope.READ}
    policies: ClassVar = {"POST": limits.QUESTIONS}

    @extend_schema(tags=["law"], request=SearchSerializer, responses=FoundSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Sections that are about a text, best first. It is sent in the body, so that it stands in no log of addresses."""
        given = read(SearchSerializer, request.data)
        shelves = chosen_many(self.key, given.get("collections")).values_list("pk", flat=True)
        try:
            found = search(
                given["text"], collections=shelves, as_of=day_of(given), limit=given["limit"],
                jurisdictions=given.get("jurisdictions", ()),
            )  # fmt: skip
        except NotFound as error:
            raise NobodyLooked(str(error)) from error
        return Response(FoundSerializer(found, many=True).data)
