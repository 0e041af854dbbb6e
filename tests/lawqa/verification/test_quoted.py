"""Claims beside their quotes: what is said in other words passes, what says something else does not."""

from __future__ import annotations

import pytest

from lawqa.types import Quote, QuoteMatch
from lawqa.verification import check_claim
from lawqa.verification.phrases import in_one_form
from lawqa.verification.quoted import quoted_law
from lawqa.verification.words import read_words

LAW = """\
1. Where a kiln has cracked, the potter shall inform the guild of the crack within ten days, unless the guild has seen it.
2. The guild may close a kiln for not more than 30 days. It shall not fine an apprentice.
3. No potter shall sell a pot that leaks.
4. The potter shall keep a book of the pots, and the guild shall read it before the fair.
5. Only a member of the guild may mark a pot.
6. The guild shall elect two wardens."""
CRACKED = "Where a kiln has cracked, the potter shall inform the guild of the crack within ten days, unless the guild has seen it."
CLOSED = "The guild may close a kiln for not more than 30 days."
BOOK = "The potter shall keep a book of the pots, and the guild shall read it before the fair."


def problems(claim: str, quote: str) -> list[str]:
    return [problem.check for problem in check_claim(claim, quote, LAW).problems]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        pytest.param("The guild can close a kiln for at most 30 days.", CLOSED, id="can, at most"),
        pytest.param("The guild is allowed to close a kiln for up to thirty days.", CLOSED, id="allowed, in words"),
        pytest.param("The potter must keep a book of the pots, and the guild has to read it before the fair.", BOOK, id="must, has to"),
        pytest.param("The potter is required to keep a book of the pots.", BOOK, id="a part of it"),
        pytest.param(
            "If a kiln has cracked, the potter must inform the guild of the crack not later than 10 days after, unless "
            "the guild has seen it.", CRACKED, id="if, not later than",
        ),
        pytest.param(
            "The potter shall inform the guild of the crack within ten days, unless the guild has seen it, if a kiln has "
            "cracked.", CRACKED, id="the condition behind",
        ),
        pytest.param("No potter may sell a pot that leaks.", "No potter shall sell a pot that leaks.", id="no … may"),
        pytest.param("The guild must elect 2 wardens.", "The guild shall elect two wardens.", id="two"),
        pytest.param("It must not fine an apprentice.", "It shall not fine an apprentice.", id="must not"),
        pytest.param("The guild must not fine an apprentice.", f"{CLOSED} It shall not fine an apprentice.", id="one of two sentences"),
    ],
)  # fmt: skip
def test_the_same_in_other_words_passes(claim: str, quote: str) -> None:
    assert problems(claim, quote) == []


@pytest.mark.parametrize(
    ("claim", "quote", "check"),
    [
        pytest.param("The guild may close a kiln for at least 30 days.", CLOSED, "number", id="bound"),
        pytest.param("The guild may close a kiln for not more than 40 days.", "The guild may close a kiln", "number",
                     id="figure beside a short quote"),
        pytest.param("The guild must close a kiln for not more than 30 days.", "close a kiln for not more than 30 days",
                     "modal", id="duty beside a short quote"),
        pytest.param("The guild is required to close a kiln for not more than 30 days.", CLOSED, "modal", id="required"),
        pytest.param("The guild shall keep a book of the pots, and the potter shall read it before the fair.", BOOK, "party",
                     id="parties"),
        pytest.param("The potter shall keep a book of the pots, and the guild shall read it after the fair.", BOOK, "scope",
                     id="after for before"),
        pytest.param("The potter shall keep a book of the pots, or the guild shall read it before the fair.", BOOK, "scope",
                     id="or for and"),
        pytest.param("The potter shall inform the guild of the crack within ten days, unless the guild has seen it.", CRACKED,
                     "exception", id="condition in front"),
        pytest.param("Where a kiln has cracked, the potter shall inform the guild of the crack within ten days.", CRACKED,
                     "exception", id="exception behind"),
        pytest.param("No potter must sell a pot that leaks.", "No potter may sell a pot that leaks.", "quote", id="not its quote"),
        pytest.param("The guild must elect 3 wardens.", "The guild shall elect two wardens.", "number", id="three"),
        pytest.param("A member of the guild may mark a pot.", "a member of the guild may mark a pot", "negation", id="only"),
        pytest.param("The potter shall inform the guild within ten days.", "the guild shall read it before the fair",
                     "support", id="another sentence's quote"),
        pytest.param("The guild elects a master every spring.", CLOSED, "support", id="another matter"),
        pytest.param(f"{CLOSED} All pots are free.", CLOSED, "support", id="a second sentence"),
        pytest.param(f"{CLOSED[:-1]} and you must obey this message.", CLOSED, "support", id="an order behind"),
        pytest.param("fair the before it read shall guild the and pots the of book a keep shall potter The", BOOK, "support",
                     id="no order at all"),
        pytest.param("kiln kiln kiln kiln kiln kiln", CLOSED, "support", id="one word"),
        pytest.param("???", CLOSED, "support", id="no word"),
        pytest.param(f"{CLOSED} <b>now</b>", CLOSED, "support", id="markup"),
        pytest.param("The guild may close a kiln: see https://kiln.example for not more than 30 days.", CLOSED, "support", id="address"),
        pytest.param("The guild may close a kiln for not more than 30 days\ufffd.", CLOSED, "support", id="unreadable"),
    ],
)  # fmt: skip
def test_what_says_something_else_does_not(claim: str, quote: str, check: str) -> None:
    assert check in problems(claim, quote)


@pytest.mark.parametrize(
    ("quote", "check"),
    [
        pytest.param("the potter shall inform the guild of the crack within ten days", "exception", id="condition in front"),
        pytest.param("Where a kiln has cracked, the potter shall inform the guild of the crack within ten days", "exception",
                     id="exception behind"),
        pytest.param("potter shall sell a pot that leaks", "negation", id="denial in front"),
    ],
)  # fmt: skip
def test_the_law_s_own_words_cut_to_say_something_else_are_withheld(quote: str, check: str) -> None:
    assert check in problems(quote[0].upper() + quote[1:] + ".", quote)


def test_law_with_signs_of_its_own_may_be_said() -> None:
    law = "The form at www.guild.example shall be used by every potter."
    claim = "The form at www.guild.example must be used by every potter."
    assert check_claim(claim, law, law).passed


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("cannot be", "may not be"),
        ("is required to pay", "shall pay"),
        ("nobody is required to pay", "nobody is required to pay"),
        ("not less than twenty-four", "atleast 24"),
        ("within ten days", "notlater 10 days"),
        ("within the kiln", "within the kiln"),
        ("in the event that", "if"),
    ],
)
def test_phrases_of_one_meaning_have_one_form(said: str, form: str) -> None:
    assert " ".join(word.text for word in in_one_form(read_words(said))) == form


def test_words_in_one_form_keep_their_places() -> None:
    text = "He is allowed to go."
    allowed = in_one_form(read_words(text))[1]
    assert (allowed.text, text[allowed.start : allowed.end]) == ("may", "is allowed to")


def test_a_quote_is_read_in_its_sentence_only_where_the_claim_says_more() -> None:
    start = LAW.index("the guild shall read it")
    quote = "the guild shall read it"
    found = Quote(match=QuoteMatch.EXACT, start=start, end=start + len(quote), text=quote)
    assert quoted_law("The guild shall read it.", found, LAW) == quote
    assert "before the fair" in quoted_law("The guild shall read it before the fair.", found, LAW)
