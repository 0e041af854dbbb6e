"""Quotes are found as one run of whole words, whatever the typography, and never more than that."""

import pytest

from lawqa.types import Quote, QuoteMatch
from lawqa.verification import find_quote

LAW = (
    "1. The harbour master shall not refuse a berth, save in a storm, to a vessel that has paid the dues.\n"
    "2. A pilot may board a vessel at night. A vessel of 1823 tons or more shall carry two anchors.\n"
    "(a) the “log-book” of the vessel; (b) the crew’s certi\ufb01cates, and\n"
    "(c) a notifi-\ncation of dangerous goods — if any — and third-\nparty insurance."
)


def found(quote: str) -> Quote:
    return find_quote(quote, LAW)


def test_exact_words_are_found_with_their_offsets() -> None:
    match = found("A pilot may board a vessel at night.")
    assert match.match is QuoteMatch.EXACT
    assert LAW[match.start : match.end] == match.text == "A pilot may board a vessel at night."


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        pytest.param('the "log-book" of the vessel', "the “log-book” of the vessel", id="straight-quotes"),
        pytest.param("the crew's certificates", "the crew’s certi\ufb01cates", id="apostrophe-and-ligature"),
        pytest.param("a notification of dangerous", "a notifi-\ncation of dangerous", id="printer's-hyphen"),
        pytest.param("third-party insurance", "third-\nparty insurance", id="hyphen-kept-at-line-end"),
        pytest.param("goods - if any - and", "goods — if any — and", id="dashes"),
        pytest.param("a  pilot\nmay board", "A pilot may board", id="spaces-and-first-letter"),
        pytest.param("a pi\u00adlot\u200b may\u202e board", "A pilot may board", id="invisible-characters"),
        pytest.param("A pilot may\x00 board", "A pilot may board", id="nul"),
        pytest.param("paid the dues. 2. A pilot", "paid the dues.\n2. A pilot", id="line-break"),
    ],
)
def test_typography_does_not_matter(quote: str, stands: str) -> None:
    match = found(quote)
    assert match.match is QuoteMatch.NORMALISED
    assert LAW[match.start : match.end] == match.text == stands


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("", id="empty"),
        pytest.param("…", id="only-an-ellipsis"),
        pytest.param("“ ”", id="only-signs"),
        pytest.param("823 tons", id="tail-of-a-number"),
        pytest.param("A pilot may boar", id="half-a-word"),
        pytest.param("A pilot may always board a vessel", id="word-added"),
        pytest.param("A pilot may board vessel", id="word-left-out"),
        pytest.param("A Pilot may board", id="capital-inside"),
        pytest.param("the “log book” of the vessel", id="hyphen-is-not-a-space"),
        pytest.param("the “logbook” of the vessel", id="hyphen-inside-a-line-counts"),
        pytest.param("x" * 50_000, id="longer-than-any-quote"),
    ],
)
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert found(quote).match is QuoteMatch.NOT_FOUND
    assert found(quote).start is None


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("The harbour master shall … refuse a berth", id="negation"),
        pytest.param("shall not refuse a berth, … to a vessel", id="exception"),
        pytest.param("A pilot … board a vessel", id="modal"),
        pytest.param("A pilot may board ... two anchors", id="another-sentence"),
        pytest.param("the “log-book” … the crew’s", id="another-subdivision"),
        pytest.param("to a vessel … the harbour master", id="wrong-order"),
        pytest.param("berth […] night", id="runs-of-one-word"),
    ],
)
def test_an_ellipsis_may_not_hide_what_decides(quote: str) -> None:
    assert found(quote).match is QuoteMatch.NOT_FOUND


@pytest.mark.parametrize("dots", ["…", "...", ". . .", "[...]", "[…]", "* * *"])
def test_an_ellipsis_over_harmless_words_points_at_the_whole(dots: str) -> None:
    match = found(f"A vessel {dots} shall carry two anchors")
    assert match.match is QuoteMatch.NORMALISED
    assert match.text == "A vessel of 1823 tons or more shall carry two anchors"


def test_a_later_whole_word_is_found_behind_a_part_of_a_word() -> None:
    text = "The 1823 tons are not the 823 tons."
    assert find_quote("823 tons", text).start == text.rindex("823")


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "the … " * 30_000, "a-\n" * 60_000, "(a) " * 50_000, "\x00" * 200_000]
)
def test_long_text_does_not_blow_up(text: str) -> None:
    assert find_quote("the harbour … of the pilot", text).match is QuoteMatch.NOT_FOUND
