"""Installations to break, and what all fault tests share."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_django import DjangoDbBlocker

from corpus import embedding
from tests import servers
from tests.fault.installation import Installation, installation
from tests.fault.patches import hashed_words

FULL = os.environ.get("LAWQA_TEST_FAULTS") == "full"
Installing = Callable[..., Installation]


@pytest.fixture
def install(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Installing]:
    """Makes installations; the queries of the test go to the newest."""
    monkeypatch.setattr(embedding, "encode", hashed_words)
    embedding.encode_query.cache_clear()
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield lambda **how: stack.enter_context(installation(tmp_path_factory.mktemp("fault"), **how))
    embedding.encode_query.cache_clear()


@pytest.fixture
def seed() -> int:
    """What chance does in this run; LAWQA_TEST_SEED repeats it."""
    chosen = int(os.environ.get("LAWQA_TEST_SEED") or random.SystemRandom().randrange(10**6))
    print(f"LAWQA_TEST_SEED={chosen}")
    return chosen


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL without tables."""
    with servers.postgres() as address:
        yield address
