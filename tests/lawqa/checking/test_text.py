"""A text held against a small shelf of invented law: what exists, applies, is quoted word for word, and agrees."""

from __future__ import annotations

import datetime as dt

import pytest

from corpus.models import Collection
from lawqa.checking import check_text
from lawqa.checking.facts import plain
from lawqa.checking.layout import lay_out
from lawqa.checking.types import Agreement, CheckedQuotation, CheckedText, Existence, Weight, Wording
from tests import library

TODAY = dt.date(2026, 3, 1)
SHEDS = "A shed for bees shall be painted white and shall stand ten metres from any road."
FORMER = "A hive shall stand no less than 20 metres from a public path."
NOW = "A hive shall stand no less than 30 metres from a public path."

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def law() -> None:
    kept = [
        library.section(1, library.BEES, "Registration of hives"),
        library.section(2, library.HONEY, "Sale of ‘honey’"),
    ]
    former = [library.section(3, SHEDS, "Sheds"), library.section(4, FORMER, "Paths")]
    library.record(*kept, *former)
    library.record(*kept, library.section(4, NOW, "Paths"), dated=dt.date(2024, 1, 1))


def check(text: str, *, as_of: dt.date = TODAY) -> CheckedText:
    return check_text(text, frozenset(Collection.objects.values_list("pk", flat=True)), as_of)


def quoted(text: str, **facts: dt.date) -> CheckedQuotation:
    (found,) = check(text, **facts).quotations
    return found


@pytest.mark.parametrize(
    ("text", "existence", "weight"),
    [
        pytest.param("See Article 1 of the Bees Act.", Existence.IN_FORCE, Weight.GOOD, id="exists"),
        pytest.param("See Article 9 of the Bees Act.", Existence.MISSING, Weight.BAD, id="no-such-article"),
        pytest.param("See Article 3 of the Bees Act.", Existence.ENDED, Weight.BAD, id="repealed-not-invented"),
        pytest.param("See Article 1 of the Wasps Act.", Existence.NOT_HELD, Weight.NOTE, id="not-on-the-shelf"),
    ],
)  # fmt: skip
def test_what_became_of_a_citation(text: str, existence: Existence, weight: Weight) -> None:
    (found,) = check(text).citations
    assert (found.existence, found.weight) == (existence, weight)


def test_a_repealed_article_was_law_before() -> None:
    (found,) = check("See Article 3 of the Bees Act.", as_of=dt.date(2022, 1, 1)).citations
    assert found.existence is Existence.IN_FORCE


def test_a_subdivision_that_is_not_there_is_told_from_an_article_that_is_not() -> None:
    (found,) = check("See Article 2(1)(d) of the Bees Act.").citations
    assert (found.existence, found.pin_missing, found.weight) == (Existence.IN_FORCE, True, Weight.BAD)


def test_a_subdivision_that_the_text_does_not_show_is_worth_a_look() -> None:
    (found,) = check("See Article 1(2)(b) of the Bees Act.").citations
    assert (found.pin_missing, found.pin_unseen, found.weight) == (False, True, Weight.NOTE)


def test_every_occurrence_is_checked_and_a_bare_number_is_of_the_law_named_last() -> None:
    found = check(
        "Article 1 of the Bees Act. Then Article 2. Then Article 1 of the Bees Act. Article 8."
    ).citations
    assert [one.label for one in found[:3]] == ["Bees Act Art. 1", "Bees Act Art. 2", "Bees Act Art. 1"]
    assert found[3].existence is Existence.MISSING


