"""What a reader sees of a model at work: its sentences as each is verified, those that failed, and what stands in."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import running
from tests.browser.test_ask import ANSWER_MS, QUESTION, assert_fits, in_both_looks
from tests.model_server import KEY, Asked, ModelServer, Reply, model_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUOTE = re.compile(r"The processor shall notify the controller [^.\n]*\.")
LIMIT = re.compile(
    r"Where the notification to the supervisory authority is not made within 72 hours[^.\n]*\."
)
SLOW = 0.02
"""Seconds between two tokens: slow enough to be looked at, half-way, by a browser on a busy machine."""
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>[x](javascript:alert(1))'


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def writing(law: Path, models: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose answers are written by a model."""
    data = tmp_path_factory.mktemp("writing") / "data"
    shutil.copytree(law, data, ignore=shutil.ignore_patterns("queue", "*.log", "*.pid"))
    written = {"LAWQA_ANSWER_URL": models.url, "LAWQA_ANSWER_MODEL": "test-answer", "LAWQA_ANSWER_KEY": KEY}
    with running(data, **written) as address:
        yield address


def cited(asked: Asked, words: re.Pattern[str]) -> dict[str, str]:
    """A citation of the source of the prompt in which those words stand."""
    for block in re.split(r"\n(?=\S+ D\d+ begins\n)", asked.user):
        if (found := words.search(block)) and (name := re.match(r"\S+ (D\d+) begins", block)):
            return {"source": name[1], "quote": found[0]}
    raise AssertionError(f"no source of the prompt says {words.pattern}")


def drafts(asked: Asked) -> dict[str, Any]:
    """A right sentence, one with a wrong number, one with a quote that does not bear it out, an opinion of each source."""
    processor, limit = cited(asked, QUOTE), cited(asked, LIMIT)
    wrong = limit["quote"].replace("72", "96")
    names = re.findall(r"^\S+ (D\d+) begins$", asked.user, re.MULTILINE)
    used = {processor["source"], limit["source"]}
    return {
        "claims": [
            {"citations": [processor], "text": processor["quote"]},
            {"citations": [limit], "text": wrong},
            {"citations": [processor, limit], "text": limit["quote"]},
        ],
        "sources": [
            {"source": name, "use": "used" if name in used else "set_aside", "reason": f"It is {name}."}
            for name in names
        ],
    }


def slowly(asked: Asked) -> Reply:
    """The draft token by token; the sentence that failed, put right."""
    if "correct one sentence" in asked.system:
        limit = cited(asked, LIMIT)
        return as_json({"claims": [{"citations": [limit], "text": limit["quote"]}]}, wait_first=1.0)
    return as_json(drafts(asked), every=SLOW, piece=12)


def as_json(said: dict[str, Any], **how: Any) -> Reply:
    return Reply(text=json.dumps(said, ensure_ascii=False), **how)


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()


def end(page: Page) -> None:
    expect(page.locator("#answer-body.finished")).to_be_visible(timeout=ANSWER_MS)


@in_both_looks
def test_sentences_appear_one_by_one_and_nothing_that_is_read_moves(
    page: Page, writing: str, models: ModelServer
) -> None:
    models.says(slowly, "answer")
    begin(page, writing)
    first = page.locator("#answer-body:not(.finished) .statement").first
    expect(first).to_be_visible(timeout=ANSWER_MS)
    first.locator(".facts summary").first.click()
    expect(page.locator(".rewriting")).to_be_visible(timeout=ANSWER_MS)
    place = top(page)
    end(page)
    assert abs(top(page) - place) <= 1
    assert page.locator(".statement .facts").first.get_attribute("open") is not None
    expect(page.get_by_role("status")).to_have_text("The answer is complete.")
    assert_fits(page)


def top(page: Page) -> float:
    """Where the first sentence stands in the window."""
    page.wait_for_timeout(200)
    return float(page.locator(".statement").first.evaluate("part => part.getBoundingClientRect().top"))


def test_a_sentence_that_failed_is_put_right_in_its_place_and_says_so(
    page: Page, writing: str, models: ModelServer
) -> None:
    models.says(slowly, "answer")
    begin(page, writing)
    end(page)
    again = page.locator(".statement").nth(1)
    expect(again.locator(".words")).to_contain_text("72 hours")
    expect(again.locator(".first-version s")).not_to_be_visible()
    again.locator(".first-version summary").press("Enter")
    expect(again.locator(".first-version s")).to_contain_text("96 hours")
    expect(again.locator(".first-version .reason").first).to_contain_text("96")
    before = page.locator(".statement").all_inner_texts()
    page.reload()
    again.locator(".first-version summary").click()
    assert page.locator(".statement").all_inner_texts() == before
    again.get_by_role("link", name=re.compile("^Open GDPR Art. 33")).first.click()
    expect(page.locator("mark#quote")).to_contain_text("not made within 72 hours")


def test_what_the_model_thought_of_the_sources_it_set_aside_is_an_opinion(
    page: Page, writing: str, models: ModelServer
) -> None:
    models.says(slowly, "answer")
    begin(page, writing)
    end(page)
    opinion = page.locator("#set-aside .advice").first
    expect(opinion).to_have_text(re.compile(r"^In the opinion of test-answer: “?It is D\d+\.”?$"))


def test_the_law_stands_in_for_a_model_that_does_not_answer(
    page: Page, writing: str, models: ModelServer
) -> None:
    models.says(Reply(status=500), "answer")
    begin(page, writing)
    end(page)
    expect(page.locator("#remarks h2")).to_have_text("The law’s own words stand in for those of a model")
    expect(page.locator(".claim").first).to_contain_text("72 hours")
    assert_fits(page)


def test_an_answer_that_broke_off_keeps_what_was_whole_and_says_so(
    page: Page, writing: str, models: ModelServer
) -> None:
    def breaks_off(asked: Asked) -> Reply:
        whole = as_json(drafts(asked), piece=12)
        begun = replace(whole, text=whole.text[: whole.text.index("96")])
        return replace(whole, close_after=len(b"".join(begun.events())))

    models.says(breaks_off, "answer")
    begin(page, writing)
    end(page)
    expect(page.locator("#remarks h2")).to_have_text("This answer is incomplete")
    expect(page.locator(".statement .words").first).to_contain_text("The processor shall notify")
    assert_fits(page)


def test_nothing_that_a_model_writes_is_run(page: Page, writing: str, models: ModelServer) -> None:
    def hostile(asked: Asked) -> dict[str, Any]:
        said = drafts(asked)
        claim = {"citations": [cited(asked, QUOTE)], "text": HOSTILE}
        reasons = [{**opinion, "reason": HOSTILE} for opinion in said["sources"]]
        return {"claims": [claim, *said["claims"]], "sources": reasons}

    models.says(hostile, "answer")
    begin(page, writing)
    end(page)
    expect(page.locator("#set-aside")).to_contain_text("<script>document.title")
    assert page.title() not in {"1", "2"}
    assert page.locator("#answer-body").locator("img, script, a[href^='javascript']").count() == 0
    assert_fits(page)


def test_without_script_the_model_is_waited_for(browser: Browser, writing: str, models: ModelServer) -> None:
    models.says(slowly, "answer")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    begin(page, writing)
    end(page)
    expect(page.locator(".statement")).to_have_count(2)
    expect(page.locator("#withheld")).to_contain_text("1 sentence did not pass")
    context.close()
