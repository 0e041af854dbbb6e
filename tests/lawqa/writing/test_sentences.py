"""The pieces of a section: sentences, and points with what leads into them; every offset is exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawqa.writing.sentences import Piece, pieces
from tests.library import BEES, HONEY


def texts(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\n ", [], id="white-space"),
        pytest.param("Bees fly. Wasps sting.", ["Bees fly.", "Wasps sting."], id="two-sentences"),
        pytest.param("Do bees fly? They do!", ["Do bees fly?", "They do!"], id="other-ends"),
        pytest.param("  Bees fly.  ", ["Bees fly."], id="without-the-space-around"),
        pytest.param("Bees fly", ["Bees fly"], id="no-full-stop"),
        pytest.param("He said “go.” She went.", ["He said “go.”", "She went."], id="quotes-close-first"),
        pytest.param("Bees fly. or so", ["Bees fly. or so"], id="a-sentence-begins-with-a-capital"),
        pytest.param("See Art. 7 and para. 3. It ends.", ["See Art. 7 and para. 3.", "It ends."], id="art"),
        pytest.param("Mr. B. Keeper keeps bees.", ["Mr. B. Keeper keeps bees."], id="initials"),
        pytest.param("The U.S. Code rules.", ["The U.S. Code rules."], id="letters-with-points"),
        pytest.param("Hive Inc. Ltd. pays.", ["Hive Inc. Ltd. pays."], id="companies"),
        pytest.param("On 3 Jan. 2020 it began.", ["On 3 Jan. 2020 it began."], id="months"),
        pytest.param("1. Bees fly. 2 fly.", ["1. Bees fly.", "2 fly."], id="an-enumerator-is-no-sentence"),
        pytest.param("(a) One.\n(b) Two.", ["(a) One.", "(b) Two."], id="a-line-is-a-piece"),
    ],
)  # fmt: skip
def test_cuts(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def leads(text: str) -> dict[str, str | None]:
    found = pieces(text)
    return {
        text[piece.start : piece.end]: None
        if piece.lead is None
        else text[found[piece.lead].start : found[piece.lead].end]
        for piece in found
    }


def test_points_know_what_leads_into_them() -> None:
    lead = "1. Honey may be sold as honey only if:"
    assert leads(HONEY) == {
        lead: None,
        "(a) it was gathered by bees;": lead,
        "(b) nothing was added to it; and": lead,
        "(c) the jar names the county of the hive.": lead,
        "2. Whoever sells other goods as honey shall pay a fine of up to 5 000 crowns.": None,
    }


def test_a_list_in_a_list_leads_by_steps() -> None:
    text = "1. A keeper shall:\n(a) tell the owner of:\n(i) the hive;\n(ii) the bees;\n(b) pay.\n2. It ends."
    assert leads(text) == {
        "1. A keeper shall:": None,
        "(a) tell the owner of:": "1. A keeper shall:",
        "(i) the hive;": "(a) tell the owner of:",
        "(ii) the bees;": "(a) tell the owner of:",
        "(b) pay.": "1. A keeper shall:",
        "2. It ends.": None,
    }


def test_text_without_a_mark_ends_a_list() -> None:
    text = "The keeper shall tell:\n(a) the owner;\n(b) the county.\nWasps are no bees."
    assert leads(text)["(b) the county."] == "The keeper shall tell:"
    assert leads(text)["Wasps are no bees."] is None


@pytest.mark.parametrize(
    ("text", "open_ended"),
    [
        ("Honey only if:", True),
        ("(a) the keeper and", True),
        ("(a) it flew; and", False),
        ("(a) it flew, or", False),
        ("in the event of", True),
        ("the following —", True),
        ("Bees fly.", False),
    ],
)
def test_what_ends_open_says_nothing_alone(text: str, open_ended: bool) -> None:
    assert pieces(text)[0].leads is open_ended


def test_offsets_may_start_elsewhere() -> None:
    assert [piece.start for piece in pieces(BEES, offset=100)] == [p.start + 100 for p in pieces(BEES)]


LAW = st.lists(
    st.sampled_from(
        ["1. ", "2. ", "(a) ", "(b) ", "(i) ", "(A) ", "\n", "\n\n", " ", "Bees fly", "if:", "unless", ". ", "Art. ",
         "3", "! ", "? ", "”", "(", ")", "é", "—", ";", "\t", "\u2028", "\x0c", "\r", "\N{NO-BREAK SPACE}", "bees "]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(LAW | st.text(max_size=80))
def test_pieces_are_exact_and_in_order_and_lose_only_white_space(text: str) -> None:
    found = pieces(text)
    check_order(found, len(text))
    for piece in found:
        words = text[piece.start : piece.end]
        assert words == words.strip() != ""
        assert "\n" not in words
    rest, end = "", 0
    for piece in found:
        rest, end = rest + text[end : piece.start], piece.end
    assert (rest + text[end:]).strip() == ""


def check_order(found: list[Piece], length: int) -> None:
    end = 0
    for index, piece in enumerate(found):
        assert end <= piece.start < piece.end <= length
        end = piece.end
        assert piece.lead is None or (piece.lead < index and found[piece.lead].leads)


def test_a_line_before_a_deeper_list_leads_even_without_a_dash() -> None:
    lead = "(a) A hive may be taken from"
    assert leads(f"{lead}\n(1) a keeper who is absent,\n(2) a county.\n(b) Bees stay.") == {
        lead: None,
        "(1) a keeper who is absent,": lead,
        "(2) a county.": lead,
        "(b) Bees stay.": None,
    }
