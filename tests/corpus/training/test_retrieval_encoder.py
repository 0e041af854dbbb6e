"""The encoder for retrieval is trained by a command, on a shelf of a few passages, and used once its weights are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command

from corpus import adapter, embedding, late_interaction, trained
from corpus.models import Collection
from corpus.training import hard_negatives, pairs, retrieval_encoder
from corpus.training.hard_negatives import Bank
from corpus.training.pairs import HeldOut, Pair
from corpus.training.retrieval_encoder import Example, Plan, RetrievalEncoder, Text, batches_of, met, train
from tests.library import load_all

SHORT = Plan(steps=6, batch=3, rank=4, rate=3e-3, warm_up=1)
ASKED = {
    "Bees Act Art. 1": "who must tell the county about a beehive",
    "Bees Act Art. 2": "what may be sold as honey",
    "Bees Act Art. 3": "who takes away wasps",
}
HIVES = Text(1, "Registration of hives\nA keeper shall register every hive.")
SALE = Text(2, "Sale of honey\nHoney may be sold as honey only if it was gathered by bees.")
NESTS = Text(3, "Nests of wasps\nThe county shall remove the nest.")
EXAMPLES = [
    Example("who tells the county about a beehive", HIVES, near=(SALE,), alike=(NESTS,)),
    Example("what may be sold", SALE, near=(HIVES,)),
    Example("who takes away wasps", NESTS),
]


def quietly(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sections were asked about; the last of them checks."""

    def written(held: Mapping[str, int], without: HeldOut) -> list[Pair]:
        known = {label: text for label, text in ASKED.items() if label not in without.labels}
        return [Pair(text, held[label], pairs.WRITTEN) for label, text in known.items()]

    monkeypatch.setattr(pairs, "written", written)
    monkeypatch.setattr(pairs, "validates", lambda label, _: label.endswith("Art. 3"))


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Which adapters fit is looked up again, in the test and after it."""
    cached = (
        embedding.revision, embedding._load_retrieval_model, embedding._load_question_model,
        embedding.encode_question,
    )  # fmt: skip
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("questions", "forgotten")
def test_what_the_command_writes_is_folded_into_passages_and_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_all()
    out = tmp_path / "retrieval.safetensors"
    monkeypatch.setattr(embedding, "RETRIEVAL_ADAPTER", tmp_path / "none yet")
    embedding.revision.cache_clear()
    assert embedding.revision() == embedding.model_revision()
    call_command("train_retrieval_encoder", "--shelf", "county", "--steps", "3", "--out", str(out))
    said = capsys.readouterr().out
    assert "Learning, loss" in said
    assert "MRR@10 by vectors: 1.000 before, 1.000 after" in said
    assert "MRR@10 by words: 1.000 before" in said
    texts = ["A keeper of bees shall register every hive."]
    plain = embedding.encode(texts)
    monkeypatch.setattr(embedding, "RETRIEVAL_ADAPTER", out)
    for function in (embedding.revision, embedding._load_retrieval_model, embedding._load_question_model):
        function.cache_clear()
    assert embedding.revision() != embedding.model_revision()
    found = embedding.encode_passages(texts)
    assert not np.array_equal(found, plain)
    assert np.array_equal(embedding.encode(texts), plain)
    assert np.array_equal(embedding.encode_questions(texts), found)  # no adapter for questions fits it
    encoder = embedding.current_encoder()
    named = trained.for_retrieval(encoder)
    assert named is not None
    assert named.facts["learned"] == "2 questions, 0 sentences of judgments, 2 headings"
    assert trained.for_questions(encoder) is None
    assert trained.for_reranking(encoder) is not None


@pytest.mark.django_db
def test_right_and_wrong_passages_are_told_by_section() -> None:
    load_all()
    shelf = Collection.objects.get(slug="county")
    sections = dict(shelf.documents.values_list("sections__label", "sections__pk"))
    bank = Bank(hard_negatives.texts_of(pk for pk in sections.values() if pk), quietly)
    asked = [Pair(text, sections[label], pairs.WRITTEN) for label, text in ASKED.items()]
    for example, pair in zip(hard_negatives.examples(asked, bank, shelf, quietly), asked, strict=True):
        assert example.right.section == pair.section_id
        assert pair.section_id not in {text.section for text in (*example.near, *example.alike)}
    held = hard_negatives.examples(asked, bank, shelf, quietly)
    assert any(example.alike for example in held)
    assert set(hard_negatives.first_of(sections.values())) == {text.section for text in bank.texts}


def test_what_is_nearly_as_near_as_the_right_passage_is_not_called_wrong() -> None:
    twin = HIVES._replace(section=9)
    bank = Bank([HIVES, twin, NESTS], quietly)
    question = torch.from_numpy(embedding.encode([HIVES.words])[0]).to(torch.bfloat16)
    assert bank.near(question, 1) == (HIVES, (NESTS,))


def test_a_few_steps_bring_questions_and_passages_together() -> None:
    encoder = RetrievalEncoder(*embedding.transformer_for_training(), SHORT)
    said: list[float] = []
    train(encoder, batches_of(EXAMPLES, [], [], SHORT), SHORT, lambda _, loss: said.append(loss))
    assert said[-1] < 2.0
    with torch.no_grad():
        asked = encoder.questions([one.question for one in EXAMPLES])
        passages = encoder.passages([one.right.words for one in EXAMPLES])
    assert (asked.vectors @ passages.vectors.T).argmax(1).tolist() == [0, 1, 2]
    assert met(asked, passages).argmax(1).tolist() == [0, 1, 2]
    learned = encoder.adapter({})
    assert learned.matrices.keys() == adapter.adapted_maps(embedding.transformer_for_training()[0]).keys()
    assert all(b.abs().sum() > 0 for _, b in learned.matrices.values())


def test_the_same_seed_gives_the_same_weights() -> None:
    found = []
    for seed in (1, 1, 2):
        plan = Plan(steps=2, batch=3, rank=2, seed=seed)
        encoder = RetrievalEncoder(*embedding.transformer_for_training(), plan)
        train(encoder, batches_of(EXAMPLES, [], [], plan), plan, lambda _, __: None)
        found.append(encoder.questions(["bees"]).vectors)
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_texts_keep_their_order_however_long_they_are() -> None:
    encoder = RetrievalEncoder(*embedding.transformer_for_training(), SHORT)
    texts = [("hive " * (place % 7 + 1)).strip() + f" {place}" for place in range(70)]
    with torch.no_grad():
        together, alone = encoder.passages(texts), encoder.passages(texts[3:4])
    cosines = together.vectors @ alone.vectors[0]
    assert float(cosines[3]) == pytest.approx(1, abs=0.01)
    assert cosines.argmax() == 3
    assert together.there.sum(1).tolist()[3] == alone.there.shape[1]


def test_words_are_met_as_the_reranker_meets_them() -> None:
    """What is learned here is what corpus/late_interaction.py computes: the same tokens, weights and means."""
    transformer, tokenizer = embedding.transformer_for_training()
    encoder = RetrievalEncoder(transformer, tokenizer, SHORT)
    reader = late_interaction.Reader(transformer, tokenizer, encoder._weigh)
    texts = [HIVES.words, "Hives."]
    with torch.no_grad():
        learned = met(encoder.questions(["who shall register a hive"]), encoder.passages(texts))
        words = embedding.token_states(texts)
        used = late_interaction.score(
            reader.read(["who shall register a hive"])[0], [words[text] for text in texts]
        )
    assert learned[0].tolist() == pytest.approx(used.tolist(), abs=0.02)


def test_another_passage_of_the_same_section_is_neither_right_nor_wrong() -> None:
    """Two questions of one section: neither is told from the other's passage, so nothing is left to learn."""
    encoder = RetrievalEncoder(*embedding.transformer_for_training(), SHORT)
    same = retrieval_encoder.Batch(["a hive", "a keeper"], [HIVES, HIVES._replace(words="Hives.")], [])
    assert retrieval_encoder._loss(encoder, same, SHORT).item() == pytest.approx(0, abs=1e-6)


