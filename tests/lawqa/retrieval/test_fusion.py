"""Fusion: scores are scaled within a list, weighed, added; ties are broken for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawqa.retrieval.fusion import fuse, weights_for

HALF = (0.5, 0.5)
LISTS = st.dictionaries(st.integers(1, 30), st.floats(-5, 5), max_size=12)


@pytest.mark.parametrize(
    ("lists", "weights", "expected"),
    [
        pytest.param(({}, {}), HALF, [], id="nothing-found"),
        pytest.param((), (), [], id="no-lists"),
        pytest.param(({7: 0.3}, {}), (0.65, 0.35), [(7, 0.65)], id="one-found-alone-counts-as-best"),
        pytest.param(({7: -0.3}, {7: 12.0}), HALF, [(7, 1.0)], id="one-found-by-both"),
        pytest.param(({1: 0.9, 2: 0.1}, {}), HALF, [(1, 0.5), (2, 0.0)], id="best-is-1-last-is-0"),
        pytest.param(({1: 5, 2: 3, 3: 1}, {}), HALF, [(1, 0.5), (2, 0.25), (3, 0.0)], id="between"),
        pytest.param(({9: 1, 4: 0}, {4: 8, 9: 2}), HALF, [(4, 0.5), (9, 0.5)], id="ties-to-the-lower-id"),
        pytest.param(({9: 2, 4: 2}, {}), HALF, [(4, 0.5), (9, 0.5)], id="equal-scores-are-all-best"),
        pytest.param(({1: 1, 2: 0}, {2: 1, 1: 0}), (0.65, 0.35), [(1, 0.65), (2, 0.35)], id="weights"),
    ],
)
def test_fuse(
    lists: tuple[dict[int, float], ...], weights: tuple[float, ...], expected: list[tuple[int, float]]
) -> None:
    found = fuse(lists, weights)
    assert [one for one, _ in found] == [one for one, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


def test_every_list_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="zip"):
        fuse([{1: 1.0}], HALF)


@given(LISTS, LISTS)
def test_all_that_was_found_is_ranked_once_between_0_and_1(
    first: dict[int, float], second: dict[int, float]
) -> None:
    found = fuse([first, second], (0.65, 0.35))
    assert sorted(one for one, _ in found) == sorted(first.keys() | second.keys())
    assert all(0 <= score <= 1 + 1e-9 for _, score in found)
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    assert found == fuse([dict(reversed(first.items())), second], (0.65, 0.35))


@pytest.mark.parametrize(
    ("terms", "dense"), [(0, 0.55), (10, 0.55), (12, 0.52), (15, 0.475), (20, 0.4), (60, 0.4)]
)
def test_the_more_words_a_question_has_the_more_they_count(terms: int, dense: float) -> None:
    assert weights_for(terms) == pytest.approx((dense, 1 - dense))
