"""Passages are runs of whole subdivisions, and every token is in exactly one of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.passages import split
from corpus.types import PassageText


def words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def cut(text: str, limit: int) -> list[str]:
    return [text[piece.start : piece.end] for piece in split(text, words(text), limit)]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("", 5, [], id="no-text-no-passage"),
        pytest.param("\n \n", 5, [], id="white-space-is-no-passage"),
        pytest.param("one two", 5, ["one two"], id="short-text-is-one"),
        pytest.param("(a) one\n(b) two", 9, ["(a) one\n(b) two"], id="subdivisions-together-where-they-fit"),
        pytest.param(
            "(a) one two\n(b) two six", 4, ["(a) one two", "(b) two six"], id="cut-between-subdivisions"
        ),
        pytest.param(
            "1. one two three\n(b) x\n2. two",
            9,
            ["1. one two three\n(b) x", "2. two"],
            id="new-paragraph-when-half-full",
        ),
        pytest.param(
            "One two. Three four. Five.", 4, ["One two. Three four.", "Five."], id="long-line-at-sentences"
        ),
        pytest.param("a b c d e f g", 3, ["a b c", "d e f", "g"], id="long-sentence-at-tokens"),
    ],
)
def test_passages(text: str, limit: int, expected: list[str]) -> None:
    assert cut(text, limit) == expected


@given(st.text(alphabet="ab1(). \n;", max_size=200), st.integers(min_value=1, max_value=12))
def test_every_token_is_in_exactly_one_passage(text: str, limit: int) -> None:
    tokens = words(text)
    found = split(text, tokens, limit)

    def inside(piece: PassageText) -> list[tuple[int, int]]:
        return [token for token in tokens if piece.start <= token[0] and token[1] <= piece.end]

    assert [token for piece in found for token in inside(piece)] == tokens
    assert all(len(inside(piece)) <= limit for piece in found)
