"""What the question encoder learns from, and what it never may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.models import Section
from corpus.training import pairs
from corpus.training.pairs import HeldOut

HELD = {"17 U.S.C. § 107": 1, "17 U.S.C. § 108": 2}
SENTENCE = "The keeper of a ferry must ring the bell before it leaves the shore at night, see {}."


def lines(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_written_question_belongs_to_a_section_that_is_held(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "q.jsonl",
        {"section": "17 U.S.C. § 107", "lay": "May I copy?", "pro": "Fair use", "officer": "A clerk copies."},
        {"section": "99 U.S.C. § 1", "lay": "?", "pro": "?"},
    )
    found = pairs.written(HELD, HeldOut(), path)
    assert [pair.text for pair in found] == ["May I copy?", "Fair use", "A clerk copies."]
    assert {pair.section_id for pair in found} == {1}


def test_a_section_that_an_evaluation_is_labelled_with_is_not_learned_from(tmp_path: Path) -> None:
    evaluation = lines(tmp_path / "dev.jsonl", {"question": "May one copy?", "gold": ["17 U.S.C. § 107"]})
    without = HeldOut.of([evaluation])
    questions = lines(tmp_path / "q.jsonl", {"section": "17 U.S.C. § 107", "lay": "Copy?", "pro": "Use"})
    assert pairs.written(HELD, without, questions) == []
    assert pairs.judgments([SENTENCE.format("17 U.S.C. § 107")], HELD, without) == []
    assert len(pairs.judgments([SENTENCE.format("17 U.S.C. § 108")], HELD, without)) == 1
    section = Section(pk=1, label="17 U.S.C. § 107", heading="Bells of ferries")
    assert pairs.headings([section], without) == []
    assert len(pairs.headings([section], HeldOut())) == 1


def test_a_sentence_that_an_evaluation_asks_with_is_not_learned_from(tmp_path: Path) -> None:
    asked = {"question": "Must the keeper of a ferry must ring the bell?", "gold": ["1 U.S.C. § 1"]}
    without = HeldOut.of([lines(tmp_path / "dev.jsonl", asked)])
    assert pairs.judgments([SENTENCE.format("17 U.S.C. § 107")], HELD, without) == []


@pytest.mark.parametrize(
    ("citations", "learned"),
    [
        pytest.param("17 U.S.C. § 107", True, id="one-section"),
        pytest.param("17 U.S.C. § 107 and 17 U.S.C. § 108", False, id="two-sections"),
        pytest.param("42 U.S.C. § 1", False, id="not-held"),
        pytest.param("the rule of the shore", False, id="no-citation"),
    ],
)
def test_a_sentence_of_a_judgment_teaches_when_it_cites_one_section(citations: str, learned: bool) -> None:
    found = pairs.judgments([SENTENCE.format(citations)], HELD, HeldOut())
    assert bool(found) is learned
    assert all("107" not in pair.text and "U.S.C" not in pair.text for pair in found)


def test_one_section_is_not_asked_for_more_than_a_dozen_times() -> None:
    texts = [
        SENTENCE.format("17 U.S.C. § 107").replace("bell", f"bell {word}") for word in "abcdefghijklmnop"
    ]
    assert len(pairs.judgments(texts, HELD, HeldOut())) == pairs.MOST_OF_A_SECTION


@pytest.mark.parametrize("heading", ["Repealed", "Definitions", "Short title; findings", "Purpose", "Bells"])
def test_a_heading_that_many_sections_share_asks_for_none(heading: str) -> None:
    assert pairs.headings([Section(pk=1, label="x", heading=heading)], HeldOut()) == []


def test_a_chapter_is_named_without_its_number() -> None:
    section = Section(pk=1, label="x", heading="Bells of ferries", ancestors=["Chapter 7—Honey and Bees"])
    [(pair, chapter)] = pairs.headings([section], HeldOut())
    assert (pair.text, chapter) == ("Bells of ferries", "Honey and Bees")


def test_the_share_that_checks_is_the_same_for_ever_and_about_as_large_as_said() -> None:
    labels = [f"17 U.S.C. § {number}" for number in range(2_000)]
    apart = [label for label in labels if pairs.validates(label, 0.25)]
    assert 0.2 < len(apart) / len(labels) < 0.3
    assert set(apart) >= {label for label in labels if pairs.validates(label, 0.08)}
    assert not any(pairs.validates(label, 0.0) for label in labels)


def test_the_shipped_questions_can_be_read_and_name_no_section() -> None:
    rows = [json.loads(line) for line in pairs.QUESTIONS.read_text("utf-8").splitlines()]
    assert len(rows) > 2_000
    assert len({row["section"] for row in rows}) == len(rows)
    for row in rows:
        ways = [way for way in pairs.WAYS if way in row]
        assert {"lay", "pro"} <= set(ways)
        assert set(row) == {"section", *ways}
        assert all(3 <= len(row[way].split()) <= 60 for way in ways), row
        assert not any("U.S.C" in row[way] or "§" in row[way] for way in ways), row


def test_no_shipped_question_is_about_a_section_of_an_evaluation(shared: object) -> None:
    files = [shared(name) for name in ("questions/dev.jsonl", "data/us-usc-citing/dev.jsonl")]  # type: ignore[operator]
    labels = HeldOut.of(files).labels
    rows = [json.loads(line) for line in pairs.QUESTIONS.read_text("utf-8").splitlines()]
    assert not labels & {row["section"] for row in rows}
