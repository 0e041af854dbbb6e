"""The chat of the OpenAI protocol: an existing client that is pointed at `/v1` gets answers with their citations.

The last message of the user is the question; what a system message says changes nothing, for every sentence is checked
against the law before it is sent. See https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, AuthenticationFailed, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api import limits
from api.authentication import BAD_KEY
from api.base import EVENT, NO_STORE, ApiView
from api.chat_reading import Asked, ChatSerializer, asked
from api.chat_shapes import CompletionSerializer, ErrorSerializer, ModelSerializer, ModelsSerializer
from api.chat_writing import MODEL, Reply, chunk, completion
from api.idempotency import SENT_AGAIN, once
from api.models import Key, Scope
from api.problems import handler
from lawqa.asking import saved
from lawqa.models import Question
from lawqa.stream import follow
from lawqa.tasks import hint

THE_MODEL = {"id": MODEL, "object": "model", "created": 1_760_000_000, "owned_by": "lawqa"}
"""When it was made the protocol wants to know: no client does anything with it."""
NO_MODEL = f"There is one model here: {MODEL}."
STREAM = "text/event-stream; charset=utf-8"
WAIT_SECONDS = 115.0
LOOK_SECONDS = 0.1
HINT_SECONDS = 1.0
TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
"""HTTP status → what the protocol calls the error; of others an invalid request, or the server's."""


class StillAtWork(APIException):
    status_code = 503
    default_code = "at_work"


class ProtocolView(ApiView):
    """Errors as the protocol has them: `{"error": {"message": …}}`."""

    described_errors: ClassVar = ("application/json", ErrorSerializer)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return in_protocol


def in_protocol(raised: Exception, context: dict[str, Any]) -> Response:
    """The problem that the interface would tell, in the protocol's form."""
    response = handler(raised, context)
    problem: Mapping[str, Any] = response.data
    fields = [f"{name}: {' '.join(said)}" for name, said in problem.get("errors", {}).items()]
    first = next(iter(problem.get("errors", {})), None)
    response.data = error(" ".join([problem["detail"], *fields]), response.status_code, first)
    response.content_type = "application/json"
    return response


def error(message: str, status: int, field: str | None = None) -> dict[str, Any]:
    """What went wrong, as the protocol has it."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    said = {"message": message, "type": TYPES.get(status, kind), "param": field, "code": None}
    return {"error": said}


class Models(ProtocolView):
    """What may be asked: one model, whatever writes its sentences."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(tags=["chat"], operation_id="models_list", responses=ModelsSerializer)
    def get(self, request: Request) -> Response:
        del request
        return Response({"object": "list", "data": [THE_MODEL]})


class OneModel(ProtocolView):
    """The model, by its name."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(tags=["chat"], operation_id="models_retrieve", responses=ModelSerializer)
    def get(self, request: Request, name: str) -> Response:
        del request
        if name != MODEL:
            raise NotFound(NO_MODEL)
        return Response(THE_MODEL)


class ChatCompletions(ProtocolView):
    """A question asked in a conversation, its answer whole or sentence by sentence."""

    scopes: ClassVar = {"POST": Scope.ASK}
    policies: ClassVar = {"POST": limits.QUESTIONS}
    idempotent = True

    @extend_schema(
        tags=["chat"], operation_id="chat_completions", request=ChatSerializer,
        responses={
            (HTTPStatus.OK, "application/json"): CompletionSerializer,
            (HTTPStatus.OK, "text/event-stream"): EVENT,
        },
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Ask in a conversation, by the OpenAI protocol. The last message is the question; the answer brings its citations."""
        wanted = asked(request.data, self.key)
        begun = once(request, self.key, lambda: self.begin(wanted))
        question = get_object_or_404(self.key.questions(), pk=begun.data["question"])
        hint(question.pk)
        reply = Reply(question, request.build_absolute_uri)
        headers = {SENT_AGAIN: begun[SENT_AGAIN]} if begun.has_header(SENT_AGAIN) else {}
        if not wanted.stream:
            return Response(self.whole(question, reply), headers=headers)
        frames = self.frames(question.pk, reply, usage=wanted.usage)
        headers |= {"Cache-Control": NO_STORE, "X-Accel-Buffering": "no"}
        return StreamingHttpResponse(frames, content_type=STREAM, headers=headers)

    def begin(self, wanted: Asked) -> Response:
        """The question as a row. What is kept for an Idempotency-Key is which it is: the answer stands in its own rows."""
        return Response({"question": str(saved(wanted.form, self.key.owner).pk)})

    def whole(self, question: Question, reply: Reply) -> dict[str, Any]:
        """The answer once it is there. Raises StillAtWork, AuthenticationFailed."""
        begun, hinted = time.monotonic(), 0.0
        while not question.finished:
            if (now := time.monotonic()) - begun > WAIT_SECONDS:
                raise StillAtWork(
                    f"The question is still being answered. Its answer will stand at {reply.page}."
                )
            if now - hinted > HINT_SECONDS:
                hinted = now
                self.check(question.pk)
                hint(question.pk)
            time.sleep(LOOK_SECONDS)
            question.refresh_from_db(fields=["state"])
        self.check(question.pk)
        for claim in reply.claims():
            reply.add(claim)
        reply.end()
        return completion(reply)

    async def frames(self, pk: uuid.UUID, reply: Reply, *, usage: bool) -> AsyncIterator[str]:
        """Chunks of the protocol, one a sentence as it is verified, then the sources, and `[DONE]`."""
        still = self.still(pk)
        yield frame(chunk(reply, {"role": "assistant", "content": ""}))
        async for event in follow(pk, still=still):
            kind, data = read_event(event)
            if kind == "claim" and "claim" in data:
                if not await sync_to_async(still)():
                    break
                yield frame(chunk(reply, {"content": await sync_to_async(reply.add)(data["claim"])}))
            elif not kind:
                yield ": still working\n\n"
        if not await sync_to_async(still)():
            yield frame(error(BAD_KEY, HTTPStatus.UNAUTHORIZED))
            return
        tail = await sync_to_async(reply.end)()
        yield frame(chunk(reply, {"content": tail}))
        end = {"annotations": reply.annotations}
        yield frame({**chunk(reply, end, finish=reply.finish), "citations": reply.citations})
        if usage:
            yield frame({**chunk(reply, None), "usage": reply.usage})
        yield "data: [DONE]\n\n"

    def check(self, pk: uuid.UUID) -> None:
        if not self.still(pk)():
            raise AuthenticationFailed(BAD_KEY)

    def still(self, pk: uuid.UUID) -> Callable[[], bool]:
        """Whether the key of this call may still have the answer, to be asked while the answer comes."""
        return partial(Key.objects.opens, self.key.pk, Scope.ASK, pk)


def frame(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


def read_event(text: str) -> tuple[str, dict[str, Any]]:
    """Kind and data of an event as lawqa.stream writes it; a comment has no kind."""
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return fields.get("event", ""), json.loads(fields.get("data") or "{}")
