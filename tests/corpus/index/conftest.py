"""A Milvus server for the tests that ask for one, and both ways to keep an index behind one face."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import LazySettings

from corpus import upkeep
from corpus.index.backend import backend_of, is_milvus
from corpus.index.shelf import Shelf
from tests import milvus_server
from tests.corpus.index.rows_by_hand import encoder
from tests.library import quietly
from tests.milvus_server import Milvus

# They load the client; that it is missing is said by the contract's tests, which are skipped.
collect_ignore = [] if milvus_server.installed() else ["test_milvus_search.py", "test_server_down.py"]


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    """One server for all tests: each has collections of its own name on it."""
    if not milvus_server.installed():
        pytest.skip(milvus_server.MISSING)
    with Milvus(tmp_path_factory.mktemp("milvus")) as server:
        yield server


def search_by(server: Milvus, settings: LazySettings) -> None:
    """An installation of its own on that server."""
    settings.LAWQA_INDEX = "milvus"
    settings.LAWQA_MILVUS_URL = server.address
    settings.LAWQA_MILVUS_TOKEN = ""
    settings.LAWQA_MILVUS_PREFIX = f"test_{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True)
class Index:
    """What the contract is about: whoever keeps it."""

    def build(self) -> None:
        assert upkeep.rebuild(quietly) is not None

    def bring_up(self) -> None:
        """As the worker does after a change."""
        upkeep.update(quietly, behind=1)

    def shelf(self) -> Shelf:
        """Of a process that just started."""
        return Shelf(encoder(), backend_of(encoder()))

    @property
    def is_remote(self) -> bool:
        return is_milvus()


@pytest.fixture(params=["local", "milvus"])
def index(request: pytest.FixtureRequest, settings: LazySettings, db: None) -> Index:
    if request.param == "milvus":
        search_by(request.getfixturevalue("milvus"), settings)
    return Index()
