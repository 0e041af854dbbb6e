"""A reply is read while it is written: what is whole is handed over, wherever the text was cut and whatever follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawqa.writing.reading_json import DEEPEST, LONGEST_VALUE, CutOff, members

WHOLE: dict[str, Any] = {
    "claims": [
        {"text": 'A "hive" \\ is {not} a [box], § 7 🐝\n\t\u2028', "citations": [{"source": "D1", "quote": "}]"}]},
        {"text": "", "citations": []}, "odd", 7, -1.5e3, None, True, [1, [2]], {},
    ],
    "sources": [{"source": "D1", "use": "used", "reason": "😀 \\u0041"}],
    "more": {"a": [1, {"b": "]"}]}, "empty": [], "number": 12, "word": "w",
}  # fmt: skip
ITEMS = [
    *(("claims", item) for item in WHOLE["claims"]), ("sources", WHOLE["sources"][0]), ("more", WHOLE["more"]),
    ("number", 12), ("word", "w"),
]  # fmt: skip
FORMS = [
    json.dumps(WHOLE),
    json.dumps(WHOLE, ensure_ascii=False, indent=2),
    json.dumps(WHOLE, separators=(",", ":")),
]


LONG = " ".join(map(str, range(LONGEST_VALUE)))


def read(text: str, size: int = 1) -> tuple[list[tuple[str, object]], bool]:
    """What was handed over, and whether the object was whole."""
    found = []
    try:
        for item in members(text[at : at + size] for at in range(0, len(text), size)):
            found.append(item)  # noqa: PERF402  what came before the end counts
    except CutOff:
        return found, False
    return found, True


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_each_value_is_handed_over_however_the_text_is_cut_into_pieces(text: str, size: int) -> None:
    assert read(text, size) == (ITEMS, True)


@pytest.mark.parametrize("text", FORMS)
def test_a_text_cut_anywhere_gives_the_first_values_and_never_half_of_one(text: str) -> None:
    counts = []
    for end in range(len(text)):
        found, whole = read(text[:end])
        assert not whole
        assert found == ITEMS[: len(found)]
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[-1] == len(ITEMS)


def test_a_value_is_handed_over_before_what_follows_it_is_asked_for() -> None:
    def pieces() -> Iterator[str]:
        yield '{"claims": [{"text": "one"}'
        raise AssertionError("the next piece was asked for")

    assert next(members(pieces())) == ("claims", {"text": "one"})


@pytest.mark.parametrize("front", ["", "\ufeff", " \n", "Here it is:\n```json\n"])
@pytest.mark.parametrize("behind", ["", "\n```", "}}}]", ' {"claims": [{"text": "again"}]}', "\0", '"'])
def test_what_stands_around_the_object_is_not_read(front: str, behind: str) -> None:
    assert read(front + FORMS[0] + behind) == (ITEMS, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []), ("no JSON", []), ("[1]", []), ("{", []), ("{]", []), ('{"a"}', []), ("{a: 1}", []), ('{"a": }', []), ("{'a': 1}", []),
        ('{"a": [{"b": 1], "c": 2}', []), ('{"a": [{"b": 1}, {"c": [2}]}', [("a", {"b": 1})]), ('{"a": "x', []), ('{"a": "\\', []),
        (f'{{"a": ["{LONG[:LONGEST_VALUE]}"]}}', []), ('{"a": ' + "[" * 2 * DEEPEST, []), ('{"a": ' + "[" * 100_000, []),
        ('{"a": ' + "9" * 2 * LONGEST_VALUE, []), ('{"a": {' + '"b": 1, ' * LONGEST_VALUE, []),
    ],
)  # fmt: skip
def test_what_is_no_object_ends_the_reading(text: str, found: list[object]) -> None:
    assert read(text, 1_000) == (found, False)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('{"b": }', None), ("{b: 1}", None), ('{"b": 1,}', None), ("nonsense", None), ("1.2.3", None), ("9" * 9_000, None), ('"\\x"', None),
        ('"a\nb\tc"', "a\nb\tc"), ('"\\ud800"', "\ud800"), ('{"b": 1, "b": 2}', {"b": 2}),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_decoded_is_none_and_the_next_is_read(value: str, found: object) -> None:
    assert read(f'{{"a": [{value}, 1], "c": {value}}}') == ([("a", found), ("a", 1), ("c", found)], True)


@pytest.mark.parametrize(
    "words",
    ["the ", "x", "and the data breach is a matter of concern, ", "\\n", "It is the law of the land. " * 3],
)
def test_a_text_that_goes_round_in_circles_is_not_waited_for(words: str) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield '{"claims": [{"text": "one"}, {"text": "It begins well: '
        while True:
            taken += len(words)
            yield words

    reading = members(endless())
    assert next(reading) == ("claims", {"text": "one"})
    with pytest.raises(CutOff):
        next(reading)
    assert taken < 1_500


@pytest.mark.parametrize(
    "text", [LONG[:9_000], "(a) the keeper; (b) the school; " * 3 + LONG[:900], "." * 300]
)
def test_a_long_text_that_goes_on_is_read(text: str) -> None:
    assert read(json.dumps({"a": text})) == ([("a", text)], True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=5), st.integers(1, 9), st.booleans())
def test_what_json_reads_is_read(value: dict[str, Any], size: int, plain: bool) -> None:
    expected = [
        pair
        for name, item in value.items()
        for pair in (((name, one) for one in item) if isinstance(item, list) else [(name, item)])
    ]
    assert read(json.dumps(value, ensure_ascii=plain), size) == (expected, True)


@given(st.text(alphabet='{}[]",:\\ax1 \n', max_size=60), st.integers(1, 5))
def test_no_text_makes_it_fail(text: str, size: int) -> None:
    found, _ = read(text, size)
    assert read(text, 1)[0] == found