RIGHT = "Article 1(1) of the Bees Act: “{}”."


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        pytest.param(RIGHT.format("shall register every hive with the county"), Wording.EXACT, id="exact"),
        pytest.param(RIGHT.format("shall register every\nhive with the county"), Wording.NORMALISED, id="set"),
        pytest.param(RIGHT.format("may register every hive with the county"), Wording.DEPARTS, id="departs"),
        pytest.param(RIGHT.format("bees are to be fed in winter and kept dry"), Wording.NOT_FOUND, id="nowhere"),
        pytest.param(RIGHT.format("the jar names the county of the hive"), Wording.ELSEWHERE, id="elsewhere"),
        pytest.param("“Sale of ‘honey’” is Art. 2 Bees Act.", Wording.EXACT, id="heading"),
        pytest.param("Art. 4 Bees Act: “no less than 20 metres from a public path”.", Wording.FORMER, id="former"),
        pytest.param("Art. 4 Bees Act: “no less than 30 metres from a public path”.", Wording.EXACT, id="now"),
        pytest.param("The Bees Act says “the jar names the county of the hive”.", Wording.EXACT, id="whole-act"),
        pytest.param("Wasps Act, Article 1: “wasps shall be fed with the best of jam”.", Wording.UNCHECKED, id="held"),
        pytest.param("He wrote “please come to the house of bees”.", Wording.UNCHECKED, id="no-citation"),
    ],
)  # fmt: skip
def test_where_quoted_words_stand(text: str, wording: Wording) -> None:
    assert quoted(text).wording is wording


def test_the_former_wording_was_right_in_its_time() -> None:
    text = "Art. 4 Bees Act: “no less than 20 metres from a public path”."
    assert quoted(text, as_of=dt.date(2022, 1, 1)).wording is Wording.EXACT
    assert "1 January 2024" in quoted(text).detail


def test_words_of_another_subdivision_are_told() -> None:
    found = quoted("Article 1(2) of the Bees Act: “shall register every hive with the county”.")
    assert (found.wording, found.elsewhere_in, found.weight) == (Wording.EXACT, True, Weight.NOTE)
    assert found.detail == "It stands in (1), not in (2)."


def test_dots_that_hide_an_exception_do_not_pass() -> None:
    found = quoted("Art. 2(1) Bees Act: “Honey may be sold as honey … it was gathered by bees”.")
    assert found.wording is Wording.DEPARTS
    assert found.detail
    assert any(piece.kind == "removed" and "only" in piece.text for piece in found.differences)


def test_what_stands_around_a_quotation_points_at_its_words() -> None:
    found = quoted(RIGHT.format("every hive with the county"))
    assert library.BEES[found.quote_start : found.quote_end] == "every hive with the county"


@pytest.mark.parametrize(
    ("text", "agreement", "weight"),
    [
        pytest.param(
            "A hive must be registered within 30 days (Article 1 of the Bees Act).",
            Agreement.AGREES, Weight.GOOD, id="agrees",
        ),
        pytest.param(
            "A keeper must register every hive within 60 days of acquiring it (Article 1 of the Bees Act).",
            Agreement.DIFFERS, Weight.BAD, id="differs",
        ),
        pytest.param(
            "Under Article 1 of the Bees Act a keeper of bees shall not register every hive with the county.",
            Agreement.DIFFERS, Weight.BAD, id="turned",
        ),
        pytest.param(
            "He registered the hive after 60 days, though Article 1 of the Bees Act allows 30 days to register a hive.",
            Agreement.DIFFERS, Weight.NOTE, id="a-fact-of-the-case",
        ),
    ],
)  # fmt: skip
def test_what_a_sentence_says_beside_a_citation(text: str, agreement: Agreement, weight: Weight) -> None:
    (found,) = check(text).sentences
    assert (found.agreement, found.weight) == (agreement, weight)


def test_only_the_shelves_that_are_allowed_are_looked_at() -> None:
    Collection.objects.create(slug="other", name="Other")
    other = frozenset(Collection.objects.filter(slug="other").values_list("pk", flat=True))
    found = check_text(RIGHT.format("shall register every hive with the county"), other, TODAY)
    assert found.citations[0].existence is Existence.NOT_HELD
    assert (found.quotations[0].wording, found.quotations[0].label) == (Wording.UNCHECKED, "")


