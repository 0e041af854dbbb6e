"""`manage.py try_writer`: what becomes of a bad model's claims is counted, and what is shown is verified again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from corpus.models import Section
from corpus.types import Filters
from lawqa.evaluation import withheld
from lawqa.inference import Models
from lawqa.models import Question
from lawqa.pipeline import answer
from lawqa.types import Request
from lawqa.watch import Watch
from tests.adversary.server import Adversary, Rewriting
from tests.model_server import model_server

pytestmark = pytest.mark.usefixtures("loaded")
FILTERS = Filters(as_of=dt.date(2026, 3, 1))
HIVES = "By when must a keeper of bees register a hive?"
FINE = "What is the fine for selling other goods as honey?"


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        "".join(json.dumps({"question": text}) + "\n" for text in (HIVES, FINE)), encoding="utf-8"
    )
    return path


def report(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    call_command("try_writer", *map(str, arguments), "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_claims_are_counted_by_fate_and_what_is_shown_is_verified_again(
    asked: Path, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    with model_server(Adversary(1, rewriting=Rewriting.REPAIRS)) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        found = report(capsys, asked)
    assert found["questions"] == 2
    assert found["outcomes"] == {"answered": 2}
    assert (
        found["claims_written"]
        == found["claims_shown"] + found["claims_rewritten_and_shown"] + found["claims_withheld"]
    )
    assert found["claims_withheld"] == sum(found["why_withheld"].values()) > 0
    assert found["claims_rewritten_and_shown"] > 0
    assert found["shown_citations_verified_again"] > 0
    assert found["shown_quotes_verbatim_share"] == 1.0
    assert found["shown_failing_share"] == 0.0
    assert not Question.objects.exists()


def test_a_model_that_says_nothing_of_use_is_told_from_one_that_was_not_asked(
    asked: Path, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    with model_server("not JSON at all") as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        found = report(capsys, asked, "--limit", "1")
    assert (found["questions"], found["questions_that_fell_back_to_quoting"], found["claims_written"]) == (
        1,
        1,
        0,
    )
    assert found["verbatim_claims_shown"] > 0


def test_what_a_file_of_rows_has_is_not_asked_again(
    asked: Path, tmp_path: Path, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.jsonl"
    with model_server(Adversary(2)) as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        report(capsys, asked, "--limit", "1", "--rows", rows)
        before = len(server.asked)
        again = report(capsys, asked, "--limit", "1", "--rows", rows)
        assert len(server.asked) == before
    assert again["questions"] == 1
    assert [json.loads(line)["question"] for line in rows.read_text(encoding="utf-8").splitlines()] == [HIVES]


def test_words_that_no_longer_stand_in_the_row_are_noticed() -> None:
    finished = answer(Request(text=HIVES, filters=FILTERS), Watch(), Models(servers={}))
    good = withheld.verify_again(finished, FILTERS)
    assert good["citations"] == good["verbatim"] == good["passed"] > 0
    Section.objects.update(text="The law was changed behind the answer's back.")
    assert withheld.verify_again(finished, FILTERS)["verbatim"] == 0
    gone = replace(finished, sources=())
    assert withheld.verify_again(gone, FILTERS) == {
        "citations": good["citations"],
        "verbatim": 0,
        "passed": 0,
    }


def test_questions_are_made_of_the_headings_of_the_shelf() -> None:
    made = withheld.generated_questions(4, seed=3)
    assert made == withheld.generated_questions(4, seed=3)
    assert len(made) == 4
    headings = [heading.lower() for heading in Section.objects.values_list("heading", flat=True)]
    assert all(any(heading in text.lower() for heading in headings) for text in made)
    assert len(withheld.generated_questions(400, seed=3)) == Section.objects.exclude(heading="").count()


def test_without_a_server_or_a_question_it_says_what_to_do(settings: LazySettings, asked: Path) -> None:
    with pytest.raises(CommandError, match="LAWQA_ANSWER_URL"):
        call_command("try_writer", str(asked))
    with model_server() as server:
        settings.LAWQA_SERVERS = server.roles("answer")
        with pytest.raises(CommandError, match="--generate"):
            call_command("try_writer")
