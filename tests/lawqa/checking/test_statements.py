"""Sentences in their own words beside a citation: what of them departs from the law."""

from __future__ import annotations

import pytest

from lawqa.checking.statements import compare
from lawqa.checking.types import Agreement

LAW = (
    "The council shall consist of seven members, of whom two shall retire at the expiration of every second year "
    "under section 12. It shall report to the county by 1 March 1998 and whenever fourteen keepers ask for it."
)
REPEATED = (
    "the council shall consist of seven members, of whom two shall retire at the expiration of every second year "
    "under section 12"
)


def said(statement: str, *, whole: bool = True) -> list[tuple[Agreement, bool]]:
    return [
        (one.agreement, one.certain) for one in compare(statement, LAW, "Bees Act § 4", whole=whole)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("law", "wrong"),
    [
        pytest.param("every second year", "every fifth year", id="ordinal"),
        pytest.param("section 12", "section 17", id="reference"),
    ],
)
def test_a_figure_of_any_kind_counts_where_the_sentence_repeats_the_law(law: str, wrong: str) -> None:
    assert said(REPEATED) == []
    assert said(REPEATED.replace(law, wrong)) == [(Agreement.DIFFERS, True)]
    assert said(REPEATED.replace(law, wrong), whole=False) == []


def test_another_count_of_the_same_things_is_wrong_in_any_words() -> None:
    assert said("nine members make up the council", whole=False) == [(Agreement.DIFFERS, True)]
    assert said("the council is made up of its seven members") == []


def test_a_year_counts_where_the_sentence_repeats_the_law() -> None:
    right = "It shall report to the county by 1 March 1998 and whenever fourteen keepers ask for it"
    assert said(right) == []
    assert said(right.replace("1998", "2004"))[0] == (Agreement.DIFFERS, True)


@pytest.mark.parametrize(
    "statement",
    [
        "our client keeps nineteen hives and asked the council in 2004 to look at every third of them",
        "in 2011 the council heard our client, who is one of 300 bakers",
    ],
)
def test_what_a_case_says_in_figures_is_its_own(statement: str) -> None:
    assert said(statement) == []
