"""What a lawyer does with a brief: pastes it, sees what the shelf says of each citation, and opens the law beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_ask import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]
in_both_looks = pytest.mark.parametrize(
    "context", [("light", 1280), ("dark", 390)], ids=["light-wide", "dark-narrow"], indirect=True
)

BRIEF = """\
Under Article 33(1) of the GDPR “the controller shall without undue delay and, where feasible, not later than 72 hours \
after having become aware of it, notify the personal data breach to the supervisory authority”.

Article 34(1) GDPR says that “the controller may communicate the personal data breach to the data subject without undue \
delay”. The authority is told within 96 hours (Art. 33 GDPR). See also Article 402 GDPR.

The Lantern Keepers Act 1901 is not relevant here.
"""


def verify(page: Page, server: str, text: str = BRIEF) -> None:
    page.goto(f"{server}/verify/")
    page.get_by_label("Text to verify").fill(text)
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("do not agree")


def fact(page: Page, words: str) -> Locator:
    return page.locator(".checked-fact", has_text=words)


@in_both_looks
def test_planted_errors_are_told_apart_beside_the_text(page: Page, server: str) -> None:
    verify(page, server)
    expect(fact(page, "Word for word")).to_contain_text("GDPR Art. 33")
    altered = fact(page, "Departs from the law")
    expect(altered.locator(".law del")).to_contain_text("shall")
    expect(altered.locator(".law ins")).to_contain_text("may")
    expect(fact(page, "Differs from the law")).to_contain_text("“96 hours”")
    expect(fact(page, "Does not exist")).to_contain_text("Articles 1 to 99")
    expect(page.locator("mark.bad")).to_have_count(2)
    assert_fits(page)


@in_both_looks
def test_a_mark_leads_to_its_note_and_the_note_to_the_words_of_the_law(page: Page, server: str) -> None:
    verify(page, server)
    page.locator(".said-text").first.get_by_role("link", name="Note 2").press("Enter")
    noted = page.locator(".checked-fact:target")
    expect(noted).to_be_in_viewport()
    noted.get_by_role("link", name="GDPR Art. 33").click()
    page.wait_for_url("**/sections/**#quote")
    expect(page.locator("mark#quote")).to_be_in_viewport()
    assert page.locator("mark#quote").inner_text().startswith("the controller shall without undue delay")


def test_nothing_of_the_text_is_kept(page: Page, server: str) -> None:
    verify(page, server)
    page.goto(f"{server}/questions/")
    expect(page.get_by_role("main")).not_to_contain_text("Lantern Keepers")
    page.goto(f"{server}/verify/")
    expect(page.get_by_label("Text to verify")).to_have_value("")


def test_an_empty_text_gets_a_sentence_at_its_field(browser: Browser, server: str) -> None:
    page = browser.new_page()  # whose console says that the answer was 400
    page.goto(f"{server}/verify/")
    page.get_by_role("button", name="Verify", exact=True).click()
    field = page.get_by_label("Text to verify")
    expect(field).to_have_accessible_description("Paste a text first.")
    page.close()


def test_without_script_the_text_is_verified_too(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    verify(page, server)
    expect(fact(page, "Departs from the law")).to_be_visible()
    context.close()
