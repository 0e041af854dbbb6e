"""Briefs with planted errors, made of the law on a small shelf."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests import library
from tests.adversary.briefs import check_brief, statements
from tests.adversary.law import Given

TEXTS = (library.BEES, library.HONEY, library.WASPS)
SECTIONS = [
    Given(marker="", label=f"Bees Act Art. {number}", text=text) for number, text in enumerate(TEXTS, start=1)
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def results() -> Counter[tuple[str, bool, str]]:
    library.record(*(library.section(number, text) for number, text in enumerate(TEXTS, start=1)))
    rng = random.Random(4)  # noqa: S311  repeatable, no secret
    counted: Counter[tuple[str, bool, str]] = Counter()
    for _ in range(3):
        for given in SECTIONS:
            brief = list(statements(given, [one for one in SECTIONS if one is not given], rng))
            counted.update((one.kind, one.wrong, found) for one, found in check_brief(brief))
    return counted


def test_what_is_quoted_rightly_is_never_alarmed_and_what_is_invented_always_is(
    results: Counter[tuple[str, bool, str]],
) -> None:
    assert results["quoted rightly", False, "nothing"] == len(SECTIONS) * 3
    for kind in ("no such section", "of another section", "quoted wrongly"):
        assert results[kind, True, "alarm"], kind
        assert not results[kind, True, "nothing"], kind


def test_a_rewording_of_the_law_is_not_alarmed(results: Counter[tuple[str, bool, str]]) -> None:
    told = {found: results["told rightly", False, found] for found in ("alarm", "note", "nothing")}
    assert sum(told.values())
    assert not told["alarm"]
