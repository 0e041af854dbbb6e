"""The reranker is trained by a command, on a shelf of a few passages; and what no command can train."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from corpus import late_interaction
from corpus.models import Section
from corpus.training import pairs
from corpus.training.pairs import HeldOut, Pair
from lawqa import training

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
ASKED = {
    "Bees Act Art. 1": "who must tell the county about a beehive",
    "Bees Act Art. 2": "what may be sold as honey",
    "Bees Act Art. 3": "who takes away wasps",
}


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sections were asked about; the last of them checks."""

    def written(held: Mapping[str, int], without: HeldOut) -> list[Pair]:
        return [
            Pair(text, held[label], pairs.WRITTEN)
            for label, text in ASKED.items()
            if label in held and label not in without.labels
        ]

    monkeypatch.setattr(pairs, "written", written)
    monkeypatch.setattr(
        pairs, "validates", lambda label, _: not label.startswith("checks") or label.endswith("Art. 3")
    )


@pytest.mark.usefixtures("questions")
def test_a_few_steps_write_weights_that_can_be_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "reranker.safetensors"
    call_command("train_reranker", "--shelf", "county", "--steps", "2", "--out", str(out))
    said = capsys.readouterr().out
    assert "Learning, loss" in said
    assert f"weight {training.WEIGHTS[0]:g}: MRR@10 1.000" in said
    text = Section.objects.get(label="Bees Act Art. 3").text
    assert late_interaction.scores_by(late_interaction.load(out), "wasps", [text]).shape == (1,)


@pytest.mark.usefixtures("questions")
def test_a_section_that_an_evaluation_is_labelled_with_is_not_learned_from(tmp_path: Path) -> None:
    evaluation = tmp_path / "dev.jsonl"
    evaluation.write_text(
        '{"question": "Who?", "gold": ["Bees Act Art. 1", "Bees Act Art. 2", "Bees Act Art. 3"]}\n'
    )
    with pytest.raises(CommandError, match="No question was written"):
        call_command("train_reranker", "--shelf", "county", "--without", str(evaluation))


@pytest.mark.parametrize("command", ["train_question_encoder", "train_expansion", "train_reranker"])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(["--shelf", "nowhere"], "There is no shelf 'nowhere'", id="no-shelf"),
        pytest.param(["--shelf", "county", "--without", "none.jsonl"], "none.jsonl is no file", id="no-file"),
        pytest.param(
            ["--shelf", "county"], "No question was written about a section of the shelf county", id="nothing-to-learn",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_said(command: str, options: list[str], says: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=says):
        call_command(command, *options, "--out", str(tmp_path / "w.safetensors"))
    assert not list(tmp_path.glob("*.safetensors"))
