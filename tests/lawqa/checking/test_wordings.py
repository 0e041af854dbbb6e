"""Whether quoted words stand in the law in one run, and which of them depart."""

from __future__ import annotations

import pytest

from lawqa.checking.wordings import departures, nearest, stands
from lawqa.types import QuoteMatch

LAW = (
    "(1) The keeper shall register every hive with the county within 30 days, unless the hive is empty.\n"
    "(2) A “registered hive” bears its number. The county may inspect it at any time of the day."
)
EXACT, NORMALISED, NOWHERE = QuoteMatch.EXACT, QuoteMatch.NORMALISED, QuoteMatch.NOT_FOUND


@pytest.mark.parametrize(
    ("quotation", "match"),
    [
        pytest.param("shall register every hive with the county", EXACT, id="run"),
        pytest.param("The county may inspect it,", EXACT, id="the-printer's-comma"),
        pytest.param("[t]he keeper shall register every hive", NORMALISED, id="letter-in-brackets"),
        pytest.param(
            "The keeper shall register [his] hive", NOWHERE, id="brackets-leave-out-nothing-decisive"
        ),
        pytest.param("[The owner] shall register every hive", NORMALISED, id="words-in-brackets"),
        pytest.param("register every hive (emphasis added) with the county", NORMALISED, id="aside"),
        pytest.param("A ‘registered hive’ bears its number", NORMALISED, id="inner-marks"),
        pytest.param("the registered hive", EXACT, id="the-sentence's-own-article"),
        pytest.param("The keeper shall register every hive … within 30 days", NORMALISED, id="harmless-dots"),
        pytest.param("within 30 days … the hive is empty", NOWHERE, id="dots-over-unless"),
        pytest.param("shall not register every hive", NOWHERE, id="one-word-more"),
    ],
)
def test_only_what_a_lawyer_declares_is_allowed_for(quotation: str, match: QuoteMatch) -> None:
    assert stands(quotation, LAW)[0].match is match


def test_the_words_that_depart_are_told_apart() -> None:
    quotation = "The keeper may register every hive with the county within 60 days."
    near = nearest(quotation, LAW)
    assert near is not None
    law = LAW[near.start : near.end]
    found = [(piece.kind, piece.text.strip()) for piece in departures(quotation, law) if piece.kind != "same"]
    assert found[:2] == [("removed", "shall"), ("added", "may")]
    assert ("removed", "30") in found
    assert ("added", "60") in found


def test_words_that_mostly_stand_nowhere_depart_from_nothing() -> None:
    assert nearest("The owner of the honey must pay a fine to the king and the queen", LAW) is None


def test_a_long_text_is_compared_around_the_words_alone() -> None:
    quotation = "The keeper must register every hive with the county"
    near = nearest(quotation, "Bees fly. " * 500 + LAW + " Bees fly." * 500)
    assert near is not None
    assert near.start == 5004
