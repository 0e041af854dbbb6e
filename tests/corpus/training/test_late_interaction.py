"""Training of late interaction: a few real steps on a few passages."""

from __future__ import annotations

import random

import pytest

from corpus import embedding
from corpus.training.late_interaction import HARD, Candidate, Example, Learner, Plan, few, train

BEES = "Bees. Whoever keeps a hive tells the clerk of the county within ten days."
DOGS = "Dogs. A dog is led on a leash in the park between May and October."
SIGNS = "Signs. A shop may hang one sign above its door."
SHORT = Plan(steps=12, questions=2, rank=4, rate=3e-3, warm_up=1)


def example(question: str, right: str, *wrong: str) -> Example:
    """The retrievers have it the wrong way round."""
    return Example(question, Candidate(right, 0.2), tuple(Candidate(text, 0.6) for text in wrong))


@pytest.mark.django_db
def test_a_few_steps_teach_what_the_retrievers_did_not_know() -> None:
    examples = [
        example("must I report my hive", BEES, DOGS, SIGNS),
        example("may my pet run free in summer", DOGS, BEES, SIGNS),
    ]
    words = embedding.token_states([BEES, DOGS, SIGNS])
    learner = Learner(*embedding.transformer_for_training(), SHORT)
    before = learner.loss(examples, words).item()
    said: list[float] = []
    train(learner, examples, words, SHORT, lambda _, loss: said.append(loss))
    assert learner.loss(examples, words).item() < before / 2
    assert len(said) == 1
    kept = learner.adapter({"encoder": "e"})
    assert set(kept.others) == {"weight", "bias"}
    assert kept.matrices


def test_wrong_passages_are_drawn_among_the_highest_and_a_few_among_the_rest() -> None:
    wrong = [Candidate(f"{place}", 1 - place / 40) for place in range(40)]
    drawn = few("q", Candidate("right", 0.1), wrong, Plan(), random.Random(3))  # noqa: S311  not for secrets
    places = [int(one.text) for one in drawn.wrong]
    assert [place < HARD for place in places] == [True] * 5 + [False] * 2
    assert drawn.candidates[0].text == "right"
    assert few("q", Candidate("right", 0.1), wrong[:2], Plan(), random.Random(3)).wrong  # noqa: S311
