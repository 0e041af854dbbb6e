"""A matter as lawyers live it: opened, shared, asked, closed to everybody else, left and closed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.firm import Firm, email
from tests.browser.test_adding import READ_MS, act
from tests.browser.test_ask import ANSWER_MS, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Enter = Callable[..., Page]

EVERYBODYS = (
    "/", "/verify/", "/library/", "/library/add/", "/library/jobs/", "/matters/", "/questions/", "/questions/changed/",
    "/keys/", "/operations/", "/audit/",
)  # fmt: skip
"""Pages that an admin opens and that list something."""


@dataclass(frozen=True)
class Matter:
    """One with a document in it; only whoever opened it is sure to belong to it."""

    word: str
    name: str
    path: str
    section: str
    """Where its law is read."""
    answer: str
    shelf_before: str
    """What an admin was told of the shelves before it had a document."""

    @property
    def question(self) -> str:
        return f"Within how many days shall a broken {self.word} be repaired?"

    @property
    def said(self) -> str:
        """Words of its law that are in no question."""
        return f"{self.word} that is broken"


@pytest.fixture(scope="module")
def enter(browser: Browser, firm: Firm) -> Iterator[Enter]:
    """Opens a window of one of the firm's people."""
    contexts = []

    def opened(name: str, **look: object) -> Page:
        contexts.append(firm.enter(browser, name, **look))  # type: ignore[arg-type]  # scheme and width
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def matter(enter: Enter, firm: Firm, tmp_path_factory: pytest.TempPathFactory) -> Matter:
    """Opened by Carl, who has put an act into it and asked about that."""
    expect.set_options(timeout=READ_MS)
    word = f"lantern{uuid.uuid4().hex[:8]}"
    ada, page = enter("ada"), enter("carl")
    before = shelf_of(ada, firm)
    name = f"Mill Lane and the {word}"
    path = open_matter(page, firm, name)
    file = tmp_path_factory.mktemp("matter") / f"{word}.pdf"
    file.write_bytes(act(word))
    section = put_in(page, file)
    answer = ask(page, firm, path, f"Within how many days shall a broken {word} be repaired?")
    return Matter(word, name, path, section, answer, before)


def open_matter(page: Page, firm: Firm, name: str) -> str:
    """The address of a new matter."""
    page.goto(f"{firm.address}/matters/")
    page.get_by_label("Name of the matter").fill(name)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("status")).to_contain_text("Only its members see that it exists")
    return page.url.removeprefix(firm.address)


def put_in(page: Page, file: Path) -> str:
    """Add a file from the matter's page and wait until it can be searched; the address of its first section."""
    page.get_by_role("link", name="Add law to it").click()
    page.locator("#files").set_input_files(file)
    page.wait_for_url("**/library/batches/**")
    page.locator(".job", has=page.locator(".badge.ready")).get_by_role("link", name="Open").click()
    page.get_by_role("link", name=re.compile("Duty to light")).click()
    page.wait_for_url("**/sections/**")
    return page.url


def ask(page: Page, firm: Firm, path: str, question: str) -> str:
    """Ask from the matter's page; the address of the answer."""
    page.goto(firm.address + path)
    page.get_by_role("link", name="Ask within it").click()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer-body.finished")).to_be_visible(timeout=ANSWER_MS)
    return page.url


def admit(page: Page, firm: Firm, path: str, name: str, *, leads: bool = False) -> None:
    page.goto(firm.address + path)
    page.get_by_label("User name or e-mail address").fill(email(name))
    if leads:
        page.get_by_label("decides who belongs to it").check()
    page.get_by_role("button", name="Admit").click()
    expect(page.get_by_role("status")).to_contain_text("belongs to")


def shelf_of(page: Page, firm: Firm) -> str:
    page.goto(f"{firm.address}/")
    return page.locator("aside .card").first.inner_text()


