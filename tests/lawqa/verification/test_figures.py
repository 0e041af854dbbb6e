"""Figures are read whatever their writing, and compared with what they count and how they bound it."""

import pytest

from lawqa.verification import check_claim
from lawqa.verification.numerals import tokenize
from lawqa.verification.quantities import Kind, read_figures


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("within twenty-four hours", Kind.DURATION, 24),
        ("within a month", Kind.DURATION, 1),
        ("a 180-day period", Kind.DURATION, 180 * 24),
        ("one hundred and fifty thousand crowns", Kind.NUMBER, 150_000),
        ("EUR 20 000 000", Kind.MONEY, 20_000_000),
        ("$1.5 million", Kind.MONEY, 1_500_000),
        ("£750", Kind.MONEY, 750),
        ("4 % of turnover", Kind.PERCENT, 4),
        ("fifty per centum", Kind.PERCENT, 50),
        ("two-thirds of the members", Kind.NUMBER, 2 / 3),
        ("one and one-half times the rate", Kind.MULTIPLE, 1.5),
        ("twice the fee", Kind.MULTIPLE, 2),
        ("10^25 operations", Kind.NUMBER, 1e25),
        ("the third reading", Kind.ORDINAL, 3),
        ("in 1998", Kind.YEAR, 1998),
        ("section 14", Kind.REFERENCE, 14),
        ("the 21st day", Kind.ORDINAL, 21),
    ],
)
def test_one_figure_is_read(text: str, kind: Kind, value: float) -> None:
    (figure,) = read_figures(tokenize(text))
    assert figure.kind is kind
    assert figure.value == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["no one may enter", "(1) the owner", "one of the members", "3. The owner pays"]
)
def test_what_only_looks_like_a_figure_is_none(text: str) -> None:
    assert read_figures(tokenize(text)) == []


def test_every_number_of_a_list_of_references_is_one() -> None:
    kinds = {figure.kind for figure in read_figures(tokenize("sections 12, 14 and 16"))}
    assert kinds == {Kind.REFERENCE}


LAW = (
    "The keeper shall report a fire to the lighthouse board within 72 hours of its discovery. "
    "The board may impose a charge not exceeding $5,000 on a keeper who reports late. "
    "A lamp shall burn for at least 14 days without oil being added. "
    "The licence of a keeper lapses one month after the lamp was last lit on 25 May 1998."
)


@pytest.mark.parametrize(
    "claim",
    [
        "A fire has to be reported to the board within seventy-two hours.",
        "A fire has to be reported to the board within three days.",
        "Late reporting can cost the keeper up to five thousand dollars.",
        "Without new oil a lamp has to burn for two weeks or more.",
        "A keeper's licence lapses one month after the lamp was last lit.",
    ],
)
def test_equal_quantities_in_other_writing_pass(claim: str) -> None:
    assert check_claim(claim, "", LAW).problems == ()


@pytest.mark.parametrize(
    ("claim", "check"),
    [
        ("A fire has to be reported to the board within 27 hours.", "number"),
        ("Late reporting can cost the keeper up to $50,000.", "money"),
        ("Late reporting can cost the keeper up to €5,000.", "money"),
        ("Late reporting costs the keeper at least $5,000.", "number"),
        ("A lamp has to burn for no more than 14 days without oil.", "number"),
        ("A keeper's licence lapses 30 days after the lamp was last lit.", "number"),
        ("A keeper's licence lapses if the lamp was last lit on 26 May 1998.", "date"),
    ],
)
def test_other_quantities_are_named(claim: str, check: str) -> None:
    assert check in {problem.check for problem in check_claim(claim, "", LAW).problems}
