"""The only module that speaks HTTP to the model servers.

* ModelServerError
  + ModelServerBusy      try again later (timeout, refused, broken off, 429, 5xx, the circuit is open)
  + ModelServerRejected  do not try again (other 4xx, or a reply that cannot be read)
  + Stopped              the reader wants no more of it
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lawqa.prompts import Prompt


class ModelServerError(Exception):
    """A model server gave nothing, or not all, of what it was asked. Its text is a sentence for the reader."""


class ModelServerBusy(ModelServerError):
    """Try again later."""


class ModelServerRejected(ModelServerError):
    """Do not try again."""


class Stopped(ModelServerError):
    """The reader stopped the question."""


class Role(StrEnum):
    """What a model server is asked to do."""

    KEYWORDS = "keywords"
    ANSWER = "answer"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a role is served: an address that speaks the OpenAI protocol, a model's name there, a key or none."""

    url: str
    model: str
    key: str = field(default="", repr=False)


@dataclass(slots=True, kw_only=True)
class Call:
    """One request and what came of it, as it is recorded."""

    role: Role
    model: str
    prompt: Prompt
    reply: str = ""
    failure: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    first_token_ms: int | None = None
    ms: int = 0


class Models:
    """The model servers as one question uses them: one budget of time, and a record of every call."""

    def __init__(
        self,
        *,
        stopped: Callable[[], bool] = lambda: False,
        note: Callable[..., None] = lambda *_, **__: None,
    ) -> None:
        self.calls: list[Call] = []
        self.stopped = stopped
        self.note = note
        """Tells the reader something of a stage: `note(stage, sentence, trouble=False)`. Failed calls are told from here."""

    def serves(self, role: Role) -> str:
        """The name of the model that a role is configured with; empty: none is."""
        del role
        return ""

    def ask(self, role: Role, prompt: Prompt, *, stage: str) -> dict[str, Any]:
        """The reply as a JSON object that fits the schema's outline. Raises ModelServerError, which `note` was told of."""
        del prompt, stage
        raise ModelServerRejected(f"No model server is configured for {role}.")

    def stream(self, role: Role, prompt: Prompt, *, stage: str) -> Iterator[str]:
        """The reply's text piece by piece, as it is written. Raises ModelServerError, also half-way."""
        del prompt, stage
        raise ModelServerRejected(f"No model server is configured for {role}.")
