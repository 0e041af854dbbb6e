"""What the tests of the wall to the model servers share."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from lawqa.inference import Models, Role, Server, calling, wire
from lawqa.prompts import Prompt
from tests.model_server import ModelServer

SCHEMA = {
    "type": "object",
    "properties": {"words": {"type": "array", "items": {"type": "string"}}},
    "required": ["words"],
}
PROMPT = Prompt(
    version="words-1@0123456789ab", system="Be brief.", user="Say words.", schema=SCHEMA, max_tokens=50
)
GOOD = {"words": ["hive", "§ 7", "Biene 🐝"]}
TEXT = json.dumps(GOOD, ensure_ascii=False)


class Told:
    """What a question's reader is told."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, bool]] = []
        self.stopped = False

    def models(self, servers: dict[Role, Server]) -> Models:
        return Models(servers=servers, note=self.note, stopped=lambda: self.stopped)

    def note(self, stage: str, sentence: str, *, trouble: bool = False) -> None:
        self.notes.append((stage, sentence, trouble))


def ask(server: ModelServer, told: Told | None = None, role: Role = Role.ANSWER) -> dict[str, Any]:
    return (told or Told()).models(server.roles()).ask(role, PROMPT, stage="writing")


def read(server: ModelServer, told: Told | None = None) -> str:
    return "".join((told or Told()).models(server.roles()).stream(Role.ANSWER, PROMPT, stage="writing"))


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadlines, some twenty times as short."""
    monkeypatch.setattr(calling, "KEYWORDS_SECONDS", 0.5)
    monkeypatch.setattr(calling, "FIRST_SECONDS", 1.0)
    monkeypatch.setattr(calling, "QUESTION_SECONDS", 2.0)
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0.05)


def in_threads(number: int, work: Any) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads
