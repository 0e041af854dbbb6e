"""Subdivisions are read off the enumerators, whatever the legislature's style."""

from __future__ import annotations

import pytest

from corpus.structure.outline import find_pin, outline


def pins(text: str) -> list[str]:
    return [".".join(part.pin) + ("" if part.marker else "+") for part in outline(text)]


def lines(*starts: str) -> str:
    return "\n".join(f"{start} words" if start else "more words" for start in starts)


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        pytest.param(["1.", "(a)", "(b)", "2.", "(a)", "(i)", "(ii)"],
                     ["1", "1.a", "1.b", "2", "2.a", "2.a.i", "2.a.ii"], id="eu"),
        pytest.param(["(a)", "(1)", "(A)", "(i)", "(I)", "(II)", "(ii)", "(B)", "(2)", "(b)"],
                     ["a", "a.1", "a.1.A", "a.1.A.i", "a.1.A.i.I", "a.1.A.i.II", "a.1.A.ii", "a.1.B", "a.2", "b"], id="us"),
        pytest.param(["(1)", "(a)", "(i)", "(ii)", "(b)", "(2)", "(2A)", "(3)"],
                     ["1", "1.a", "1.a.i", "1.a.ii", "1.b", "2", "2A", "3"], id="india"),
        pytest.param(["(g)", "(h)", "(i)", "(j)", "(k)"], ["g", "h", "i", "j", "k"], id="i-is-a-letter"),
        pytest.param(["(g)", "(h)", "(i)", "(ii)", "(iii)", "(i)"], ["g", "h", "h.i", "h.ii", "h.iii", "i"],
                     id="i-is-roman-then-a-letter"),
        pytest.param(["(a)", "(i)", "(ii)", "(iii)", "(iv)", "(v)", "(b)"],
                     ["a", "a.i", "a.ii", "a.iii", "a.iv", "a.v", "b"], id="v-is-roman"),
        pytest.param(["(u)", "(v)", "(w)"], ["u", "v", "w"], id="v-is-a-letter"),
        pytest.param(["(y)", "(z)", "(aa)", "(bb)"], ["y", "z", "aa", "bb"], id="after-z"),
        pytest.param(["(c)", "(cc)", "(d)"], ["c", "cc", "d"], id="inserted"),
        pytest.param(["(I)", "(aa)", "(bb)", "(II)"], ["I", "I.aa", "I.bb", "II"], id="items"),
        pytest.param(["(a)", "(b)", "(d)", "(1)"], ["a", "b", "d", "d.1"], id="gap"),
        pytest.param(["‘3.", "4."], ["3", "4"], id="quoted"),
        pytest.param(["[(5)", "(6)"], ["5", "6"], id="bracketed"),
        pytest.param(["(b)(1)", "(A)", "(2)"], ["b", "b.1", "b.1.A", "b.2"], id="two-on-a-line"),
        pytest.param(["", "(a)", "(1)", "(2)", "", "(b)", ""], ["+", "a", "a.1", "a.2", "a+", "b", "b+"], id="flush"),
        pytest.param(["", ""], ["+", "+"], id="none"),
        pytest.param([], [], id="empty"),
    ],
)  # fmt: skip
def test_pins(starts: list[str], expected: list[str]) -> None:
    assert pins(lines(*starts)) == expected


def test_a_subdivision_reaches_to_the_next_that_is_not_below_it() -> None:
    text = "Lead:\n(a) one:\n(1) first;\n(2) second;\nflush words.\n(b) two."
    parts = {".".join(part.pin): text[part.start : part.end] for part in outline(text) if part.marker}
    assert parts == {
        "a": "(a) one:\n(1) first;\n(2) second;\nflush words.",
        "a.1": "(1) first;",
        "a.2": "(2) second;",
        "b": "(b) two.",
    }


def test_every_line_is_in_the_outline_with_its_place() -> None:
    text = "Lead:\n\n(a) one\n  (1) indented\nmore"
    assert [text[part.start :].split("\n", 1)[0] for part in outline(text)] == [
        "Lead:",
        "(a) one",
        "(1) indented",
        "more",
    ]
    assert [part.depth for part in outline(text)] == [0, 1, 2, 1]


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        pytest.param(("1", "b"), "(b) buoys.", id="nested"),
        pytest.param(("2",), "2. Lights.", id="outer"),
        pytest.param(("3",), None, id="absent"),
        pytest.param((), None, id="no-pin"),
        pytest.param(("b",), None, id="a-pin-is-whole"),
    ],
)
def test_find_pin(pin: tuple[str, ...], expected: str | None) -> None:
    text = "1. Marks:\n(a) beacons;\n(b) buoys.\n2. Lights."
    place = find_pin(text, pin)
    assert (text[slice(*place)] if place else None) == expected


def test_numbers_in_a_sentence_are_no_enumerators() -> None:
    assert pins("1.5 metres\n2031 was wet\nI. e. not\n(see below) words\n(2031) words") == ["+"] * 5
