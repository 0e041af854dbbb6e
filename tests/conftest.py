"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as project_settings

from corpus.index import shelf


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """Path of a file beside the project; the test is skipped, saying so, where it is absent."""

    def find(name: str) -> Path:
        path = Path(project_settings.LAWQA_SHARED) / name
        if not path.exists():
            pytest.skip(f"{path} is not on this machine (setting LAWQA_SHARED)")
        return path

    return find


@pytest.fixture(autouse=True)
def data_folder(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """A data folder of the test's own, and no shelf left open by the test before."""
    settings.LAWQA_DATA = tmp_path / "data"
    settings.LAWQA_DATA.mkdir()
    shelf.shelf_of.cache_clear()
    yield settings.LAWQA_DATA
    shelf.shelf_of.cache_clear()
