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


def test_a_question_has_an_encoder_of_its_own_and_passages_keep_theirs() -> None:
    text = "How long may a boat stay?"
    question, passage = embedding.encode_question(text), embedding.encode_query(text)
    assert question.shape == passage.shape
    assert 0.3 < float(question @ passage) < 0.99
    assert float(question @ question) == pytest.approx(1, abs=0.01)


def test_an_adapter_for_another_encoder_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "revision", lambda: "another")
    assert embedding._load_question_model.__wrapped__() is embedding._load()
