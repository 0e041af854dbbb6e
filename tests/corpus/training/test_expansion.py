"""The expansion of questions is trained by a command, on a shelf of a few passages, and used once its weights are there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command

from corpus import adapter, embedding, expansion
from corpus.index.lexical import FIELDS, LexicalText, question_terms
from corpus.index.shelf import shelf_of
from corpus.models import Passage
from corpus.training import expansion_on_shelf, pairs
from corpus.training.expansion import Document, Example, Learner, Plan, batches_of, train
from corpus.training.pairs import HeldOut, Pair
from corpus.types import Filters
from tests.library import load_all

SHORT = Plan(steps=30, batch=3, rank=4, head_rate=2e-2, threshold=0.0, few=0.0, warm_up=1)
WORDS = ["beekeeper", "apiary", "harbour", "mooring", "hornet", "pest"]
ASKED = {
    "Bees Act Art. 1": "who must tell the county about a beehive",
    "Bees Act Art. 2": "what may be sold as honey",
    "Bees Act Art. 3": "who takes away wasps",
}


def document(section: int, *words: str) -> Document:
    """A passage with these words alone, each of which adds 2."""
    places = np.array([WORDS.index(word) for word in words], dtype=np.int64)
    return Document(section, dict.fromkeys(words, 2.0), places, np.full(len(words), 2.0, dtype=np.float32))


BEES, BOATS, WASPS = (
    document(1, "beekeeper", "apiary"), document(2, "harbour", "mooring"), document(3, "hornet", "pest"),
)  # fmt: skip
EXAMPLES = [
    Example("where may I put my hives", ["hive"], BEES, near=[WASPS]),
    Example("may my boat stay here over night", ["boat", "night"], BOATS),
    Example("who takes away wasps", ["wasp"], WASPS, near=[BEES], alike=[BOATS]),
]


def learner(plan: Plan = SHORT) -> Learner:
    vectors = torch.from_numpy(embedding.encode(WORDS))
    return Learner(*embedding.transformer_for_training(), vectors, plan)


def quietly(done: int, loss: float) -> None:
    """Nobody watches."""


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sections were asked about; the last of them checks."""

    def written(held: Mapping[str, int], without: HeldOut) -> list[Pair]:
        known = {label: text for label, text in ASKED.items() if label not in without.labels}
        return [Pair(text, held[label], pairs.WRITTEN) for label, text in known.items()]

    monkeypatch.setattr(pairs, "written", written)
    monkeypatch.setattr(pairs, "validates", lambda label, _: label.endswith("Art. 3"))
    monkeypatch.setattr(expansion_on_shelf, "COMMON", 1)


@pytest.fixture
def forgotten() -> Iterator[None]:
    """What is added to questions is found again, in the test and after it."""
    expansion.expanded.cache_clear()
    yield
    expansion.expanded.cache_clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("questions", "forgotten")
def test_what_the_command_writes_adds_terms_of_the_shelf_to_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_all()
    out = tmp_path / "expansion.safetensors"
    call_command("train_expansion", "--shelf", "county", "--steps", "3", "--out", str(out))
    said = capsys.readouterr().out
    assert "Searching: 2 of 2" in said
    assert "Learning, loss" in said
    assert "MRR@10 by words alone: 1.000 before" in said
    assert f"Written to {out}." in said.replace("\n", "")
    facts = adapter.load(out).facts
    assert facts["learned"] == "2 questions, 0 sentences of judgments"
    monkeypatch.setattr(expansion, "load", lambda: expansion._load(out))
    added = expansion.expanded("Who must tell the county of a beehive?")
    assert 0 < len(added) <= expansion.MOST
    assert [one.weight for one in added] == sorted((one.weight for one in added), reverse=True)
    assert all(one.weight > 0 for one in added)
    standing = shelf_of(embedding.current_encoder()).frequencies([one.term for one in added])[0]
    assert all(standing.values()), "terms of the shelf"
    assert all(list(question_terms(one.form)) == [one.term] for one in added), "each with a form of its own"


@pytest.mark.django_db
@pytest.mark.usefixtures("questions")
def test_right_and_wrong_passages_are_told_by_section() -> None:
    load_all()
    index = shelf_of(embedding.current_encoder())
    sections = {row.section.label: row.section_id for row in Passage.objects.select_related("section")}
    asked = [Pair(text, sections[label], pairs.WRITTEN) for label, text in ASKED.items()]
    told: list[tuple[str, int, int]] = []
    found = expansion_on_shelf._found(
        asked, index, Filters(as_of=expansion_on_shelf.today()), lambda *said: told.append(said)
    )
    section_of = dict(Passage.objects.values_list("pk", "section_id"))
    for one, pair in zip(found, asked, strict=True):
        assert section_of[one.right] == pair.section_id
        assert pair.section_id not in {section_of[pk] for pk in (*one.near, *one.alike)}
    assert any(one.alike for one in found)
    assert told[-1] == ("Searching", 3, 3)


