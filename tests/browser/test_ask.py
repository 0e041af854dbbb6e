"""What a reader does: ask, watch, read, follow a citation to the highlighted words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
in_both_looks = pytest.mark.parametrize(
    "context", [("light", 1440), ("dark", 390)], ids=["light-wide", "dark-narrow"], indirect=True
)

QUESTION = (
    "How quickly must a controller notify the supervisory authority of a personal data breach under the GDPR?"
)
ANSWER_MS = 90_000  # the first question may wait until the worker has loaded its models


def ask(page: Page, server: str) -> None:
    page.goto(server)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer-body.finished")).to_be_visible(timeout=ANSWER_MS)


def assert_fits(page: Page) -> None:
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, f"{page.url} is wider than the window by {width} px"


@in_both_looks
def test_a_question_is_answered_and_its_citation_opens_the_highlighted_words(page: Page, server: str) -> None:
    ask(page, server)
    claim = page.locator(".claim").first
    expect(claim).to_contain_text("72 hours")
    expect(claim).to_contain_text("Quote exact")
    expect(page.get_by_role("status")).to_have_text("The answer is complete.")
    assert_fits(page)
    sentence = claim.locator(".law").inner_text()
    claim.locator(".cite").click()
    page.wait_for_url("**/sections/**#quote")
    quote = page.locator("mark#quote")
    expect(quote).to_be_in_viewport()
    assert quote.inner_text()[:40] in sentence
    expect(page.get_by_role("heading", level=1)).to_contain_text("Notification of a personal data breach")
    assert_fits(page)


@in_both_looks
def test_an_answer_reads_the_same_after_a_reload(page: Page, server: str) -> None:
    ask(page, server)
    before = page.locator("#answer-body").inner_text()
    page.reload()
    assert page.locator("#answer-body").inner_text() == before


@in_both_looks
def test_the_library_leads_to_a_section(page: Page, server: str) -> None:
    page.goto(f"{server}/library/")
    assert_fits(page)
    page.get_by_role("link", name=re.compile("^GDPR")).click()
    page.get_by_label("Find a section by number or heading").fill("erasure")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Art. 17").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("erasure")
    assert_fits(page)


@in_both_looks
def test_the_keyboard_reaches_the_question_and_sends_it(page: Page, server: str) -> None:
    page.goto(server)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).press("Enter")
    expect(page.locator("#answer-body.finished .claim").first).to_be_visible(timeout=ANSWER_MS)


def test_without_script_the_answer_comes_too(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    ask(page, server)
    expect(page.locator(".claim").first).to_contain_text("72 hours")
    context.close()
