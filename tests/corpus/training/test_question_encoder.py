"""Training with real weights on a shelf of a few passages: a few steps move what they should, and nothing else."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus import adapter, embedding
from corpus.models import Collection, Section
from corpus.training import on_shelf, pairs
from corpus.training.pairs import Pair
from corpus.training.question_encoder import Bank, Plan, QuestionEncoder, batches_of, train
from tests.library import load_all

SHORT = Plan(steps=6, batch=8, rank=4, rate=3e-3, nearest=3, chance=4, warm_up=1)
ASKED = {
    "1": "who must tell the county about a beehive",
    "2": "what may be sold as honey",
    "3": "who takes away wasps",
}


def bank_of_the_shelf() -> tuple[Bank, list[Pair]]:
    load_all()
    shelf = Collection.objects.get(slug="county")
    held = {section.label[-1]: section.pk for section in Section.objects.filter(document__collection=shelf)}
    return on_shelf._bank(shelf), [Pair(text, held[number], pairs.WRITTEN) for number, text in ASKED.items()]


@pytest.mark.django_db
def test_a_few_steps_bring_questions_nearer_to_what_answers_them(tmp_path: Path) -> None:
    bank, asked = bank_of_the_shelf()
    encoder = QuestionEncoder(*embedding.transformer_for_training(), SHORT)
    said: list[float] = []
    train(encoder, bank, batches_of(asked, [], [], SHORT), SHORT, lambda _, loss: said.append(loss))
    first = on_shelf._figures(encoder, bank, asked)
    assert said[-1] < 1.0
    assert first["MRR@10"] == 1.0
    adapter.save(encoder.adapter({}), tmp_path / "a.safetensors")
    plain, _ = embedding.transformer_for_training()
    other = embedding.transformer_for_training()[0]
    adapter.fold(adapter.load(tmp_path / "a.safetensors"), other)
    changed = {
        name for (name, one), two in zip(plain.named_parameters(), other.parameters(), strict=True)
        if not torch.equal(one, two)
    }  # fmt: skip
    assert changed == {f"{name}.weight" for name in adapter.adapted_maps(plain)}


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_adapter() -> None:
    bank, asked = bank_of_the_shelf()
    found = []
    for seed in (1, 1, 2):
        plan = Plan(steps=2, batch=4, rank=2, nearest=2, chance=2, seed=seed)
        encoder = QuestionEncoder(*embedding.transformer_for_training(), plan)
        train(encoder, bank, batches_of(asked, [], [], plan), plan, lambda _, __: None)
        found.append(encoder.encode(["bees"]))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_batches_are_of_one_kind_and_never_end() -> None:
    written = [Pair("a", 1, pairs.WRITTEN)]
    judged = [Pair("b", 1, pairs.JUDGMENT)]
    named = [(Pair("Bells", 1, pairs.HEADING), "Ferries")]
    plan = Plan(batch=4, headings=0.4, judgments=0.3)
    found = list(islice(batches_of(written, judged, named, plan), 60))
    kinds = [{pair.kind for pair in batch} for batch in found]
    assert all(len(one) == 1 for one in kinds)
    assert {kind for one in kinds for kind in one} == {pairs.WRITTEN, pairs.JUDGMENT, pairs.HEADING}
    texts = {pair.text for batch in found for pair in batch if pair.kind == pairs.HEADING}
    assert texts == {"Bells", "bells", "Ferries: Bells", "Bells (Ferries)"}


def test_the_rank_of_a_section_counts_sections_not_passages() -> None:
    vectors = np.eye(4, dtype=np.float16)[[0, 0, 1, 2]]
    bank = Bank(vectors, np.array([10, 10, 11, 12], dtype=np.int64))
    question = torch.tensor([0.9, 0.5, 0.1, 0.0])
    assert [bank.rank_of(question, section) for section in (10, 11, 12)] == [1, 2, 3]
