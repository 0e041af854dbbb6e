"""What is added to questions for the lexical retriever, with the weights that are shipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import embedding, expansion
from corpus.expansion import Added, expanded, joined, new_words
from corpus.index.lexical import question_terms

QUESTION = "Who may see my medical records at work?"


@pytest.fixture
def forgotten() -> Iterator[None]:
    expansion._load.cache_clear()
    expanded.cache_clear()
    yield
    expansion._load.cache_clear()
    expanded.cache_clear()


def test_a_question_gains_words_of_the_law() -> None:
    added = expanded(QUESTION)
    assert 0 < len(added) <= expansion.MOST
    assert [one.weight for one in added] == sorted((one.weight for one in added), reverse=True)
    assert {"health", "employees"} & {one.form for one in added}
    words = new_words(QUESTION, question_terms(QUESTION))
    assert words
    assert not {"medical", "records", "work"} & set(words)


def test_every_term_is_as_the_index_has_it() -> None:
    for one in expanded(QUESTION):
        assert list(question_terms(one.form)) in ([one.term], []), "a stop word adds nothing of its own"


@pytest.mark.parametrize("text", ["", " ", "?", "§", "x" * 10_000, "bees " * 5_000, "Wie lange?\x00\n", "条"])
def test_any_question_can_be_asked(text: str) -> None:
    assert all(0 < one.weight < 10 for one in expanded(text))


def test_a_term_that_is_said_and_added_counts_for_both() -> None:
    added = [Added("hive", "hives", 0.5), Added("apiari", "apiary", 0.25)]
    assert joined({"hive": 1.0, "bee": 1.0}, added) == {"hive": 1.5, "bee": 1.0, "apiari": 0.25}
    assert joined({"bee": 1.0}, []) == {"bee": 1.0}


@pytest.mark.usefixtures("forgotten")
def test_without_weights_nothing_is_added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(embedding.AdapterMissing, match="is not there"):
        expansion.load(tmp_path / "nothing.safetensors")
    monkeypatch.setattr(embedding, "revision", lambda: "another")
    with pytest.raises(embedding.AdapterMissing, match="another encoder"):
        expansion.load()
    assert expanded(QUESTION) == ()
