"""Machines for tests of backups."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.operations.backups import Machine, a_machine


@pytest.fixture
def machine(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Machine]:
    """Makes machines, each with an installation; the queries of the test go to the newest."""
    with django_db_blocker.unblock():
        yield lambda name, **how: a_machine(tmp_path_factory.mktemp(name), **how)
