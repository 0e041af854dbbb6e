"""Late interaction: each word of a question meets the nearest word of a passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus import adapter, embedding, late_interaction
from corpus.late_interaction import Asked

ASKED = Asked(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([0.75, 0.25]))
BEES = "Bees. Whoever keeps a hive tells the clerk of the county within ten days."
DOGS = "Dogs. A dog is led on a leash in the park between May and October."


def test_the_score_is_the_weighed_mean_of_each_words_best_cosine() -> None:
    both = torch.tensor([[0.6, 0.8], [1.0, 0.0]])
    one = torch.tensor([[0.0, 1.0]])
    found = late_interaction.score(ASKED, [both, one])
    assert found.tolist() == pytest.approx([0.75 * 1.0 + 0.25 * 0.8, 0.25])


@pytest.mark.django_db
def test_what_answers_scores_above_what_does_not_in_any_order() -> None:
    question = "Do I have to report my beehive?"
    found = late_interaction.scores(question, [DOGS, BEES, DOGS])
    assert found[1] > found[0] == found[2]
    assert late_interaction.scores(question, [BEES, DOGS]) == pytest.approx(found[[1, 0]], abs=0.02)
    assert late_interaction.scores(question, []).shape == (0,)


@pytest.mark.django_db
def test_of_a_passage_read_before_the_words_are_kept_and_no_more_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(late_interaction, "KEPT", 3)
    texts = [f"{BEES} Number {number}." for number in range(5)]
    late_interaction.words_of(texts)
    assert list(late_interaction._kept)[-3:] == texts[-3:]
    assert len(late_interaction._kept) == 3
    read: list[str] = []
    states = embedding.token_states

    def counted(some: Sequence[str]) -> dict[str, torch.Tensor]:
        read.extend(some)
        return states(some)

    monkeypatch.setattr(embedding, "token_states", counted)
    again = late_interaction.words_of([texts[4], texts[0]])
    assert read == [texts[0]]
    assert [len(words) for words in again] == [len(words) for words in states([texts[4]]).values()] * 2


@pytest.mark.django_db
def test_the_weights_of_a_question_add_up_to_one_and_leave_out_beginning_and_end() -> None:
    reader = late_interaction.load()
    with torch.inference_mode():
        short, long = reader.read(["Bees?", "Who keeps bees in the county of Kent?"])
    assert float(short.weights.sum()) == pytest.approx(1.0)
    assert len(short.weights) < len(long.weights) == len(long.vectors)
    assert np.allclose(long.vectors.norm(dim=1), 1.0, atol=1e-3)


@pytest.mark.django_db
def test_weights_that_are_not_there_or_another_encoders_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(embedding.AdapterMissing, match="is not there"):
        late_interaction.load(tmp_path / "none.safetensors")
    other = tmp_path / "other.safetensors"
    adapter.save(adapter.Adapter({}, {"encoder": "another"}, {"weight": torch.zeros(1, 4)}), other)
    with pytest.raises(embedding.AdapterMissing, match="another encoder"):
        late_interaction.load(other)