def test_an_answer_cites_the_matter_and_opens_its_words(matter: Matter, enter: Enter) -> None:
    page = enter("carl", scheme="dark", width=390)
    page.goto(matter.answer)
    claim = page.locator(".claim").first
    expect(claim).to_contain_text("within seven days")
    expect(claim).to_contain_text(matter.said)
    assert_fits(page)
    claim.locator(".cite").click()
    expect(page.locator("mark#quote")).to_contain_text(matter.word)


def test_whoever_does_not_belong_to_it_meets_nothing_of_it(matter: Matter, enter: Enter, firm: Firm) -> None:
    page = enter("ada")
    assert shelf_of(page, firm) == matter.shelf_before
    for path in EVERYBODYS:
        page.goto(firm.address + path)
        assert matter.word not in page.content(), f"{path} names it"
    collection = matter.path.replace("/matters/", "/library/")
    for address in (firm.address + matter.path, firm.address + collection, matter.section, matter.answer):
        answered = page.goto(address)
        assert answered is not None
        assert answered.status == 404
        assert matter.word not in page.content()


def test_a_stranger_s_question_with_its_very_words_finds_nothing(
    matter: Matter, enter: Enter, firm: Firm
) -> None:
    page = enter("lena")
    page.goto(f"{firm.address}/")
    page.get_by_label("Your question").fill(matter.question)
    page.get_by_role("button", name="Ask", exact=True).click()
    body = page.locator("#answer-body.finished")
    expect(body).to_be_visible(timeout=ANSWER_MS)
    assert matter.said not in page.content()
    expect(page.get_by_role("main")).not_to_contain_text("Mill Lane")


def test_a_member_asks_too_and_once_removed_has_nothing_left(
    matter: Matter, enter: Enter, firm: Firm
) -> None:
    carl, ruth = enter("carl"), enter("ruth")
    admit(carl, firm, matter.path, "ruth")
    answer = ask(ruth, firm, matter.path, matter.question)
    expect(ruth.locator(".claim").first).to_contain_text("within seven days")
    carl.get_by_role("button", name=re.compile("^Remove ")).click()
    expect(carl.get_by_role("status")).to_contain_text("is no member any more")
    for address in (answer, firm.address + matter.path, matter.section):
        answered = ruth.goto(address)
        assert answered is not None
        assert answered.status == 404
    for path in ("/", "/questions/", "/library/", "/matters/", "/questions/changed/"):
        ruth.goto(firm.address + path)
        assert "within seven days" not in ruth.content()
        assert "Mill Lane" not in ruth.content()


def test_a_matter_is_left_only_when_somebody_decides_about_it(enter: Enter, firm: Firm) -> None:
    page = enter("carl")
    path = open_matter(page, firm, "To be handed over")
    expect(page.get_by_role("link", name="Leave this matter")).to_have_count(0)
    admit(page, firm, path, "ruth")
    page.get_by_role("link", name="Leave this matter").click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_role("status")).to_contain_text("Let somebody else decide first")
    admit(page, firm, path, "cora", leads=True)
    page.get_by_role("link", name="Leave this matter").click()
    expect(page.get_by_role("main")).to_contain_text(
        "Only who decides about the matter can make you a member again"
    )
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_role("status")).to_have_text("You have left “To be handed over”.")
    expect(page.get_by_role("link", name="To be handed over")).to_have_count(0)


def test_a_closed_matter_is_read_and_not_asked_until_it_is_opened_again(enter: Enter, firm: Firm) -> None:
    page = enter("cora", scheme="dark", width=390)
    path = open_matter(page, firm, "Won in the end")
    page.get_by_role("link", name="Close it").click()
    expect(page.get_by_role("main")).to_contain_text("Its members read on")
    assert_fits(page)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("status")).to_contain_text("is closed")
    expect(page.get_by_role("link", name="Ask within it")).to_have_count(0)
    expect(page.get_by_role("link", name="Add law to it")).to_have_count(0)
    page.goto(f"{firm.address}/")
    expect(page.get_by_label("Won in the end")).to_have_count(0)
    page.goto(firm.address + path)
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_role("link", name="Ask within it")).to_be_visible()
