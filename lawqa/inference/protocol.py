"""The OpenAI protocol as vLLM, llama.cpp and others speak it: what is sent, and how a streamed reply is read. Pure.

Nothing that a server sends is trusted: each line, each reply and each number is bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lawqa.inference.types import BROKE_OFF, GARBLED, TOO_MUCH, Failed, refusal
from lawqa.prompts import Prompt

SEED = 7
MAX_LINE = 64 * 1024
"""Bytes of one event."""
BYTES_A_TOKEN, SLACK_BYTES = 1_000, 64 * 1024
"""Of the reply on the wire: an event a token takes about 250."""
SLACK_TOKENS = 8
MAX_COUNT = 10**9
_UNFIT = re.compile("[\0\ud800-\udfff]")


def request(model: str, prompt: Prompt) -> dict[str, Any]:
    """The body of POST /chat/completions."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", prompt.version.partition("@")[0])[:64] or "reply"
    schema = {"name": name, "strict": True, "schema": dict(prompt.schema)}
    return {
        "model": model, "messages": prompt.messages, "temperature": prompt.temperature,
        "max_tokens": prompt.max_tokens, "seed": SEED,
        "response_format": {"type": "json_schema", "json_schema": schema},
        "stream": True, "stream_options": {"include_usage": True},
    }  # fmt: skip


def cleaned(text: str) -> str:
    """Without what no database and no page takes: NUL and halves of characters."""
    return _UNFIT.sub("", text)


@dataclass(slots=True)
class Usage:
    """Tokens, where the server counted them."""

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None


@dataclass(slots=True)
class Reading:
    """A streamed reply as far as it has been read."""

    max_tokens: int
    began: bool = False
    """The model has said something, if only to itself."""
    finish: str = ""
    done: bool = False
    usage: Usage = field(default_factory=Usage)
    _held: bytes = b""
    _bytes: int = 0
    _tokens: int = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """The text in these bytes, wherever they were cut. Raises Failed."""
        self._bytes += len(data)
        lines = (self._held + data).split(b"\n")
        self._held = lines.pop()
        if len(self._held) > MAX_LINE:
            raise Failed(GARBLED)
        for line in lines:
            if text := self._line(line.strip()):
                yield text
        if self._bytes > SLACK_BYTES + BYTES_A_TOKEN * self.max_tokens:
            raise Failed(TOO_MUCH)

    def end(self) -> None:
        """The connection has ended. Raises Failed unless the reply had come to its own end."""
        if not self.done and (not self.finish or self._held):
            raise Failed(BROKE_OFF)
        if self.finish == "length":
            raise Failed(TOO_MUCH)
        if self.finish in {"abort", "error"}:  # vLLM's words for what it did not end itself
            raise Failed(BROKE_OFF)

    def _line(self, line: bytes) -> str:
        name, _, value = line.partition(b":")
        if name == b"error":
            raise Failed(refusal(500))  # llama.cpp's way to say so in the middle
        if name != b"data" or self.done:
            return ""
        if value.strip() == b"[DONE]":
            self.done = True
            return ""
        return self._event(_object(value))

    def _event(self, event: dict[str, Any]) -> str:
        if error := event.get("error"):
            code = error.get("code") if isinstance(error, dict) else None
            raise Failed(refusal(code if isinstance(code, int) and 400 <= code < 600 else 500))
        self._count(event)
        choices = event.get("choices")
        if not isinstance(choices, list):
            raise Failed(GARBLED)
        return self._choice(choices[0]) if choices else ""

    def _choice(self, choice: object) -> str:
        if not isinstance(choice, dict) or not isinstance(delta := choice.get("delta") or {}, dict):
            raise Failed(GARBLED)
        text = delta.get("content") or ""
        thought = delta.get("reasoning_content") or delta.get("reasoning") or ""
        if not isinstance(text, str):
            raise Failed(GARBLED)
        if text or thought:
            self.began = True
            self._tokens += 1
            if self._tokens > self.max_tokens + SLACK_TOKENS:
                raise Failed(TOO_MUCH)
        if isinstance(finish := choice.get("finish_reason"), str):
            self.finish = finish
        return cleaned(text)

    def _count(self, event: dict[str, Any]) -> None:
        """VLLM and newer llama.cpp count in `usage`; older llama.cpp says what it had kept in `timings`."""
        usage, timings = event.get("usage"), event.get("timings")
        if isinstance(timings, dict):
            self.usage.cached = _number(timings.get("cache_n"))
        if isinstance(usage, dict):
            self.usage.prompt = _number(usage.get("prompt_tokens"))
            self.usage.completion = _number(usage.get("completion_tokens"))
            details = usage.get("prompt_tokens_details")
            if isinstance(details, dict):
                self.usage.cached = _number(details.get("cached_tokens"))


def _number(value: object) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_COUNT
    return int(str(value)) if right else None


def _object(value: bytes) -> dict[str, Any]:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):  # also what is not UTF-8
        raise Failed(GARBLED) from None
    if not isinstance(found, dict):
        raise Failed(GARBLED)
    return found
