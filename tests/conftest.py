"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as project_settings
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from audit import triggers
from corpus.index import shelf
from tests import library


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """Path of a file beside the project; the test is skipped, saying so, where it is absent."""

    def find(name: str) -> Path:
        path = Path(project_settings.LAWQA_SHARED) / name
        if not path.exists():
            pytest.skip(f"{path} is not on this machine (setting LAWQA_SHARED)")
        return path

    return find


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tests' database without the guard of the audit log, since some tests end by emptying every table."""
    with django_db_blocker.unblock():
        triggers.remove(connection)


@pytest.fixture(autouse=True)
def data_folder(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """A data folder of the test's own, and no shelf left open by the test before."""
    settings.LAWQA_DATA = tmp_path / "data"
    settings.LAWQA_DATA.mkdir()
    settings.LAWQA_SERVERS = {}  # whatever the developer's environment says
    shelf.shelf_of.cache_clear()
    yield settings.LAWQA_DATA
    shelf.shelf_of.cache_clear()


@pytest.fixture(scope="module")
def loaded_folder(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The data folder of a module whose tests share the law of tests.library; the rows go with the module."""
    folder = tmp_path_factory.mktemp("shelf")
    with django_db_blocker.unblock():
        with override_settings(LAWQA_DATA=folder):
            library.load_all()
        yield folder
        library.forget_all()


@pytest.fixture
def loaded(data_folder: Path, loaded_folder: Path, db: None, settings: LazySettings) -> Iterator[Path]:
    """The law of tests.library on the shelf, loaded once a module; what a test adds is undone after it."""
    settings.LAWQA_DATA = loaded_folder
    shelf.shelf_of.cache_clear()
    yield loaded_folder
    shelf.shelf_of.cache_clear()
