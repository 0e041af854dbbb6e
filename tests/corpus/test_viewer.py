"""The original of a section: where its words stand, who may see it, and how its bytes are sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from corpus import files
from corpus.models import Collection, Page, Section, User
from corpus.ranges import Unsatisfiable, asked_range
from people.laptop import owner
from tests import factories, originals
from tests.originals import LEADING, LEFT, LETTER, TOP

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(data_folder: object) -> Section:
    return originals.a_section()


def at(section: Section, words: str) -> dict[str, int]:
    start = section.text.index(words)
    return {"start": start, "end": start + len(words)}


def places(client: Client, section: Section, words: str = "") -> Any:
    asked = at(section, words) if words else {}
    return client.get(reverse("corpus:places", args=[section.pk]), asked).json()


def line(number: int, first: int, last: int) -> list[Any]:
    """The box of the letters `[first, last)` of a line of the page."""
    base = TOP + number * LEADING
    box = [LEFT + first * LETTER, base - 9, LEFT + last * LETTER, base + 3]
    return [pytest.approx(edge, abs=0.06) for edge in box]


def test_words_on_a_line_are_one_box(client: Client, section: Section) -> None:
    (page,) = places(client, section, "register every hive with")["pages"]
    assert (page["number"], page["width"], page["height"]) == (1, 595.0, 842.0)
    assert page["boxes"] == [line(4, 26, 50)]


def test_a_phrase_that_stands_twice_is_marked_where_it_was_quoted(client: Client, section: Section) -> None:
    start = section.text.rindex("within 30 days")
    answer = client.get(
        reverse("corpus:places", args=[section.pk]), {"start": start, "end": start + 14}
    ).json()
    assert [(page["number"], page["boxes"]) for page in answer["pages"]] == [(2, [line(5, 11, 25)])]


def test_words_over_the_end_of_a_page_are_marked_on_both(client: Client, section: Section) -> None:
    pages = places(client, section, "before the end of February.")["pages"]
    assert [(page["number"], page["boxes"]) for page in pages] == [
        (1, [line(8, 43, 49)]),
        (2, [line(2, 0, 20)]),
    ]


def test_a_divided_word_is_marked_on_both_lines(client: Client, section: Section) -> None:
    (page,) = places(client, section, "many hives were")["pages"]
    assert page["boxes"] == [line(6, 43, 51), line(7, 0, 8)]


def test_a_word_divided_over_the_end_of_a_page_is_marked_on_both(client: Client, data_folder: object) -> None:
    pages = [["A keeper shall have a certifi-"], ["Gazette", "cation of every hive that he keeps."]]
    text = "A keeper shall have a certification of every hive that he keeps."
    file = originals.a_file(originals.pdf(pages), pages=pages)
    section = originals.a_section(file, text=text, page_breaks=[[0, 1], [text.index("of every"), 2]])
    found = places(client, section, "certification")["pages"]
    assert [(page["number"], page["boxes"]) for page in found] == [
        (1, [line(0, 22, 30)]),
        (2, [line(1, 0, 6)]),
    ]


def test_without_words_the_whole_section_is_marked_and_neither_head_nor_foot(
    client: Client, section: Section
) -> None:
    answer = places(client, section)
    marked = [
        (page["number"], len(page["boxes"]), min(box[1] for box in page["boxes"])) for page in answer["pages"]
    ]
    assert marked == [(1, 5, TOP + 4 * LEADING - 9), (2, 4, TOP + 2 * LEADING - 9)]
    assert answer["message"] == ""


def test_words_that_cannot_be_placed_are_said_to_be_on_their_page(client: Client, section: Section) -> None:
    Page.objects.filter(number=2).update(words=b"")
    answer = places(client, section, "A keeper of wasps")
    assert [(page["number"], page["boxes"]) for page in answer["pages"]] == [(2, [])]
    assert answer["message"].startswith("The words stand on page 2, but the exact place could not be found")


def test_a_section_whose_pages_are_not_known_says_so(client: Client, data_folder: object) -> None:
    answer = places(client, originals.a_section(page_breaks=[]), "every hive")
    assert answer["pages"] == []
    assert answer["message"] == "It is not known on which page of the original the words stand."


def test_a_section_of_a_heading_alone_opens_at_its_page(client: Client, data_folder: object) -> None:
    section = originals.a_section(text="", page_breaks=[[0, 2]])
    assert 'data-page="2"' in client.get(f"/sections/{section.pk}/original").content.decode()
    assert (
        places(client, section)["message"] == "This section has no text of its own: nothing is highlighted."
    )


@pytest.mark.parametrize("offsets", ["start=5&end=5", "start=0&end=99999", "start=x&end=y", "start=1"])
def test_offsets_that_fit_no_words_mark_nothing_and_say_so(
    client: Client, section: Section, offsets: str
) -> None:
    answer = client.get(f"/sections/{section.pk}/places?{offsets}").json()
    assert answer["pages"] == []
    assert "nothing is highlighted" in answer["message"]


def test_a_reader_is_warned_of_pages_whose_text_was_recognised(client: Client, section: Section) -> None:
    Page.objects.filter(number=1).update(flags=["ocr"])
    (page,) = places(client, section, "every hive")["pages"]
    assert page["notes"] == [
        "The text was recognised from a picture: compare it with the original before relying on it."
    ]


def test_only_changes_of_size_are_sent(client: Client, section: Section) -> None:
    assert section.edition.file
    Page.objects.create(file=section.edition.file, number=3, width=300, height=200, lines=b"", words=b"")
    assert places(client, section)["sizes"] == [[1, 595.0, 842.0], [3, 300.0, 200.0]]


def test_the_page_opens_where_the_words_stand(client: Client, section: Section) -> None:
    shown = client.get(
        reverse("corpus:original", args=[section.pk]), at(section, "A keeper of wasps")
    ).content.decode()
    assert 'data-page="2"' in shown
    assert "<blockquote>A keeper of wasps</blockquote>" in shown
    assert f'data-file="/editions/{section.edition_id}/file"' in shown


def test_the_section_leads_to_its_original_with_the_same_words(client: Client, section: Section) -> None:
    asked = at(section, "every hive")
    shown = client.get(reverse("corpus:section", args=[section.pk]), asked).content.decode()
    assert f'/sections/{section.pk}/original?start={asked["start"]}&amp;end={asked["end"]}"' in shown
    assert "/original" in client.get(reverse("corpus:section", args=[section.pk])).content.decode()


def test_a_section_without_original_has_no_such_page(client: Client) -> None:
    section = factories.a_section()
    assert "/original" not in client.get(f"/sections/{section.pk}/").content.decode()
    for address in (f"/sections/{section.pk}/original", f"/sections/{section.pk}/places",
                    f"/editions/{section.edition_id}/file"):  # fmt: skip
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_original_of_a_shelf_that_is_not_readable_does_not_exist(
    client: Client, section: Section, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(User.objects.create(username="stranger"))
    Collection.objects.update(access=Collection.Access.MATTER)
    for address in (f"/sections/{section.pk}/original", f"/sections/{section.pk}/places",
                    f"/editions/{section.edition_id}/file"):  # fmt: skip
        assert client.get(address).status_code == 404


def sent(response: Any) -> bytes:
    async def collect() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    return asyncio.run(collect())


def test_the_original_is_sent_as_it_was_uploaded_and_never_as_a_page(
    client: Client, section: Section
) -> None:
    response = client.get(f"/editions/{section.edition_id}/file")
    assert sent(response) == originals.pdf([originals.FIRST, originals.SECOND])
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="bees-act-2020-01-01.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "content", "kind", "said"),
    [
        ("act.html", b"<!doctype html><html><body><p>1. Bees.</p><script>alert(1)</script></body></html>",
         "application/octet-stream", "format (HTML)"),
        ("act.txt", b"1. A keeper of bees shall register every hive.", "text/plain; charset=utf-8", "format (plain text)"),
    ],
)  # fmt: skip
def test_formats_without_pages_are_offered_for_download_only(
    client: Client, data_folder: object, name: str, content: bytes, kind: str, said: str
) -> None:
    section = originals.a_section(originals.a_file(content, name), page_breaks=[[0, 1]])
    response = client.get(f"/editions/{section.edition_id}/file")
    assert (sent(response), response["Content-Type"]) == (content, kind)
    assert response["Content-Disposition"].startswith("attachment; ")
    shown = client.get(f"/sections/{section.pk}/original").content.decode()
    assert said in shown
    assert "viewer.js" not in shown


def test_a_document_without_a_latin_name_has_a_safe_file_name(client: Client, data_folder: object) -> None:
    section = originals.a_section()
    section.document.short_title = "蜂蜜法\r\nSet-Cookie: a"
    section.document.save()
    disposition = client.get(f"/editions/{section.edition_id}/file")["Content-Disposition"]
    assert disposition == 'attachment; filename="set-cookie-a-2020-01-01.pdf"'


def test_a_part_is_sent_where_a_part_is_asked_for(client: Client, section: Section) -> None:
    whole = originals.pdf([originals.FIRST, originals.SECOND])
    response = client.get(f"/editions/{section.edition_id}/file", headers={"Range": "bytes=100-299"})
    assert (response.status_code, sent(response)) == (206, whole[100:300])
    assert response["Content-Range"] == f"bytes 100-299/{len(whole)}"
    assert response["Content-Length"] == "200"
    response = client.get(f"/editions/{section.edition_id}/file", headers={"Range": "bytes=9999999-"})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None), ("bytes=0-", range(10)), ("bytes=0-0", range(1)), ("bytes=2-99", range(2, 10)),
        ("bytes=-3", range(7, 10)), ("bytes=-99", range(10)), ("bytes=1-2,4-5", None), ("lines=1-2", None),
        ("bytes=5-2", None), ("bytes=-", None), ("bytes=²-³", None), ("bytes=" + "1" * 40 + "-", None),
    ],
)  # fmt: skip
def test_ranges_are_read_as_the_standard_says(header: str, part: range | None) -> None:
    assert asked_range(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_range(header, 10)


def test_bytes_that_are_gone_are_404(client: Client, section: Section) -> None:
    assert section.edition.file
    files.path_of(section.edition.file.sha256).unlink()
    assert client.get(f"/editions/{section.edition_id}/file").status_code == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("build/pdf.mjs", "text/javascript"), ("build/pdf.worker.mjs", "text/javascript"),
        ("cmaps/UniJIS-UTF16-H.bcmap", "application/octet-stream"), ("standard_fonts/FoxitSerif.pfb", ""),
        ("wasm/openjpeg_nowasm_fallback.js", "text/javascript"), ("wasm/jbig2_nowasm_fallback.js", "text/javascript"),
    ],
)  # fmt: skip
def test_what_the_viewer_loads_is_served_with_its_type(client: Client, name: str, kind: str) -> None:
    response = client.get(f"/{settings.STATIC_URL.strip('/')}/pdfjs/{name}")
    assert response.status_code == 200
    assert kind in response["Content-Type"]
    response.close()


def test_the_page_and_its_places_take_few_queries(
    client: Client, section: Section, django_assert_max_num_queries: Any
) -> None:
    owner()
    with django_assert_max_num_queries(3):  # one of them for who reads
        client.get(f"/sections/{section.pk}/original")
    with django_assert_max_num_queries(4):
        places(client, section, "every hive")
