"""What a librarian does: drop files, watch them being read, correct, confirm an edition, remove, put back."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.adding import a_pdf
from tests.browser.test_ask import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READ_MS = 90_000  # the first file may wait until the worker has loaded its models
REFUSED = re.compile(r"the server responded with a status of (413|415)|net::ERR_FAILED")


in_both_looks = pytest.mark.parametrize(
    "context", [("light", 1280), ("dark", 390)], ids=["light-wide", "dark-narrow"], indirect=True
)


@pytest.fixture
def tolerated() -> re.Pattern[str]:
    """Files that were refused are complained of by the browser itself."""
    return REFUSED


@pytest.fixture
def word() -> str:
    """A thing that no other act is about."""
    return f"lantern{uuid.uuid4().hex[:8]}"


def act(word: str, days: str = "seven") -> bytes:
    return a_pdf(
        f"{word.upper()} ACT 2019", "", f"An Act about every {word} in the streets.", "",
        "1 Duty to light", f"(1) The council shall light every {word} before sunset.",
        f"(2) A {word} that is broken shall be repaired within {days} days.", "",
        "2 Offences", f"(1) A person who puts out a {word} commits an offence.", "",
        "3 Commencement", "(1) This Act comes into force on 1 May 2019.", title=f"{word} Act 2019",
    )  # fmt: skip


def add(page: Page, server: str, *files: Path) -> None:
    page.goto(f"{server}/library/")
    page.get_by_role("main").get_by_role("link", name="Add law").click()
    assert_fits(page)
    page.locator("#files").set_input_files(list(files))


def added(page: Page, server: str, path: Path) -> None:
    """Add one file, and wait on its batch's page until it has been read."""
    add(page, server, path)
    page.wait_for_url("**/library/batches/**")
    expect(page.locator(".job .badge")).to_contain_text(
        re.compile("searchable|waits for your confirmation|failed"), timeout=READ_MS
    )


@in_both_looks
def test_files_are_received_read_and_searchable_and_others_refused_in_words(
    page: Page, server: str, tmp_path: Path, word: str
) -> None:
    good, text, picture = tmp_path / f"{word}.pdf", tmp_path / f"{word}.txt", tmp_path / "photo.png"
    good.write_bytes(act(word))
    text.write_text(f"An Act about {word} and ferries.\n\n1. A ferry shall carry a {word}.\n")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    add(page, server, good, text, picture)
    expect(page.locator("#sent")).to_have_text("2 of 3 received, 1 not added.")
    expect(page.locator(".sent-file.refused")).to_contain_text("It is a picture: save it as PDF")
    assert_fits(page)
    page.get_by_role("link", name="Watch them being read").click()
    expect(page.locator(".overview-line")).to_have_text("All 2 done: 2 searchable.", timeout=READ_MS)
    expect(page.locator(".badge.ready")).to_have_count(2)
    assert page.locator("#live-body").get_attribute("data-follow") is None
    assert_fits(page)
    page.locator(".job", has_text=good.name).get_by_role("link", name="Open").click()
    page.get_by_role("link", name=re.compile("Duty to light")).click()
    expect(page.locator(".law")).to_contain_text(f"every {word} before sunset")


def test_what_was_added_answers_questions(page: Page, server: str, tmp_path: Path, word: str) -> None:
    path = tmp_path / f"{word}.pdf"
    path.write_bytes(act(word))
    added(page, server, path)
    page.get_by_role("link", name=path.name).click()
    page.get_by_role("link", name="Ask about it").click()
    page.get_by_label("Your question").fill(f"Within how many days shall a broken {word} be repaired?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".claim").first).to_contain_text("within seven days", timeout=READ_MS)


def test_the_same_file_again_is_named_with_a_link(page: Page, server: str, tmp_path: Path, word: str) -> None:
    path, copy = tmp_path / f"{word}.pdf", tmp_path / "copy.pdf"
    path.write_bytes(act(word))
    copy.write_bytes(act(word))
    added(page, server, path)
    add(page, server, copy)
    row = page.locator(".sent-file.there")
    expect(row).to_contain_text(f"already on this shelf as “{path.name}”")
    row.get_by_role("link", name="See it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(path.name)


@in_both_looks
def test_a_newer_edition_is_compared_and_confirmed(
    page: Page, server: str, tmp_path: Path, word: str
) -> None:
    old, new = tmp_path / "old.pdf", tmp_path / "new.pdf"
    old.write_bytes(act(word))
    new.write_bytes(act(word, "two"))
    added(page, server, old)
    added(page, server, new)
    page.get_by_role("link", name="Look and confirm").click()
    expect(page.locator(".altered del").first).to_have_text(re.compile("seven"))
    expect(page.locator(".altered ins").first).to_have_text(re.compile("two"))
    assert_fits(page)
    page.get_by_label("In effect from").fill("2024-01-01")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".told")).to_contain_text("Confirmed.")
    expect(page.locator("#standing .badge.ready")).to_be_visible(timeout=READ_MS)
    page.get_by_role("link", name="Open it in the library").click()
    expect(page.get_by_text("As of 1 January 2024")).to_be_visible()