@pytest.mark.django_db
def test_what_a_term_adds_is_what_the_index_gives_for_it() -> None:
    """As far as the index gives it for the text, where it weighs whole: its statistics are of all fields there."""
    load_all()
    index = shelf_of(embedding.current_encoder())
    texts = expansion_on_shelf._texts(Passage.objects.values_list("pk", flat=True))
    vocabulary = expansion_on_shelf.vocabulary_of(text for _, text in texts.values())
    documents = expansion_on_shelf._documents(texts, vocabulary, index)
    hits = index.search_lexical({"hive": 1.0}, Filters(as_of=expansion_on_shelf.today()), 20)
    by_impact = sorted(documents, key=lambda pk: -documents[pk].impacts.get("hive", 0.0))
    assert hits
    assert hits[0].passage_id == by_impact[0]
    assert {hit.passage_id for hit in hits} >= {pk for pk in documents if "hive" in documents[pk].impacts}


def test_a_vocabulary_holds_common_words_in_their_commonest_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion_on_shelf, "COMMON", 2)
    texts = [
        LexicalText(1, "Bees", "Hives", "The hives and a hive of 1998, § 4.", ""),
        LexicalText(2, "Bees", "Hives", "Moored hives; an ox.", ""),
        LexicalText(3, "Boats", "Mooring", "An ox is moored.", ""),
    ]  # fmt: skip
    found = expansion_on_shelf.vocabulary_of(texts)
    assert dict(zip(found.terms, found.forms, strict=True))["hive"] == "hives"
    assert "moor" in found.terms
    assert not {"ox", "1998", "4", "boat"} & set(found.terms), "short, no word, or in one passage alone"
    assert FIELDS


def test_a_few_steps_teach_which_words_the_passages_have() -> None:
    learning = learner()
    with torch.no_grad():
        before = learning.loss(EXAMPLES, [])[0].item()
    said: list[float] = []
    train(learning, batches_of(EXAMPLES, [], SHORT), SHORT, lambda _, loss: said.append(loss))
    with torch.no_grad():
        after = learning.loss(EXAMPLES, [])[0].item()
        weights = learning.weights([one.question for one in EXAMPLES])
    assert after < before / 2
    assert len(said) == 2
    assert bool((weights >= 0).all())
    for place, one in enumerate(EXAMPLES):
        own = weights[place, one.right.places].sum()
        assert own > weights[place].sum() - own, "most of what is added stands in the passage"
    kept = learning.adapter({}, {})
    assert set(kept.others) == set(expansion.Head._fields)


def test_more_is_added_where_adding_costs_less() -> None:
    sums = []
    for few in (0.0, 2.0):
        plan = dataclasses.replace(SHORT, few=few)
        learning = learner(plan)
        train(learning, batches_of(EXAMPLES, [], plan), plan, quietly)
        with torch.no_grad():
            sums.append(learning.weights([one.question for one in EXAMPLES]).sum().item())
    assert sums[0] > sums[1]


def test_the_same_seed_gives_the_same_weights() -> None:
    found = []
    for seed in (1, 1, 2):
        plan = Plan(steps=2, batch=3, rank=2, seed=seed)
        learning = learner(plan)
        train(learning, batches_of(EXAMPLES, [], plan), plan, quietly)
        with torch.no_grad():
            found.append(learning.weights(["bees"]))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_another_passage_of_the_same_section_is_neither_right_nor_wrong() -> None:
    """Two questions of one section: neither is told from the other's passage, so nothing is left to learn."""
    twin = Document(1, BEES.impacts, BEES.places, BEES.values)
    same = [Example("a hive", ["hive"], BEES), Example("an apiary", ["apiary"], twin)]
    assert learner().loss(same, [])[0].item() == pytest.approx(0, abs=1e-6)


def test_a_passage_that_has_the_question_s_own_words_needs_nothing_added() -> None:
    said = [Example("apiary", ["apiary"], BEES), Example("hornet", ["hornet"], WASPS)]
    unsaid = [Example("apiary", [], BEES), Example("hornet", [], WASPS)]
    learning = learner()
    with torch.no_grad():
        assert learning.loss(said, [])[0] < learning.loss(unsaid, [])[0]


def test_batches_are_of_one_kind() -> None:
    judged = [Example("as the court said", ["court"], WASPS)]
    found = list(islice(batches_of(EXAMPLES, judged, Plan(batch=4, judgments=0.5)), 40))
    kinds = [{one.question == judged[0].question for one in batch} for batch in found]
    assert all(len(batch) == 4 for batch in found)
    assert {tuple(kind) for kind in kinds} == {(True,), (False,)}
    alone = list(islice(batches_of(EXAMPLES, [], Plan(batch=4, judgments=0.5)), 10))
    assert {one.question for batch in alone for one in batch} == {one.question for one in EXAMPLES}


@pytest.mark.django_db
@pytest.mark.usefixtures("questions")
def test_a_shelf_on_which_no_word_is_common_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_all()
    monkeypatch.setattr(expansion_on_shelf, "COMMON", 1_000)
    with pytest.raises(CommandError, match="no word stands in 1,000 passages"):
        call_command("train_expansion", "--shelf", "county", "--out", str(tmp_path / "a.safetensors"))
