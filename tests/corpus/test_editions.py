"""An edition says what the law is on its day; rows keep the days on which each text is law."""

import datetime as dt
from collections.abc import Iterable
from itertools import permutations, product

import pytest

from corpus.models import Document, Edition, Section
from tests.library import record, section

OLD, NEW = dt.date(2020, 1, 1), dt.date(2023, 1, 1)
pytestmark = pytest.mark.django_db


def intervals() -> list[tuple[str, str, dt.date | None, dt.date | None]]:
    rows = Section.objects.order_by("path", "valid_from", "pk")
    return [(row.path, row.text, row.valid_from, row.valid_to) for row in rows]


def test_a_first_edition_is_law_from_its_day() -> None:
    record(section(1, "one"), dated=OLD)
    assert intervals() == [("art_1", "one", OLD, None)]


def test_the_act_s_own_date_goes_before_the_edition_s() -> None:
    record(section(1, "one", valid_from=dt.date(2021, 6, 1), entered_into_force=OLD), dated=OLD)
    assert intervals() == [("art_1", "one", dt.date(2021, 6, 1), None)]


def test_loading_twice_changes_nothing() -> None:
    record(section(1, "one"), section(2, "two"), dated=OLD)
    before = list(Section.objects.values())
    again = record(section(1, "one"), section(2, "two"), dated=OLD)
    assert list(Section.objects.values()) == before
    assert (again.opened, again.closed, again.unchanged) == (0, 0, 2)
    assert Edition.objects.count() == 1


def test_a_newer_edition_closes_what_changed_and_leaves_the_rest() -> None:
    record(section(1, "one"), section(2, "two"), section(3, "three"), dated=OLD)
    report = record(section(1, "one"), section(2, "two, amended"), section(4, "four"), dated=NEW)
    assert intervals() == [
        ("art_1", "one", OLD, None),
        ("art_2", "two", OLD, NEW),
        ("art_2", "two, amended", NEW, None),
        ("art_3", "three", OLD, NEW),
        ("art_4", "four", NEW, None),
    ]
    assert (report.opened, report.closed, report.unchanged) == (2, 2, 1)


def test_an_older_edition_fills_in_what_was_law_before() -> None:
    record(section(1, "one"), section(2, "two, amended"), dated=NEW)
    record(section(1, "one"), section(2, "two"), dated=OLD)
    assert intervals() == [
        ("art_1", "one", OLD, None),
        ("art_2", "two", OLD, NEW),
        ("art_2", "two, amended", NEW, None),
    ]


def test_in_force_ends_on_the_day_of_repeal() -> None:
    record(section(1, "one"), section(2, "two"), dated=OLD)
    record(section(1, "one"), dated=NEW)
    the_day_before = NEW - dt.timedelta(days=1)
    assert Section.objects.in_force(the_day_before).filter(path="art_2").exists()
    assert not Section.objects.in_force(NEW).filter(path="art_2").exists()


def test_an_empty_stream_closes_nothing() -> None:
    record(section(1, "one"), dated=OLD)
    record(dated=NEW)
    assert intervals() == [("art_1", "one", OLD, None)]


def test_enacted_law_is_known_before_it_applies() -> None:
    record(section(1, "one", valid_from=NEW, entered_into_force=OLD), dated=OLD)
    between = dt.date(2021, 1, 1)
    assert not Section.objects.in_force(between).exists()
    assert Section.objects.enacted(between).exists()


MIDDLE = dt.date(2021, 6, 1)
TEXTS = ("one", "two", None)


def law_on(days: Iterable[dt.date]) -> list[list[tuple[str, str]]]:
    return [sorted(Section.objects.enacted(day).values_list("path", "text")) for day in days]


@pytest.mark.parametrize("texts", [texts for texts in product(TEXTS, repeat=3) if texts[0] != "two"][::2])
def test_editions_in_any_order_give_the_same_law(texts: tuple[str | None, ...]) -> None:
    """Also where a text between two of the same words differs, or lacks the section."""
    days = (OLD, MIDDLE, NEW)
    editions = [
        (day, [section(9, "always"), *([section(1, text)] if text else [])])
        for day, text in zip(days, texts, strict=True)
    ]
    expected = None
    for order in permutations(editions):
        Document.objects.all().delete()
        for day, sections in order:
            record(*sections, dated=day)
        expected = expected or intervals()
        assert intervals() == expected
    held = [[("art_1", text), ("art_9", "always")] if text else [("art_9", "always")] for text in texts]
    assert law_on(days) == held


def test_typography_opens_no_new_row() -> None:
    record(section(1, "A keeper shall have—\n(a) a “hive”; and\n(b) bees.", "Hives."), dated=OLD)
    report = record(section(1, 'A keeper shall have\n(a) a "hive"; and (b) bees.', "Hives"), dated=NEW)
    assert [(first, last) for _, _, first, last in intervals()] == [(OLD, None)]
    assert (report.opened, report.closed, report.unchanged) == (0, 0, 1)


def test_the_text_stays_as_the_first_edition_set_it() -> None:
    record(section(1, "A “hive”."), dated=NEW)
    record(section(1, 'A "hive".'), dated=OLD)
    assert intervals() == [("art_1", "A “hive”.", OLD, None)]


def test_a_section_that_an_edition_lists_as_repealed_ends_with_it_and_says_so() -> None:
    record(section(1, "one"), dated=OLD)
    record(section(1, "", "Repealed. Act 8/2022", valid_to=NEW), section(2, "two"), dated=NEW)
    assert intervals()[:2] == [("art_1", "one", OLD, NEW), ("art_1", "", NEW, NEW)]
    assert not Section.objects.enacted(NEW).filter(path="art_1").exists()