@in_both_looks
def test_what_was_added_can_be_removed_and_put_back(
    page: Page, server: str, tmp_path: Path, word: str
) -> None:
    path = tmp_path / f"{word}.pdf"
    path.write_bytes(act(word))
    added(page, server, path)
    page.get_by_role("link", name=path.name).click()
    page.get_by_role("link", name="Remove …").click()
    expect(page.get_by_role("main")).to_contain_text("keep their quotes")
    assert_fits(page)
    page.get_by_role("button", name="Remove from the library").click()
    expect(page.locator("#standing .badge.removed")).to_be_visible()
    page.get_by_role("button", name="Put back").click()
    expect(page.locator("#standing .badge.ready")).to_be_visible(timeout=READ_MS)


def test_a_folder_is_added_with_all_in_it_but_hidden_files(
    page: Page, server: str, tmp_path: Path, word: str
) -> None:
    folder = tmp_path / "law"
    (folder / "deep").mkdir(parents=True)
    for place in range(5):
        (folder / "deep" / f"{place}.txt").write_text(f"Rule {place} about {word}.")
    (folder / ".hidden.txt").write_text("hidden")
    page.goto(f"{server}/library/add/")
    page.locator("#folder").set_input_files(folder)
    page.wait_for_url("**/library/batches/**")
    expect(page.locator(".job")).to_have_count(5)
    expect(page.locator(".job .name").first).to_have_text(re.compile(r"^law/deep/\d\.txt$"))


def test_files_may_be_dropped(page: Page, server: str, word: str) -> None:
    page.goto(f"{server}/library/add/")
    page.get_by_label("Shelf", exact=True).select_option("A new shelf …")
    page.get_by_label("Name of the new shelf").fill(f"Law of the {word}")
    dropped = page.evaluate_handle(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "<img src=x onerror=alert(1)>.txt", { type: "text/plain" }));
          return data;
        }""",
        f"The only rule about a {word}.",
    )
    page.locator("#drop").dispatch_event("drop", {"dataTransfer": dropped})
    page.wait_for_url("**/library/batches/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Added to Law of the {word}")
    expect(page.locator(".job .name")).to_have_text("<img src=x onerror=alert(1)>.txt")


def test_the_keyboard_reaches_the_files(page: Page, server: str) -> None:
    page.goto(f"{server}/library/add/")
    page.get_by_label("Let me check").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#files")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#folder")).to_be_focused()


def test_a_file_that_vanished_is_said_and_nothing_waits_for_it(
    page: Page, server: str, tmp_path: Path, word: str
) -> None:
    page.goto(f"{server}/library/add/")
    page.route("**/library/add/files", lambda route: route.abort())
    path = tmp_path / f"{word}.txt"
    path.write_text(f"A rule about {word}.")
    page.locator("#files").set_input_files(path)
    expect(page.locator(".sent-file.refused")).to_contain_text("The connection broke off")
    page.unroute("**/library/add/files")
    page.get_by_role("button", name="Send again").click()
    page.wait_for_url("**/library/batches/**")


def test_without_script_files_are_added_and_followed(
    browser: Browser, server: str, tmp_path: Path, word: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    path = tmp_path / f"{word}.txt"
    path.write_text(f"1. A rule about {word}.\n\n2. Another rule about {word}.\n")
    page.goto(f"{server}/library/add/")
    page.locator("#files").set_input_files(path)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/library/batches/**")
    expect(page.locator(".job .badge")).to_contain_text("searchable", timeout=READ_MS)
    context.close()
