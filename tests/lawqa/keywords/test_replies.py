"""What a keyword model says counts only as far as the question bears it out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lawqa.keywords.asking import MAX_TERMS
from lawqa.keywords.replies import (
    MAX_PART_CHARS,
    MAX_TERM_CHARS,
    Heard,
    cleaned,
    read,
    repeats_itself,
    repeats_prompt,
)

QUESTION = (
    "On 4 March 2021, did § 2 of the Boats Act let a keeper in Europe moor a boat, and for how many days?"
)


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        pytest.param(["mooring of vessels", "harbour dues"], ("mooring of vessels", "harbour dues"), id="two"),
        pytest.param([" mooring\n of  vessels. "], ("mooring of vessels",), id="spaces-and-stops"),
        pytest.param(["moor\0ing", "du\u202ees", "ber\ud800th"], ("mooring", "dues", "berth"), id="no-controls"),
        pytest.param(["1.1.1.1.1", "", "§ 2", "***", "{}"], (), id="no-words"),
        pytest.param(["14 days", "3 or 4"], ("14 days", "3 or 4"), id="numbers-with-words"),
        pytest.param(["<b>dues</b>", "dues; DROP TABLE", "a=b", "http://x.y"], (), id="no-mark-up"),
        pytest.param(["x" * (MAX_TERM_CHARS + 1)], (), id="too-long"),
        pytest.param([7, None, ["dues"], {"dues": 1}, True], (), id="no-strings"),
        pytest.param("dues", (), id="no-list"),
        pytest.param(None, (), id="nothing"),
        pytest.param([f"dues {letter}" for letter in "abcdefghij"],
                     tuple(f"dues {letter}" for letter in "abcdefghij"[:MAX_TERMS]), id="not-too-many"),
        pytest.param(["Liegegeld für Boote", "droits de l’homme"], ("Liegegeld für Boote", "droits de l’homme"), id="any-script"),
    ],
)  # fmt: skip
def test_terms(terms: Any, kept: tuple[str, ...]) -> None:
    assert read({"terms": terms}, QUESTION).terms == kept


@pytest.mark.parametrize(
    ("cited", "kept"),
    [
        pytest.param(["§ 2 of the Boats Act"], ("§ 2 of the Boats Act",), id="named"),
        pytest.param(["§ 2 of the boats act"], ("§ 2 of the boats act",), id="in-any-case"),
        pytest.param(["§ 3 of the Boats Act"], (), id="another-section"),
        pytest.param(["§ 2 of the Boats Act", "Article 9 of the Bees Act"], ("§ 2 of the Boats Act",), id="forged"),
        pytest.param(["a boat", "4 March 2021"], (), id="no-citation"),
        pytest.param([None, 2, {}], (), id="no-strings"),
    ],
)  # fmt: skip
def test_a_citation_that_the_question_does_not_name_is_dropped(cited: Any, kept: tuple[str, ...]) -> None:
    assert read({"citations": cited}, QUESTION).citations == kept


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        pytest.param("eu", ("eu",), id="named"),
        pytest.param("in", (), id="not-named"),
        pytest.param("EU", (), id="no-code"),
        pytest.param("atlantis", (), id="no-place"),
        pytest.param(["eu"], (), id="a-list"),
        pytest.param(None, (), id="nothing"),
    ],
)
def test_a_place_that_the_question_does_not_name_is_dropped(code: Any, kept: tuple[str, ...]) -> None:
    assert read({"jurisdiction": code}, QUESTION).jurisdictions == kept


@pytest.mark.parametrize(
    ("question", "said", "day"),
    [
        pytest.param(QUESTION, "2021-03-04", dt.date(2021, 3, 4), id="named"),
        pytest.param(QUESTION, "2021-03-05", None, id="another-day"),
        pytest.param(QUESTION, "2021-04-04", None, id="another-month"),
        pytest.param(QUESTION, "2019-03-04", None, id="another-year"),
        pytest.param(QUESTION, "2021-02-31", None, id="no-such-day"),
        pytest.param(QUESTION, "4 March 2021", None, id="another-form"),
        pytest.param(QUESTION, 20210304, None, id="a-number"),
        pytest.param(
            "What held in 2021?", "2021-01-01", dt.date(2021, 1, 1), id="a-year-begins-on-its-first"
        ),
        pytest.param("What held in 2021?", "2021-06-01", None, id="no-other-day-of-it"),
        pytest.param("What holds?", "2022-01-01", None, id="none-is-named"),
    ],
)
def test_a_day_that_the_question_does_not_name_is_dropped(
    question: str, said: Any, day: dt.date | None
) -> None:
    assert read({"date": said}, question).as_of == day


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        pytest.param(["May a keeper moor a boat?", "For how many days?"], ("May a keeper moor a boat?", "For how many days?"), id="parts"),
        pytest.param(["May a mill take water?"], (), id="of-another-matter"),
        pytest.param(["May a boat be moored for 90 days?"], (), id="a-number-of-its-own"),
        pytest.param(["Moor a boat"], (), id="no-question"),
        pytest.param([QUESTION], (), id="the-question-itself"),
        pytest.param(["boat " * MAX_PART_CHARS + "?"], (), id="too-long"),
        pytest.param(["May a keeper moor a boat?"] * 3, ("May a keeper moor a boat?",), id="once"),
        pytest.param({"a": 1}, (), id="no-list"),
    ],
)  # fmt: skip
def test_sub_questions_ask_for_less_than_the_question(parts: Any, kept: tuple[str, ...]) -> None:
    assert read({"sub_questions": parts}, QUESTION).sub_questions == kept


def test_a_reply_of_anything_is_read() -> None:
    assert read({}, QUESTION) == Heard()
    assert read({"terms": {"terms": []}, "citations": 3, "date": [], "x": object()}, "") == Heard()


def test_a_list_that_says_the_same_twice_repeats_itself() -> None:
    assert repeats_itself(["dues", "berth", "Dues"])
    assert not repeats_itself(["dues", "berth", "harbour dues"])
    assert not repeats_itself([])


def test_a_list_with_two_terms_of_the_prompt_s_examples_repeats_the_prompt() -> None:
    assert repeats_prompt(["Riparian Rights", "mooring", "burden of proof"])
    assert not repeats_prompt(["burden of proof", "mooring"])
    assert not repeats_prompt(["rights", "proof", "legal terms", "citations only"])


def test_cleaned_is_one_line_of_visible_characters() -> None:
    assert cleaned("a\tb\r\nc\0\x1b[31m\u200bd\ufeff ") == "a b c[31md"
