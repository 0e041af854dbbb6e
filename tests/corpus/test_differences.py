"""Two texts laid over each other, word by word."""

from __future__ import annotations

import time

import pytest

from corpus.differences import ADDED, FOLDED, REMOVED, SAME, Piece, pieces


def marked(before: str, after: str) -> str:
    signs = {SAME: "{}", ADDED: "[+{}]", REMOVED: "[-{}]"}
    return "".join(
        f"<{piece.words}>" if piece.kind == FOLDED else signs[piece.kind].format(piece.text)
        for piece in pieces(before, after)
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("", "", "", id="nothing"),
        pytest.param("a b c", "a b c", "a b c", id="the-same"),
        pytest.param("", "a b", "[+a b]", id="new"),
        pytest.param("a b", "", "[-a b]", id="gone"),
        pytest.param("within seven days of", "within two days of", "within [-seven ][+two ]days of", id="one-word"),
        pytest.param("(1) a\n(2) b", "(1) a\n(2) c\n(3) d", "(1) a\n(2) [-b][+c\n(3) d]", id="a-new-line"),
        pytest.param("a  b", "a b", "a b", id="space-is-no-change"),
        pytest.param("shall", "shall not", "shall [+not]", id="a-word-at-the-end"),
        pytest.param("a b\nc", "a d\nc", "a [-b ][+d\n]c", id="the-end-of-a-line-ends-it-once"),
        pytest.param("shall include—\n(a) “b”", 'shall include\n(a) "b"', 'shall include\n(a) "b"', id="typography"),
        pytest.param("(A) (i) a", "(A)(i) b", "(A)(i) [-a][+b]", id="numbers-that-stand-together"),
        pytest.param("a — b", "a c", "a [-b][+c]", id="a-dash-that-stands-alone"),
    ],
)  # fmt: skip
def test_what_changed_is_marked_word_by_word(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_long_unchanged_stretches_are_folded_but_for_their_ends() -> None:
    words = " ".join(f"w{number}" for number in range(200))
    shown = pieces(f"{words} old {words}", f"{words} new {words}")
    kinds = [piece.kind for piece in shown]
    assert kinds == [FOLDED, SAME, REMOVED, ADDED, SAME, FOLDED]
    assert shown[0] == Piece(FOLDED, "", 182)
    assert shown[1].text.split()[-1] == "w199"
    assert shown[4].text.split()[0] == "w0"


@pytest.mark.parametrize(("before", "after"), [("a " * 30_000, "b " * 30_000), ("a\n" * 500, "b\na\n" * 500)])
def test_every_word_of_both_texts_is_there_and_no_text_takes_long(before: str, after: str) -> None:
    began = time.process_time()
    shown = pieces(before, after)
    assert time.process_time() - began < 2
    assert sum(piece.words for piece in shown if piece.kind != REMOVED) == len(after.split())
    assert sum(piece.words for piece in shown if piece.kind != ADDED) == len(before.split())
