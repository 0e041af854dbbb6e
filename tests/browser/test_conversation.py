"""What a reader does after an answer: asks on, chooses keywords and sections, stops, and finds it all again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import running
from tests.browser.test_ask import ANSWER_MS, QUESTION, ask, assert_fits, in_both_looks
from tests.model_server import KEY, ModelServer, Reply, model_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOLLOW_UP = "And the people affected?"


@pytest.fixture(scope="module")
def slow_model() -> Iterator[ModelServer]:
    """One that thinks for longer than anybody waits."""
    with model_server(Reply(text=" ", wait_first=0.2, every=0.2, endless=True)) as server:
        yield server


@pytest.fixture(scope="module")
def slow(law: Path, slow_model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose answers take minutes."""
    data = tmp_path_factory.mktemp("slow") / "data"
    shutil.copytree(law, data, ignore=shutil.ignore_patterns("queue", "*.log", "*.pid"))
    model = {"LAWQA_ANSWER_URL": slow_model.url, "LAWQA_ANSWER_MODEL": "test-answer", "LAWQA_ANSWER_KEY": KEY}
    with running(data, **model) as address:
        yield address


def is_answered(page: Page) -> None:
    expect(page.locator("#answer-body.finished")).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator("#follow-up")).to_be_visible()


def follow(page: Page, text: str = FOLLOW_UP) -> None:
    page.get_by_label("Ask a follow-up", exact=True).fill(text)
    page.locator("#follow-up").get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    is_answered(page)


@in_both_looks
def test_a_follow_up_keeps_the_thread(page: Page, server: str) -> None:
    ask(page, server)
    first = page.url
    follow(page)
    expect(page.locator("#read-as")).to_contain_text(f"{FOLLOW_UP} (Still about “{QUESTION}”; GDPR)")
    expect(page.locator("#answer-body")).to_contain_text("GDPR Art. 34")
    assert_fits(page)
    page.locator(".thread.before").get_by_role("link", name=QUESTION).click()
    assert page.url == first
    expect(page.locator(".thread.after").get_by_role("link", name=FOLLOW_UP)).to_be_visible()
    assert_fits(page)


def test_what_is_typed_stays_when_the_page_is_brought_up_to_date(page: Page, server: str) -> None:
    ask(page, server)
    is_answered(page)
    field = page.get_by_label("Ask a follow-up", exact=True)
    field.fill("And the peo")
    page.evaluate(
        """() => {
            const old = document.getElementById("follow-up");
            exchange(old, new DOMParser().parseFromString(old.outerHTML, "text/html").body.firstChild);
        }"""
    )
    expect(field).to_have_value("And the peo")
    expect(field).to_be_focused()
    page.keyboard.type("ple?")
    expect(field).to_have_value("And the people?")


def test_a_follow_up_can_be_asked_exactly_as_typed(page: Page, server: str) -> None:
    ask(page, server)
    follow(page)
    page.get_by_role("button", name="Ask exactly as typed").click()
    page.wait_for_load_state()
    is_answered(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(FOLLOW_UP)
    expect(page.locator("#read-as, .thread.before")).to_have_count(0)


@in_both_looks
def test_keywords_are_taken_away_added_and_searched_again(page: Page, server: str) -> None:
    ask(page, server)
    is_answered(page)
    chips = page.locator(".chips li")
    before = chips.count()
    page.get_by_role("button", name="Remove “GDPR”").click()
    expect(chips).to_have_count(before - 1)
    page.get_by_label("Keywords").fill("high risk, delay")
    page.get_by_label("Keywords").press("Enter")
    expect(chips).to_have_count(before + 1)
    assert_fits(page)
    page.get_by_role("button", name="Search again with these").click()
    page.wait_for_load_state()
    is_answered(page)
    expect(page.locator("#terms-note")).to_contain_text("As you gave them.")
    expect(chips.filter(has_text="high risk")).to_be_visible()
    expect(chips.filter(has_text="GDPR")).to_have_count(0)


@in_both_looks
def test_a_section_is_left_out_and_let_in_again(page: Page, server: str) -> None:
    ask(page, server)
    is_answered(page)
    expect(page.get_by_role("button", name="Ask again with these choices")).to_be_hidden()
    page.locator("#choose summary").click()
    used = page.locator("#choose li").filter(has_text="GDPR Art. 33")
    used.get_by_label("Leave this out").check()
    expect(page.get_by_role("button", name="Ask again with these choices")).to_be_in_viewport()
    assert_fits(page)
    page.get_by_role("button", name="Ask again with these choices").click()
    page.wait_for_load_state()
    is_answered(page)
    expect(page.locator(".group h3").filter(has_text=re.compile(r"^GDPR Art\. 33 "))).to_have_count(0)
    left_out = page.locator("#choose li").filter(has_text="GDPR Art. 33")
    left_out.get_by_label("Leave this out").uncheck()
    page.get_by_role("button", name="Ask again with these choices").click()
    page.wait_for_load_state()
    is_answered(page)
    expect(page.locator(".claim").first).to_contain_text("72 hours")


@in_both_looks
def test_stop_ends_an_answer_that_takes_too_long(page: Page, slow: str) -> None:
    page.goto(slow)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#stages li.now").filter(has_text="Writing")).to_be_visible(timeout=ANSWER_MS)
    assert_fits(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    is_answered(page)
    expect(page.locator("#answer-body")).to_contain_text("stopped by its reader")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect(page.locator("#asked-tools").get_by_role("button", name="Ask again").first).to_be_visible()
    assert_fits(page)


def test_stop_and_follow_up_need_no_script(browser: Browser, slow: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(slow)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#answer-body.finished")).to_contain_text("stopped by its reader", timeout=ANSWER_MS)
    page.get_by_label("Ask a follow-up", exact=True).fill(FOLLOW_UP)
    page.locator("#follow-up").get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".thread.before")).to_contain_text(QUESTION)
    page.get_by_role("button", name="Stop", exact=True).click()
    context.close()


@in_both_looks
def test_the_history_finds_a_question_by_the_words_of_its_answer(page: Page, server: str) -> None:
    ask(page, server)
    page.get_by_role("link", name="History").click()
    page.get_by_label("Find words").fill("72 hours Art. 33")
    page.get_by_role("button", name="Find").click()
    assert_fits(page)
    page.get_by_role("link", name=QUESTION).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    page.go_back()
    page.get_by_label("Find words").fill("zebra")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="No question fits")).to_be_visible()
    assert_fits(page)
