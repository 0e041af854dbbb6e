"""An edition says what the law is on its day; rows keep the days on which each text is law."""

import datetime as dt

import pytest

from corpus.models import Edition, Section
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
