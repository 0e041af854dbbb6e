"""The encoder in a process with several threads."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from corpus import embedding


def test_threads_that_need_the_encoder_at_once_load_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker warms up in one thread while a question that waited is answered in another."""
    loaded: list[object] = []

    @cache
    def load() -> object:
        loaded.append(object())
        time.sleep(0.05)
        return loaded[-1]

    monkeypatch.setattr(embedding, "_load", load)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: embedding._model(), range(4)))
    assert len(loaded) == 1
    assert set(found) == set(loaded)
