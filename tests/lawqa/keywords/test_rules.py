"""Keywords by rules: what carries the question's matter, its jurisdictions, its day."""

from __future__ import annotations

import datetime as dt

import pytest

from lawqa.keywords.rules import MAX_TERMS, extract


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("What may I do?", (), id="only-form"),
        pytest.param("Who must register a hive?", ("register", "hive"), id="form-words-part-terms"),
        pytest.param("When is raw honey sold?", ("raw honey sold",), id="a-run-is-one-phrase"),
        pytest.param("one two three four five six", ("two three four five",), id="at-most-four-words"),
        pytest.param("hives, wasps; bees", ("hives", "wasps", "bees"), id="signs-part-terms"),
        pytest.param("honey or honey", ("honey",), id="each-once"),
        pytest.param("a 7, x", (), id="single-characters-are-none"),
        pytest.param("the keeper's bee-yard", ("keeper's bee-yard",), id="apostrophes-and-hyphens"),
        pytest.param("¿Qué miel?", ("Qué miel",), id="other-alphabets"),
    ],
)
def test_terms(text: str, terms: tuple[str, ...]) -> None:
    assert extract(text).terms == terms


def test_no_more_terms_than_a_query_needs() -> None:
    text = " or ".join(f"word{number}" for number in range(40))
    assert len(extract(text).terms) == MAX_TERMS


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("May bees be kept?", (), id="none"),
        pytest.param("May bees be kept under EU law?", ("eu",), id="eu"),
        pytest.param("May bees be kept in India?", ("in",), id="india"),
        pytest.param("May Indians keep bees?", (), id="a-people-is-no-law"),
        pytest.param("May bees be kept in the U.S.?", ("us",), id="us-with-points"),
        pytest.param("Tell us about bees", (), id="us-the-pronoun"),
        pytest.param("EU and US law on bees", ("eu", "us"), id="two"),
    ],
)
def test_jurisdictions(text: str, codes: tuple[str, ...]) -> None:
    assert extract(text).jurisdictions == codes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("bees today", None, id="none"),
        pytest.param("the law as of 2021-03-04", dt.date(2021, 3, 4), id="iso"),
        pytest.param("on 4 March 2021", dt.date(2021, 3, 4), id="in-words"),
        pytest.param("in March 2021", dt.date(2021, 3, 1), id="a-month-begins-on-its-first"),
        pytest.param("in 2021", dt.date(2021, 1, 1), id="a-year-begins-on-its-first"),
        pytest.param("as of 2021-02-30", None, id="no-such-day"),
        pytest.param("on 31 February 2021", None, id="no-such-day-in-words"),
        pytest.param("in Regulation 2021", None, id="no-month"),
        pytest.param("Act 2021 on bees", None, id="a-year-of-an-act"),
    ],
)
def test_day(text: str, day: dt.date | None) -> None:
    assert extract(text).as_of == day
