"""A label names a section only with the section's own numbers, words and subdivisions."""

import pytest

from lawqa.verification import check_claim, labels_match
from lawqa.verification.label import split_lead_in

TITLE = "Sea Lights and Buoys Regulation"


@pytest.mark.parametrize(
    ("cited", "own"),
    [
        ("", "12 S.L.C. § 107"),
        ("12 SLC 107", "12 S.L.C. § 107"),
        ("Section 107 of title 12 S.L.C.", "12 S.L.C. § 107"),
        ("12 S.L.C. § 107(a)(1)", "12 S.L.C. § 107"),
        ("Art. 17 SLBR", "SLBR Article 17"),
        ("Article 17 of the Sea Lights and Buoys Regulation", "SLBR Article 17"),
        ("Article 17(2)", "SLBR Article 17"),
        ("Keeper v. Board", "Keeper v. Board, 10 L.R. 44"),
        ("10 L.R. 44", "Keeper v. Board, 10 L.R. 44"),
    ],
)
def test_ways_to_write_a_label_match(cited: str, own: str) -> None:
    assert labels_match(cited, own, also=TITLE)


@pytest.mark.parametrize(
    ("cited", "own"),
    [
        ("12 S.L.C. § 823", "12 S.L.C. § 1823"),
        ("12 S.L.C. § 1823", "12 S.L.C. § 823"),
        ("13 S.L.C. § 107", "12 S.L.C. § 107"),
        ("Article 7", "SLBR Article 17"),
        ("Article 21", "SLBR Article 21A"),
        ("Article 17 Fisheries Act", "SLBR Article 17"),
        ("SLBR Article 17(2)", "SLBR Article 17(3)"),
        ("10 L.R. 45", "Keeper v. Board, 10 L.R. 44"),
        ("Pilot v. Board", "Keeper v. Board, 10 L.R. 44"),
    ],
)
def test_another_section_does_not_match(cited: str, own: str) -> None:
    assert not labels_match(cited, own, also=TITLE)


def test_a_lead_in_is_set_apart_from_the_claim() -> None:
    assert split_lead_in("Under 12 S.L.C. § 107, the keeper pays.") == ("12 S.L.C. § 107", "the keeper pays.")
    assert split_lead_in("Under the moon, the keeper pays.") == ("", "Under the moon, the keeper pays.")


def test_a_lead_in_that_names_another_section_is_a_problem() -> None:
    law = "The keeper shall pay the dues."
    wrong = check_claim(
        "Under 12 S.L.C. § 108, the keeper shall pay the dues.", law, law, label="12 S.L.C. § 107"
    )
    assert {problem.check for problem in wrong.problems} == {"label"}


def test_a_reference_in_the_law_s_own_words_is_no_lead_in() -> None:
    law = "Pursuant to section 9, the keeper shall pay the dues."
    assert check_claim(law, law, law, label="12 S.L.C. § 107").passed
