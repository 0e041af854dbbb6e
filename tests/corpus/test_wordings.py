"""What is known of a section's wordings, and what is not: two editions enclose a change, only an act dates it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Collection, Section
from corpus.reading import History, Turn
from corpus.wordings import histories
from tests import library
from tests.library import section

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = dt.date(2013, 7, 26), dt.date(2018, 1, 1), dt.date(2023, 4, 20)
OLD, NEW = "Two hives are many.", "Three hives are many."


def history(text: str) -> History:
    row = Section.objects.get(text=text)
    return histories([row.pk])[row.pk]


def test_a_section_that_did_not_change_has_no_history() -> None:
    library.record(section(1, OLD), dated=FIRST)
    library.record(section(1, OLD), dated=THIRD)
    assert history(OLD) == History()


def test_a_change_lies_between_the_last_edition_with_the_old_words_and_the_first_with_the_new() -> None:
    library.record(section(1, OLD), dated=FIRST)
    library.record(section(1, OLD), dated=SECOND)
    library.record(section(1, NEW), dated=THIRD)
    went = history(OLD).went
    assert went is not None
    assert went == history(NEW).came
    assert (went.turn, went.on, went.last_seen) == (Turn.CHANGED, THIRD, SECOND)
    assert went.said == "The rule changed between 1 January 2018 and 20 April 2023, the days of two editions."


@pytest.mark.parametrize(
    ("as_of", "warned"),
    [
        (FIRST, False),
        (SECOND, False),
        (SECOND + dt.timedelta(1), True),
        (THIRD - dt.timedelta(1), True),
        (THIRD, False),
    ],
)
def test_who_asks_for_a_day_between_two_editions_is_warned(as_of: dt.date, warned: bool) -> None:
    library.record(section(1, OLD), dated=FIRST)
    library.record(section(1, OLD), dated=SECOND)
    library.record(section(1, NEW), dated=THIRD)
    went = history(OLD).went
    assert went is not None
    assert ("may already have been otherwise" in went.caution(as_of)) is warned


def test_an_act_that_names_the_day_is_believed() -> None:
    library.record(section(1, OLD), dated=FIRST)
    library.record(section(1, NEW, valid_from=dt.date(2024, 1, 1)), dated=THIRD)
    went = history(OLD).went
    assert went is not None
    assert went.said == "The rule changed on 1 January 2024."
    assert went.caution(dt.date(2023, 12, 1)) == ""


def test_a_repeal_is_said_in_the_edition_s_words() -> None:
    library.record(section(1, OLD), section(2, OLD + "!"), dated=FIRST)
    library.record(section(1, "", "Repealed. Act 9/2020", valid_to=THIRD), section(2, OLD + "!"), dated=THIRD)
    went = history(OLD).went
    assert went is not None
    assert went.turn is Turn.REPEALED
    said = "The edition of 20 April 2023 lists this section as no longer law: “Repealed. Act 9/2020”."
    assert went.said == said


def test_a_section_that_an_edition_lacks_is_not_called_repealed() -> None:
    library.record(section(1, OLD), section(2, NEW), dated=FIRST)
    library.record(section(2, NEW), dated=THIRD)
    went = history(OLD).went
    assert went is not None
    assert (went.turn, went.after) == (Turn.ENDED, None)
    assert went.said == (
        "The edition of 20 April 2023 does not have this section any more; that of 26 July 2013 had it."
    )


def test_any_number_of_sections_takes_three_queries(django_assert_num_queries: Any) -> None:
    library.record(*(section(number, f"{OLD} {number}") for number in range(20)), dated=FIRST)
    library.record(*(section(number, f"{NEW} {number}") for number in range(20)), dated=THIRD)
    keys = list(Section.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        assert sum(bool(found.went) for found in histories(keys).values()) == 20


class TestPages:
    @pytest.fixture
    def both(self) -> list[Section]:
        library.record(section(1, OLD, "Hives"), section(2, OLD), dated=FIRST)
        library.record(section(1, NEW, "Hives"), section(2, OLD), dated=THIRD)
        return list(Section.objects.filter(path="art_1").order_by("valid_from"))

    def test_two_wordings_are_laid_over_each_other_the_earlier_first(
        self, client: Client, both: list[Section]
    ) -> None:
        before, after = both
        pages = [
            client.get(reverse("corpus:comparison", args=pair)).content.decode()
            for pair in ((before.pk, after.pk), (after.pk, before.pk))
        ]
        assert pages[0] == pages[1]
        assert "<del>Two </del><ins>Three </ins>hives are many." in pages[0]
        assert "The rule changed between 26 July 2013 and 20 April 2023" in pages[0]
        assert "1 word added, 1 taken out" in pages[0]

    def test_each_wording_names_the_other_and_the_difference(
        self, client: Client, both: list[Section]
    ) -> None:
        for row, other in (both, both[::-1]):
            page = client.get(reverse("corpus:section", args=[row.pk])).content.decode()
            assert reverse("corpus:section", args=[other.pk]) in page
            assert "The rule changed between" in page
            assert reverse("corpus:comparison", args=[both[0].pk, both[1].pk]) in page

    def test_other_sections_and_unknown_ones_are_not_compared(
        self, client: Client, both: list[Section]
    ) -> None:
        another = Section.objects.get(path="art_2")
        for pair in ((both[0].pk, another.pk), (both[0].pk, 0), (both[0].pk, both[0].pk)):
            assert client.get(reverse("corpus:comparison", args=pair)).status_code == 404

    def test_a_shelf_of_another_matter_is_not_shown(self, client: Client, both: list[Section]) -> None:
        Collection.objects.update(access=Collection.Access.MATTER)
        assert client.get(reverse("corpus:comparison", args=[row.pk for row in both])).status_code == 404

    def test_a_long_text_is_folded_and_can_be_shown_whole(self, client: Client) -> None:
        rest = " ".join(f"word{number}" for number in range(200))
        library.record(section(1, f"{OLD} {rest}"), dated=FIRST)
        library.record(section(1, f"{NEW} {rest}"), dated=THIRD)
        address = reverse("corpus:comparison", args=list(Section.objects.values_list("pk", flat=True)))
        assert "word199" not in client.get(address).content.decode()
        assert "words unchanged" in client.get(address).content.decode()
        assert "word199" in client.get(f"{address}?whole").content.decode()
