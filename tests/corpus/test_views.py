"""The library's pages: what is held, and a section as a lawyer reads it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from corpus.models import Collection, User
from people.laptop import owner
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["nobody", "a user"])
def reader(request: pytest.FixtureRequest, client: Client) -> Client:
    if request.param == "a user":
        client.force_login(User.objects.create(username="a"))
    return client


def page(response: Any) -> str:
    return str(response.content.decode())


def test_the_library_counts_by_jurisdiction(reader: Client) -> None:
    document = factories.a_document(jurisdiction="eu")
    for number in (1, 2):
        factories.a_section(document, number)
    shown = page(reader.get("/library/"))
    for words in ("2 sections of 1 document", "European Union", "through 1 March 2026", "County press"):
        assert words in shown


def test_an_empty_library_says_how_to_fill_it(client: Client) -> None:
    assert "manage.py load_law" in page(client.get("/library/"))


def test_a_shelf_and_a_document_list_what_they_hold(reader: Client) -> None:
    section = factories.a_section()
    assert "Act on Bees and Honey" in page(reader.get("/library/county/"))
    shown = page(reader.get(f"/documents/{section.document_id}/"))
    for words in ("Part I Keeping", "Bees Act Art. 1", "Hives", "As of 1 January 2020"):
        assert words in shown


@pytest.mark.parametrize(
    ("find", "found"), [("hiv", True), ("Art. 1", True), ("%", False), ("a\x00b", False)]
)
def test_sections_are_found_by_number_and_heading(client: Client, find: str, found: bool) -> None:
    section = factories.a_section()
    shown = page(client.get(f"/documents/{section.document_id}/", {"find": find}))
    assert (f'href="/sections/{section.pk}/"' in shown) is found


@pytest.mark.parametrize("number", ["2", "999", "x", "-1", "1\x00"])
def test_long_lists_have_pages_and_a_wrong_page_is_the_nearest(
    client: Client, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setattr("corpus.views.SECTIONS_A_PAGE", 2)
    document = factories.a_document()
    for place in range(1, 4):
        factories.a_section(document, place)
    assert "of 2" in page(client.get(f"/documents/{document.pk}/", {"page": number}))


def test_a_section_shows_where_it_stands_and_what_stands_beside_it(reader: Client) -> None:
    first = factories.a_section(notes="Stat. 7")
    second = factories.a_section(first.document, 2, heading="Wasps")
    shown = page(reader.get(f"/sections/{first.pk}/"))
    for words in (
        "Hives", "Part I Keeping", "Bees Act", "Applies from 1 January 2020.", "County press", "Stat. 7",
        f'rel="next" href="/sections/{second.pk}/"', "not law", '<p class="line d1">(a) a school',
    ):  # fmt: skip
        assert words in shown
    assert f'rel="prev" href="/sections/{first.pk}/"' in page(reader.get(f"/sections/{second.pk}/"))


def test_other_wordings_of_a_section_are_listed(client: Client) -> None:
    old = factories.a_section(valid_to=dt.date(2024, 1, 1))
    new = factories.a_section(old.document, 1, valid_from=dt.date(2024, 1, 1))
    assert f'href="/sections/{old.pk}/"' in page(client.get(f"/sections/{new.pk}/"))
    assert "no longer law" in page(client.get(f"/sections/{old.pk}/"))


def test_words_across_lines_are_marked_on_each_and_opened_at_the_first(client: Client) -> None:
    section = factories.a_section()
    start, end = section.text.index("30 days"), section.text.index("(b)") + 3
    shown = page(client.get(f"/sections/{section.pk}/?start={start}&end={end}"))
    assert shown.count("<mark") == 4
    assert shown.count('id="quote"') == 1
    assert '<mark id="quote">30 days.</mark>' in shown


OUTSIDE = ["start=5&end=5", "start=9&end=2", "start=0&end=99999", "start=-4&end=9", "start=x&end=y", "start=1", "end=9",
           "start=1&end=" + "9" * 400, "start=²&end=³", "start=77&end=78"]  # fmt: skip


@pytest.mark.parametrize("offsets", OUTSIDE)
def test_offsets_that_fit_no_words_highlight_nothing_and_say_so(client: Client, offsets: str) -> None:
    section = factories.a_section()
    response = client.get(f"/sections/{section.pk}/?{offsets}")
    assert response.status_code == 200
    assert "<mark" not in page(response)
    assert "nothing is highlighted" in page(response)


def test_text_of_the_law_is_escaped(client: Client) -> None:
    section = factories.a_section(
        text="1. <script>alert(1)</script> & more", heading="<b>x</b>", notes="<i>n</i>"
    )
    shown = page(client.get(f"/sections/{section.pk}/?start=3&end=11"))
    for tag in ("<script>alert", "<b>x", "<i>n"):
        assert tag not in shown


def test_a_shelf_that_is_not_readable_does_not_exist(reader: Client) -> None:
    section = factories.a_section()
    Collection.objects.update(access=Collection.Access.MATTER)
    for address in ("/library/county/", f"/documents/{section.document_id}/", f"/sections/{section.pk}/"):
        assert reader.get(address).status_code == 404
    assert "Bees" not in page(reader.get("/library/"))


@pytest.mark.parametrize(
    "address", ["/library/none/", "/documents/99/", "/sections/99/", f"/sections/{'9' * 30}/"]
)
def test_what_is_not_held_is_404(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_library_takes_three_queries_and_one_for_who_reads_however_much_is_held(
    client: Client, django_assert_num_queries: Any
) -> None:
    owner()
    for slug in ("a", "b", "c"):
        collection = factories.a_collection(slug)
        for key in ("bees", "wasps"):
            factories.a_section(factories.a_document(collection, key=key, jurisdiction=slug))
    with django_assert_num_queries(4):
        client.get("/library/")


def test_a_section_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    section = factories.a_section()
    owner()
    with django_assert_max_num_queries(6):
        client.get(f"/sections/{section.pk}/")
