"""A person with a program, for tests of the interface; nobody is told of what waits for a worker."""

from __future__ import annotations

import uuid

import pytest

from api.models import Scope
from corpus.models import User
from tests.api.calls import Program, a_key, a_person


@pytest.fixture(autouse=True)
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """Questions and files of which a worker was told."""
    told: list[uuid.UUID] = []
    for module in ("api.questions.hint", "api.chat.hint", "corpus.adding.hint", "lawqa.stream.hint"):
        monkeypatch.setattr(module, told.append)
    return told


@pytest.fixture
def person(db: None) -> User:
    return a_person()


@pytest.fixture
def program(person: User) -> Program:
    """It may read and ask, on every shelf that its owner may read."""
    return Program(a_key(person, Scope.READ, Scope.ASK)[1])