def test_batches_are_of_one_kind_and_headings_come_in_the_order_of_the_law() -> None:
    named = [
        (Example(f"Heading {place}", Text(place, f"Part I, Heading {place}\nText.")), "Ferries")
        for place in range(20)
    ]
    judged = [Example("as the court said", NESTS)]
    plan = Plan(batch=8, neighbours=4, headings=0.4, judgments=0.3)
    found = list(islice(batches_of(EXAMPLES, judged, named, plan), 80))
    kinds = [
        {
            "heading" if "eading" in one else "judgment" if "court" in one else "written"
            for one in batch.questions
        }
        for batch in found
    ]
    assert all(len(kind) == 1 for kind in kinds)
    assert {next(iter(kind)) for kind in kinds} == {"heading", "judgment", "written"}
    headings = [batch for batch, kind in zip(found, kinds, strict=True) if kind == {"heading"}]
    for batch in headings:
        places = [text.section for text in batch.right]
        assert [places[0] + step for step in range(4)] == places[:4]
        assert len(batch.questions) == len(batch.right) == 8
    words = {text.words for batch in headings for text in batch.right}
    assert any("Heading" not in one for one in words)
    assert any("Heading" in one for one in words)
    wrong = {
        text for batch, kind in zip(found, kinds, strict=True) if kind == {"written"} for text in batch.wrong
    }
    assert wrong == {SALE, NESTS, HIVES}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({"shelf": "nowhere"}, "no shelf 'nowhere'", id="no-shelf"),
        pytest.param({"shelf": "county", "without": [Path("nothing.jsonl")]}, "is no file", id="no-file"),
        pytest.param({"shelf": "county"}, "No question was written", id="nothing-to-learn"),
    ],
)
def test_what_cannot_be_trained_is_said(options: dict[str, object], says: str, tmp_path: Path) -> None:
    load_all()
    with pytest.raises(CommandError, match=says):
        call_command("train_retrieval_encoder", out=tmp_path / "a.safetensors", **options)
    assert not list(tmp_path.glob("*.safetensors"))