@pytest.mark.parametrize(
    "text",
    ["", " \n", "“”", '"', "“ " * 2000, "§" * 3000, "Article " * 2000, "> \n" * 500, "\x00“a b c d\x00e” Art. 1", "Id. Id."],
    ids=str.__len__,
)  # fmt: skip
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    found = check(text)
    assert plain(found)["unread"] == ""
    lay_out(found)


def test_the_text_is_laid_out_whole_and_every_fact_once() -> None:
    text = (
        "Art. 1 Bees Act says “shall register every hive”.\n\n"
        "Within 60 days of acquiring it a keeper must register every hive (Art. 1 Bees Act). See Art. 9 Bees Act.\n"
    )
    checked = check(text)
    paragraphs = lay_out(checked)
    assert "".join(run.text for paragraph in paragraphs for run in paragraph.runs) == text.replace("\n", "")
    numbers = [fact.number for paragraph in paragraphs for fact in paragraph.facts]
    assert numbers == list(range(1, len(checked.all) + 1))
    pointed = {run.number for paragraph in paragraphs for run in paragraph.runs if run.number}
    assert pointed == set(numbers)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        pytest.param(
            "Two keepers shall be chosen for every hive.",
            "2 keepers shall be chosen for every hive (Article 5 of the Bees Act).", id="digits-for-words",
        ),
        pytest.param(
            "In accordance with Article 8 of Regulation (EU) No 12/2012, two keepers shall be chosen for every hive.",
            "In accordance with Article 8 of Regulation (EU) No 12/2012, two keepers must be chosen for every hive (Article 5 of the Bees Act).",
            id="the-law's-own-reference",
        ),
        pytest.param(
            "No hive shall stand by a road: provided that a hive may stand by a road that only its keeper uses.",
            "Under Article 5 of the Bees Act, provided that a hive may stand by a road that only its keeper uses.", id="what-leads-in",
        ),
    ],
)  # fmt: skip
def test_what_only_looks_different_is_no_alarm(law: str, said: str) -> None:
    library.record(library.section(5, law, "Keepers"), dated=dt.date(2025, 1, 1))
    assert [one for one in check(said).sentences if one.weight is Weight.BAD] == []


def test_a_wrong_figure_beside_such_a_reference_is() -> None:
    keepers = "Two keepers shall be chosen within 30 days under Article 8 of Regulation (EU) No 12/2012."
    library.record(library.section(5, keepers, "Keepers"), dated=dt.date(2025, 1, 1))
    said = "2 keepers shall be chosen within 40 days under Article 8 of Regulation (EU) No 12/2012 (Article 5 of the Bees Act)."
    (found,) = check(said).sentences
    assert (found.check, found.weight) == ("number", Weight.BAD)


FINES = """\
1. Whoever sells mead without a label shall pay a fine of up to 10 000 EUR.
2. Whoever sells mead that was watered shall pay a fine of up to 20 000 EUR."""


@pytest.mark.parametrize(
    ("said", "weight", "detail"),
    [
        pytest.param("Under Article 5(2) of the Bees Act the fine is up to 40 000 EUR.", Weight.BAD, "20,000 EUR", id="wrong-everywhere"),
        pytest.param("Article 5(2) of the Bees Act: whoever sells watered mead shall pay a fine of up to 10 000 EUR.", Weight.BAD, "20,000 EUR", id="right-in-another-paragraph"),
        pytest.param("Article 5(2) of the Bees Act: whoever sells watered mead shall pay a fine of up to 20 000 EUR.", Weight.GOOD, "20,000 EUR", id="right"),
    ],
)  # fmt: skip
def test_a_figure_is_held_against_the_paragraph_that_is_cited(said: str, weight: Weight, detail: str) -> None:
    library.record(library.section(5, FINES, "Mead"), dated=dt.date(2025, 1, 1))
    (found,) = check(said).sentences
    assert found.weight == weight
    assert detail in found.detail.replace("20 000", "20,000").replace("eur", "EUR")
    if weight is not Weight.GOOD:
        assert FINES[found.quote_start : found.quote_end].startswith("2. Whoever sells mead")
