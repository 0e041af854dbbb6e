"""What happens to a question, as server-sent events that a client can take up again where it left off."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import ClassVar

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from api.base import EVENT, NO_STORE, ApiView
from api.models import Key, Scope
from lawqa.stream import follow

LAST_SEEN = OpenApiParameter(
    "Last-Event-ID", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="The id of the last event that was seen: the stream begins behind it.",
)  # fmt: skip
LONGEST_ID = 18


class EventStream(JSONRenderer):
    """Names the media type; problems are still said in JSON."""

    media_type = "text/event-stream"
    format = "events"


class QuestionEvents(ApiView):
    """What happens to a question, as it happens."""

    scopes: ClassVar = {"GET": Scope.READ}
    renderer_classes = (EventStream,)

    @extend_schema(tags=["questions"], parameters=[LAST_SEEN], responses={200: EVENT})
    def get(self, request: Request, pk: uuid.UUID) -> StreamingHttpResponse:
        """Follow a question as it is answered. Events: stage, sources, claim, withheld, alive; done or failed at the end."""
        get_object_or_404(self.key.questions(), pk=pk)
        frames = while_allowed(self.key, pk, seen(request.headers.get("Last-Event-ID", "")))
        headers = {"Cache-Control": NO_STORE, "X-Accel-Buffering": "no"}
        return StreamingHttpResponse(frames, content_type="text/event-stream; charset=utf-8", headers=headers)


async def while_allowed(key: Key, pk: uuid.UUID, after: int) -> AsyncIterator[str]:
    """The frames, until the key dies or loses its right to the question: asked before each of them, and every ten seconds."""
    still = partial(Key.objects.opens, key.pk, Scope.READ, pk)
    async for frame in follow(pk, after, still=still):
        if not await sync_to_async(still)():
            return
        yield frame


def seen(given: str) -> int:
    """The number in a Last-Event-ID; 0, the beginning, where it is none of ours."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= LONGEST_ID else 0
