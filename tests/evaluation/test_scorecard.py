"""Whole answers measured by kind, and the scorecard that shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from corpus.types import Citation, Named, Resolution
from lawqa.evaluation import scorecard
from lawqa.evaluation.kinds import QuestionKind, kind_of
from tests.evaluation.test_metrics import CLAIMS, QUESTIONS, a_file


def report(path: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    call_command("evaluate", "answers", str(path), "--as-of", "2024-01-01", "--json")
    return dict(json.loads(capfd.readouterr().out))


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_answers_are_measured_by_kind_and_question(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = report(a_file(tmp_path, *QUESTIONS), capfd)
    assert sum(measured["n"] for measured in found["by_kind"].values()) == found["n"]
    first, second, third = found["questions"]
    assert (first["precision"], first["recall"], first["shown"], first["withheld"]) == (1, 1, 1, 0)
    assert (second["cites_gold"], second["precision"], second["recall"]) == (False, 0, 0)
    assert (third["shown"], third["precision"], third["recall"], third["first_claim_ms"]) == (
        0,
        None,
        None,
        None,
    )
    assert found["citation_precision"] == found["citation_recall"] == 0.5
    assert 0 < first["first_claim_ms"] <= first["ms"] + 1  # each is rounded


@pytest.mark.parametrize(
    ("question", "given", "resolution", "kind"),
    [
        pytest.param("May a keeper sell honey?", None, None, "general research", id="general"),
        pytest.param("How many hives may a school keep?", None, None, "factual recall", id="amount"),
        pytest.param("Who registers a hive?", None, None, "factual recall", id="who"),
        pytest.param(
            "Is honey taxed in the United States?", None, None, "jurisdiction or time specific", id="place"
        ),
        pytest.param(
            "How many hives were allowed in 1998?", None, None, "jurisdiction or time specific", id="time"
        ),
        pytest.param("What does Article 99 say?", None, "not_found", "false premise", id="no-such-article"),
        pytest.param(
            "What does Article 9 say?", None, "resolved", "factual recall", id="an-article-that-is-held"
        ),
        pytest.param(
            "Who registers a hive?", "general research", None, "general research", id="as-the-line-says"
        ),
        pytest.param("Who registers a hive?", "hard", None, "factual recall", id="an-unknown-kind-is-none"),
    ],
)
def test_the_kind_of_a_question(question: str, given: str | None, resolution: str | None, kind: str) -> None:
    line = {"question": question} | ({"kind": given} if given else {})
    citation = Citation(start=0, end=4, text="Art.", document="", section="9")
    named = [Named(citation=citation, resolution=Resolution(resolution))] if resolution else []
    assert kind_of(line, named) == kind


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_the_scorecard_holds_every_figure_and_every_kind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "scorecard.html"
    hostile = {**QUESTIONS[0], "id": "<script>alert(1)</script>"}
    files = [
        a_file(tmp_path, hostile, *QUESTIONS),
        "--claims",
        a_file(tmp_path, *CLAIMS, name="claims.jsonl"),
    ]
    call_command("scorecard", *files, "--as-of", "2024-01-01", "-o", str(page))
    text = page.read_text()
    assert "4 questions" in capfd.readouterr().out
    for words in (
        *QuestionKind,
        "No question of this kind was asked.",
        "none: without a model",
        "100 % of",
        "Claim checks: claims",
    ):
        assert words in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("times", "dots"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([120.0], 1, id="one"),
        pytest.param([3.0, 500_000.0], 2, id="off-the-usual-scale"),
        pytest.param([100.0] * 60, 60, id="sixty-at-once"),
    ],
)  # fmt: skip
def test_every_question_is_a_dot_inside_the_plot(times: list[float], dots: int) -> None:
    plot = scorecard.dots("Time", times)
    assert len(plot.dots) == dots
    assert all(0 <= x <= scorecard.WIDTH and 0 < y < scorecard.HEIGHT for x, y in plot.dots)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(80.4, "80 ms"), (1000, "1 s"), (1440, "1.4 s"), (20_000, "20 s"), (1999.6, "2 s")],
)
def test_times_in_words(milliseconds: float, words: str) -> None:
    assert scorecard.words(milliseconds) == words


def test_the_parts_of_a_bar_make_a_whole() -> None:
    questions = [
        {"outcome": "answered", "answerable": True, "cites_gold": True},
        {"outcome": "answered", "answerable": True, "cites_gold": False},
        {"outcome": "no_match", "answerable": True, "cites_gold": False},
        {"outcome": "corpus_gap", "answerable": False, "cites_gold": False},
        {"outcome": "answered", "answerable": False, "cites_gold": False},
    ]
    bar = scorecard.bar(questions)
    assert [segment.count for segment in bar] == [1, 1, 1, 1, 1]
    assert [segment.start for segment in bar] == [0, 20, 40, 60, 80]
    assert scorecard.bar([])[0].width == 0
