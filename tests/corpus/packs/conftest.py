"""Reading a pack from a file, sorted into documents and sections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.packs import find
from corpus.types import DocumentText, SectionText

Loaded = tuple[list[DocumentText], list[SectionText]]


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str, object], Loaded]:
    def read(slug: str, source: object) -> Loaded:
        items = list(find(slug).read(str(source), tmp_path / "cache"))
        documents = [item for item in items if isinstance(item, DocumentText)]
        return documents, [item for item in items if isinstance(item, SectionText)]

    return read
