"""An edition comes after an answer was given: the reader is told, sees what changed, and has it marked as seen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import environment, running
from tests.browser.test_ask import ANSWER_MS, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "How long is the notice that a landlord must give to end a lease of a home?"
OLD = "A landlord may end the lease of a home by notice in writing of at least three months."
NEW = "A landlord may end the lease of a home by notice in writing of at least six months."
OTHER = "A tenant may keep one dog in a home without leave of the landlord."
NARROW, WIDE = {"width": 390, "height": 900}, {"width": 1280, "height": 900}


def load(data: Path, rule: str, dated: str) -> None:
    """One edition of an invented act, as `manage.py load_law` puts it on the shelf."""
    act = {
        "document": "Lease Act 2011",
        "short_title": "Lease Act",
        "key": "lease-act",
        "kind": "statute",
        "jurisdiction": "gb",
    }
    sections = [
        {**act, "label": "Lease Act s. 4", "heading": "Notice by the landlord", "text": rule},
        {**act, "label": "Lease Act s. 5", "heading": "Dogs", "text": OTHER},
    ]  # fmt: skip
    path = data / "lease.jsonl"
    path.write_text("\n".join(json.dumps(section) for section in sections))
    command = ["load_law", "sections", "--from", f"{path}#dated={dated}"]
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment(data), check=True,
        capture_output=True,
    )  # fmt: skip


@pytest.fixture
def data(chromium: str, tmp_path: Path) -> Path:
    folder = tmp_path / "leases"
    folder.mkdir()
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, cwd=settings.BASE_DIR, env=environment(folder), check=True)
    load(folder, OLD, "2013-07-26")
    return folder


@pytest.fixture
def leases(data: Path) -> Iterator[str]:
    with running(data) as address:
        yield address


def ask(page: Page, server: str, day: str = "") -> str:
    """The address of the answer."""
    page.goto(server)
    page.get_by_label("Your question").fill(QUESTION)
    if day:
        page.locator("#id_as_of").fill(day)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer-body.finished")).to_be_visible(timeout=ANSWER_MS)
    return page.url


def assert_fits_both(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height, as it wants them
        assert_fits(page)


def test_an_answer_follows_the_law_and_says_when_that_moved_on(page: Page, leases: str, data: Path) -> None:
    of_today = ask(page, leases)
    expect(page.locator(".claim").first).to_contain_text("three months")
    of_the_past = ask(page, leases, "2014-05-01")
    expect(page.locator("#law-changed")).to_have_count(0)
    load(data, NEW, "2023-04-20")

    page.goto(of_today)
    expect(page.locator("#law-changed")).to_contain_text("The quoted words do not stand in the new text.")
    assert_fits_both(page)
    page.locator("#law-changed").get_by_role("link", name="See what changed").click()
    expect(page.locator("del")).to_have_text("three")
    expect(page.locator("ins")).to_have_text("six")
    assert_fits_both(page)

    page.goto(of_the_past)
    expect(page.locator("#law-changed")).to_have_count(0)
    expect(page.locator(".rule-changed")).to_contain_text(
        "The rule changed between 26 July 2013 and 20 April 2023"
    )
    expect(page.locator(".rule-changed")).to_contain_text("may already have been otherwise on 1 May 2014")

    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".law-moved")).to_have_count(1)
    assert_fits_both(page)
    page.get_by_role("link", name="Changed law 1").click()
    expect(page.locator(".affected > li")).to_have_count(1)
    assert_fits_both(page)
    page.get_by_role("button", name="Mark as seen", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing to look at")).to_be_visible()

    ask(page, leases)
    expect(page.locator(".claim").first).to_contain_text("six months")
    ask(page, leases, "2014-05-01")
    expect(page.locator(".claim").first).to_contain_text("three months")
