"""What every operation of the REST interface has in common: a key, its scope, its allowance, and problems in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import Throttled
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api import limits
from api.models import Key, Scope

TOO_OFTEN = "More than {} calls a minute were made with this key. Wait until the next one begins."
NO_STORE = "private, no-store"
EVENT = {
    "type": "object", "description": "One event of the stream.",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string", "description": "JSON."}},
}  # fmt: skip
"""For the description: fields of a server-sent event."""


class Pages(PageNumberPagination):
    """Lists come in pages: `?page=2&limit=100`."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


class ApiView(APIView):
    """One address. `scopes` says what each of its methods needs, `policies` what it counts as."""

    scopes: ClassVar[Mapping[str, Scope]] = {}
    policies: ClassVar[Mapping[str, str]] = {}
    metadata_class = None
    taken: limits.Taken | None = None

    @property
    def key(self) -> Key:
        """Whose call it is; permissions were checked before anything asks."""
        key = self.request.auth
        if not isinstance(key, Key):
            raise TypeError("Only a key comes this far.")
        return key

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """There is one form of every answer, whatever is accepted."""
        del force
        return super().perform_content_negotiation(request, force=True)

    def check_throttles(self, request: Request) -> None:
        if not isinstance(request.auth, Key):
            return
        self.taken = limits.take(request.auth, self.policies.get(request.method or "", limits.REQUESTS))
        if self.taken.exceeded:
            raise Throttled(self.taken.reset, TOO_OFTEN.format(self.taken.most))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """`response`: of REST framework, or a stream."""
        response.headers.setdefault("Cache-Control", NO_STORE)
        for name, value in self.taken.headers().items() if self.taken else ():
            response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)


class ListView(ApiView):
    """An address that lists rows, page by page."""

    pagination_class = Pages

    def listed(self, rows: Any, serializer: type[Serializer[Any]]) -> Response:
        """One page of rows, or of what was made of them."""
        pages = self.pagination_class()
        page: Any = pages.paginate_queryset(rows, self.request, view=self)
        return pages.get_paginated_response(serializer(page, many=True).data)
