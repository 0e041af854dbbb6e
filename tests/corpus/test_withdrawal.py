"""Taking an edition off the shelf leaves the law as if it had never been loaded."""

from __future__ import annotations

import datetime as dt

import pytest

from corpus.models import Document, Edition, Section
from corpus.withdrawal import withdraw
from tests import library
from tests.library import section

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = dt.date(2020, 1, 1), dt.date(2022, 1, 1), dt.date(2024, 1, 1)
OLD, NEW, NEWEST = "Two hives are many.", "Three hives are many.", "Four hives are many."


def edition(dated: dt.date) -> Edition:
    return Edition.objects.get(dated=dated)


def law() -> list[tuple[str, str, dt.date | None, dt.date | None]]:
    rows = Section.objects.order_by("path", "valid_from", "valid_to")
    return [(row.path, row.text, row.valid_from, row.valid_to) for row in rows]


def test_the_last_edition_takes_its_document_along() -> None:
    library.record(section(1, OLD), dated=FIRST)
    withdraw(edition(FIRST))
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("editions", "gone"),
    [
        pytest.param({FIRST: [section(1, OLD)], SECOND: [section(1, NEW)]}, SECOND, id="changed"),
        pytest.param({FIRST: [section(1, OLD)], SECOND: [section(1, OLD)]}, SECOND, id="unchanged"),
        pytest.param({FIRST: [section(1, OLD)], SECOND: [section(1, NEW)]}, FIRST, id="the-first-of-two"),
        pytest.param(
            {FIRST: [section(1, OLD)], SECOND: [section(1, OLD)]}, FIRST, id="the-first-of-two-unchanged"
        ),
        pytest.param(
            {FIRST: [section(1, OLD), section(2, OLD)], SECOND: [section(1, OLD)]}, SECOND, id="repealed"
        ),
        pytest.param(
            {FIRST: [section(1, OLD)], SECOND: [section(1, OLD), section(2, NEW)]}, SECOND, id="inserted"
        ),
        pytest.param(
            {FIRST: [section(1, OLD)], SECOND: [section(1, NEW)], THIRD: [section(1, NEWEST)]},
            SECOND,
            id="the-middle-of-three",
        ),
        pytest.param(
            {FIRST: [section(1, OLD)], SECOND: [section(1, NEW)], THIRD: [section(1, NEW)]},
            SECOND,
            id="a-later-edition-has-the-same-words",
        ),
        pytest.param(
            {
                FIRST: [section(1, OLD), section(2, OLD)],
                SECOND: [section(1, OLD)],
                THIRD: [section(1, OLD)],
            },
            SECOND,
            id="a-later-edition-misses-the-section-too",
        ),
    ],
)
def test_the_law_is_what_the_other_editions_say(editions: dict[dt.date, list[object]], gone: dt.date) -> None:
    for dated in (day for day in editions if day != gone):
        library.record(*editions[dated], dated=dated)  # type: ignore[arg-type]  # sections, made above
    expected = law()
    Document.objects.all().delete()
    for dated, sections in editions.items():
        library.record(*sections, dated=dated)  # type: ignore[arg-type]  # sections, made above
    withdraw(edition(gone))
    assert law() == expected
    assert not Edition.objects.filter(dated=gone).exists()


def test_what_a_section_row_was_known_by_stays_when_another_edition_goes() -> None:
    library.record(section(1, OLD), dated=FIRST)
    kept = Section.objects.get().pk
    library.record(section(1, NEW), dated=SECOND)
    withdraw(edition(SECOND))
    assert Section.objects.get().pk == kept
