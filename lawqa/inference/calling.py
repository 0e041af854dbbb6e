"""The model servers as one question uses them: its deadlines, its record, what its reader is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lawqa.inference.circuit import guarded
from lawqa.inference.objects import read_object
from lawqa.inference.protocol import Reading, request
from lawqa.inference.types import (
    EMPTY,
    NO_TIME,
    STILL_UNREACHABLE,
    STOPPED,
    UNREACHABLE,
    Call,
    Failed,
    ModelServerRejected,
    Role,
    Server,
)  # fmt: skip
from lawqa.operations import telemetry
from lawqa.prompts import Prompt

if TYPE_CHECKING:
    from lawqa.inference.wire import Limits, Transport

KEYWORDS_SECONDS = 2.0
"""One call for keywords, in all."""
FIRST_SECONDS = 20.0
"""To the first token of any other."""
QUESTION_SECONDS = 120.0
"""All calls of one question, from the beginning of the first."""
UNREAD = "The rest was not read."
log = logging.getLogger(__name__)


class Models:
    """The model servers as one question uses them: one budget of time, and a record of every call."""

    def __init__(
        self,
        *,
        stopped: Callable[[], bool] = lambda: False,
        note: Callable[..., None] = lambda *_, **__: None,
        servers: Mapping[Role, Server] | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.calls: list[Call] = []
        self.stopped = stopped
        self.note = note
        """Tells the reader something of a stage: `note(stage, sentence, trouble=False)`. Failed calls are told from here."""
        self._servers: Mapping[Role, Server] = settings.LAWQA_SERVERS if servers is None else servers
        self._transport = transport
        self._ends: float | None = None
        self._unreachable: set[str] = set()

    def serves(self, role: Role) -> str:
        """The name of the model that a role is configured with; empty: none is."""
        server = self._servers.get(role)
        return server.model if server else ""

    def ask(self, role: Role, prompt: Prompt, *, stage: str) -> dict[str, Any]:
        """The reply as a JSON object that fits the schema's outline. Raises ModelServerError, which `note` was told of."""
        with self._recorded(role, prompt, stage) as call:
            for _ in self._pieces(call):
                pass
            return read_object(call.reply, prompt.schema)

    def stream(self, role: Role, prompt: Prompt, *, stage: str) -> Iterator[str]:
        """The reply's text piece by piece, as it is written. Raises ModelServerError, also half-way."""
        with self._recorded(role, prompt, stage) as call:
            yield from self._pieces(call)
            if not call.reply.strip():
                raise Failed(EMPTY)

    @contextmanager
    def _recorded(self, role: Role, prompt: Prompt, stage: str) -> Iterator[Call]:
        """Record a call, and tell the reader how it went."""
        if role not in self._servers:
            raise ModelServerRejected(f"No model server is configured for {role}.")
        call = Call(role=role, model=self.serves(role), prompt=prompt)
        self.calls.append(call)
        started = time.monotonic()
        span = telemetry.begin(
            f"chat {call.model}", telemetry.Kind.CLIENT, gen__ai_operation_name="chat", gen__ai_request_model=call.model,
            lawqa_role=str(role), lawqa_stage=stage,
        )  # fmt: skip
        try:
            yield call
        except Failed as error:
            failure = error.failure
            call.failure = f"The {role} model {call.model} {failure.says}."
            log.info("%s (%s)", call.failure, self._servers[role].url)
            self.note(stage, call.failure, trouble=failure is not STOPPED)
            span.failed(failure.kind.__name__)
            raise failure.kind(call.failure) from None
        except GeneratorExit:
            call.failure = UNREAD
            span.failed("Unread")
            raise
        else:
            self._tell(call, stage)
        finally:
            call.ms = round(1000 * (time.monotonic() - started))
            span.say(gen__ai_usage_output__tokens=call.completion_tokens or 0)
            span.end()

    def _tell(self, call: Call, stage: str) -> None:
        """Who wrote it; a judge, who is asked of every citation, is named with each opinion."""
        if call.role is not Role.JUDGE:
            tokens = f", {call.completion_tokens} tokens" if call.completion_tokens else ""
            self.note(stage, f"{call.model}{tokens}.")

    def _pieces(self, call: Call) -> Iterator[str]:
        """The text as it comes, kept in the record. Raises Failed."""
        url = self._servers[call.role].url
        limits = self._limits(call.role)
        if self.stopped():
            raise Failed(STOPPED)
        if url in self._unreachable:
            raise Failed(STILL_UNREACHABLE)
        try:
            with guarded(url, call.role):
                yield from self._exchange(call, limits)
        except Failed as error:
            if error.failure is UNREACHABLE:
                self._unreachable.add(url)
            raise

    def _exchange(self, call: Call, limits: Limits) -> Iterator[str]:
        from lawqa.inference.wire import Exchange  # the HTTP client: for who has a server to ask

        server, reading = self._servers[call.role], Reading(call.prompt.max_tokens)
        exchange = Exchange(
            server=server, body=request(server.model, call.prompt), limits=limits, reading=reading,
            at_once=settings.LAWQA_MODEL_CALLS, transport=self._transport,
        )  # fmt: skip
        try:
            for piece in exchange.pieces(self.stopped):
                call.reply += piece
                yield piece
        finally:
            usage = reading.usage
            call.prompt_tokens, call.completion_tokens, call.cached_tokens = (
                usage.prompt,
                usage.completion,
                usage.cached,
            )
            if exchange.first_after is not None:
                call.first_token_ms = round(1000 * exchange.first_after)

    def _limits(self, role: Role) -> Limits:
        """What is left for a call. Raises Failed(NO_TIME)."""
        from lawqa.inference.wire import Limits

        now = time.monotonic()
        self._ends = now + QUESTION_SECONDS if self._ends is None else self._ends
        left = self._ends - now
        if left <= 0:
            raise Failed(NO_TIME)
        own = KEYWORDS_SECONDS if role is Role.KEYWORDS else QUESTION_SECONDS
        first = min(FIRST_SECONDS, own)
        return Limits(first=first, whole=min(own, left), full=left >= first)
