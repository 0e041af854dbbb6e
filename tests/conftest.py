"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """Path of a file beside the project; the test is skipped, saying so, where it is absent."""

    def find(name: str) -> Path:
        path = Path(settings.LAWQA_SHARED) / name
        if not path.exists():
            pytest.skip(f"{path} is not on this machine (setting LAWQA_SHARED)")
        return path

    return find
