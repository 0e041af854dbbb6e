"""What a reader takes away: a page that prints black on white, files that open."""

from __future__ import annotations

import io

import pytest
from docx import Document
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.test_ask import ask, assert_fits, in_both_looks

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COLOURS = "getComputedStyle(document.body).backgroundColor + ' ' + getComputedStyle(document.querySelector('h1')).color"
BLACK_ON_WHITE = "rgb(255, 255, 255) rgb(0, 0, 0)"


def words(text: str) -> str:
    return " ".join(text.split())


@in_both_looks
def test_an_answer_prints_black_on_white_and_leads_back(page: Page, server: str) -> None:
    ask(page, server)
    answer, claim = page.url, words(page.locator(".claim .law p").first.inner_text())[:60]
    page.goto(f"{answer}print")
    assert_fits(page)
    assert page.evaluate(COLOURS) == BLACK_ON_WHITE
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    said = words(" ".join(sheet.extract_text() for sheet in printed.pages))
    assert claim in said
    assert f"Page 1 of {len(printed.pages)}" in said
    assert "Research, not legal advice" in said
    assert "Back to the answer" not in said
    page.get_by_role("link", name="[1]").first.click()
    expect(page.locator("#reference-1")).to_be_in_viewport()
    page.get_by_role("link", name="Back to the answer").click()
    expect(page).to_have_url(answer)


def test_the_word_document_opens_and_the_record_comes_with_the_data(page: Page, server: str) -> None:
    ask(page, server)
    bare = page.url.rstrip("/")
    document = Document(io.BytesIO(page.request.get(f"{bare}.docx").body()))
    assert page.locator("h1").inner_text() in [line.text for line in document.paragraphs]
    found = page.request.get(f"{bare}.json").json()
    record = page.request.get(f"{bare}/record.json")
    assert record.text() == found["record"]["text"]
