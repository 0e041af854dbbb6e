"""Every page that a link leads to, in both colour schemes: read without sight, without a mouse, on a telephone."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.firm import Firm
from tests.browser.test_adding import READ_MS
from tests.browser.test_ask import QUESTION
from tests.browser.test_matters import ask, open_matter

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FAULTS = (Path(__file__).parent / "page_faults.js").read_text()
NO_PAGE = {
    "answer_docx", "answer_json", "answer_record", "corpus:edition_file", "corpus:job_file", "api:schema", None,
}  # fmt: skip
"""What links lead to and is no page."""
FOREIGN = {"api:description": "#operations"}
"""Of whose inside another project takes care: Swagger UI."""
WITHOUT_FRAME = {"answer_print"}
OF_EACH = 2
EXPECTED = {
    "account_change_password", "answer", "answer_print", "api:description", "api:keys", "ask", "audit_log", "changed",
    "corpus:add", "corpus:batch", "corpus:close_matter", "corpus:collection", "corpus:document", "corpus:job",
    "corpus:jobs", "corpus:library", "corpus:matter", "corpus:matters", "corpus:remove", "corpus:section", "history",
    "mfa_index", "operations", "people:account", "people:people", "people:person", "remove_question",
    "usersessions_list", "verify", "webhooks",
}  # fmt: skip
"""The pages that an admin must be able to come to by links alone."""


@dataclass
class Walk:
    """Follows links from the first page; of pages of one name only the first few."""

    page: Page
    base: str
    found: dict[str, list[str]] = field(default_factory=dict)

    def all(self) -> dict[str, list[str]]:
        """Name of the page → addresses."""
        waiting, known = [f"{self.base}/"], {f"{self.base}/"}
        while waiting:
            for link in self._open(waiting.pop(0)):
                if link not in known and link.startswith(self.base):
                    known.add(link)
                    waiting.append(link)
        return {name: addresses for name, addresses in self.found.items() if addresses}

    def _open(self, address: str) -> list[str]:
        name = name_of(address)
        if name in NO_PAGE or len(self.found.setdefault(name, [])) >= OF_EACH:
            return []
        self.page.goto(address)
        if self.page.url.partition("#")[0] != address:  # it leads to another page
            return []
        self.found[name].append(address)
        links = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
        return [urljoin(address, link).partition("#")[0] for link in links]


def name_of(address: str) -> str:
    match = resolve(urlsplit(address).path)
    return match.view_name or match.route


@pytest.fixture(scope="module")
def ada(browser: Browser, firm: Firm) -> Iterator[BrowserContext]:
    context = firm.enter(browser, "ada")
    yield context
    context.close()


@pytest.fixture(scope="module")
def pages(ada: BrowserContext, firm: Firm, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """All that an admin comes to who has a matter with a file in it, an answer, and a file that failed."""
    expect.set_options(timeout=READ_MS)
    page = ada.new_page()
    folder = tmp_path_factory.mktemp("pages")
    good, bad = folder / "rules.txt", folder / f"{'a-long-name-without-an-end-' * 4}.pdf"
    good.write_text(f"1. Keep the gate of {uuid.uuid4().hex} shut.\n\n2. Open it on Sundays.\n")
    bad.write_bytes(b"%PDF-1.7 " + uuid.uuid4().bytes)
    path = open_matter(
        page, firm, "Orchard v. Mill Lane Property Development and Street Lighting (in administration)"
    )
    page.get_by_role("link", name="Add law to it").click()
    page.locator("#files").set_input_files([good, bad])
    page.wait_for_url("**/library/batches/**")
    ask(page, firm, path, QUESTION)
    page.goto(f"{firm.address}/library/jobs/")
    expect(page.locator(".badge.ready").first).to_be_visible()
    expect(page.locator(".badge.failed").first).to_be_visible()
    found = Walk(page, firm.address).all()
    page.close()
    return found


def faults(page: Page, name: str) -> list[str]:
    page.keyboard.press("Tab")  # from now on the browser shows where the focus is
    given = {"frame": name not in WITHOUT_FRAME, "foreign": FOREIGN.get(name)}
    found: list[str] = page.evaluate(FAULTS, given)
    return found


def test_links_lead_an_admin_to_every_page(pages: dict[str, list[str]]) -> None:
    assert EXPECTED - set(pages) == set()


def test_no_page_is_at_fault_in_either_colour_scheme(
    pages: dict[str, list[str]], ada: BrowserContext
) -> None:
    page = ada.new_page()
    page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is neither
    found = []
    for name, addresses in pages.items():
        for address in addresses:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.emulate_media(color_scheme="light")
            page.goto(address)
            found += [f"{address} light wide: {fault}" for fault in faults(page, name)]
            page.set_viewport_size({"width": 390, "height": 900})
            page.emulate_media(color_scheme="dark")
            found += [f"{address} dark narrow: {fault}" for fault in faults(page, name)]
    page.close()
    assert not found, "\n".join(found)


def test_pages_of_a_kind_are_told_apart_by_their_titles(
    pages: dict[str, list[str]], ada: BrowserContext
) -> None:
    page = ada.new_page()
    titles: Counter[str] = Counter()
    for addresses in pages.values():
        page.goto(addresses[0])
        titles[page.title()] += 1
    page.close()
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("name", ["ask", "answer", "verify", "corpus:matter", "corpus:library", "operations"])
def test_the_keyboard_reaches_every_control_and_leaves_again(
    name: str, pages: dict[str, list[str]], ada: BrowserContext
) -> None:
    page = ada.new_page()
    page.goto(pages[name][0])
    controls = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
          .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.matches(":disabled")).length"""
    )
    page.evaluate("document.addEventListener('focusin', (moved) => moved.target.dataset.reached = '1')")
    for _ in range(controls + 10):  # a day has three parts, which take the focus one by one
        page.keyboard.press("Tab")
    assert page.locator("[data-reached]:not(main)").count() == controls
    page.close()


def test_the_menu_works_by_keyboard_and_without_script(browser: Browser, firm: Firm) -> None:
    context = firm.enter(browser, "ada", width=390)
    page = context.new_page()
    page.goto(f"{firm.address}/")
    page.get_by_text("Manage", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Operations")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Operations")).to_be_hidden()
    context.close()
    state = context_without_script(browser, firm)
    bare = state.new_page()
    bare.goto(f"{firm.address}/")
    bare.get_by_text("Manage", exact=True).click()
    bare.get_by_role("link", name="Operations").click()
    expect(bare.get_by_role("heading", level=1)).to_have_text("Operations")
    state.close()


def context_without_script(browser: Browser, firm: Firm) -> BrowserContext:
    with_script = firm.enter(browser, "ada")
    cookies = with_script.storage_state()
    with_script.close()
    return browser.new_context(java_script_enabled=False, storage_state=cookies)


@pytest.mark.parametrize("name", ["ruth", "carl", "lena"])
def test_the_menu_holds_what_its_reader_may_open(name: str, browser: Browser, firm: Firm) -> None:
    context = firm.enter(browser, name)
    page = context.new_page()
    page.goto(f"{firm.address}/")
    links = page.eval_on_selector_all("header a[href]", "all => all.map(one => one.getAttribute('href'))")
    for link in links:
        answered = page.goto(urljoin(firm.address, link))
        assert answered is not None
        assert answered.status == 200, f"{link} is offered to {name}"
    assert not {"/people/", "/operations/", "/audit/"} & set(links)
    context.close()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param("<h1>a</h1><main><p style='color: #999'>pale</p></main>", "contrast 2.85", id="contrast"),
        pytest.param("<h1>a</h1><main><p style='opacity: 0.4'>pale</p></main>", "contrast", id="opacity"),
        pytest.param("<main><h2>a</h2></main>", "not one h1", id="h1"),
        pytest.param("<main><h1>a</h1><h3>b</h3></main>", "skips a level", id="levels"),
        pytest.param("<h1>a</h1>", "not one main", id="main"),
        pytest.param("<main><h1>a</h1><input></main>", "no name", id="label"),
        pytest.param("<main><h1>a</h1><button><svg></svg></button></main>", "no name", id="button"),
        pytest.param("<main><h1>a</h1><a href='#' style='outline: none'>b</a></main>", "focus is not", id="focus"),
        pytest.param("<main><h1>a</h1><a href='#' tabindex=3>b</a></main>", "an order of its own", id="order"),
        pytest.param("<main><h1>a</h1><p style='width: 3000px'>b</p></main>", "wider", id="width"),
        pytest.param("<main><h1>a</h1><nav></nav><nav>b</nav></main>", "navigations", id="navigations"),
        pytest.param("<main><h1 id=a>a</h1><p id=a>b</p></main>", "the id a twice", id="ids"),
    ],
)  # fmt: skip
def test_the_checks_see_what_is_wrong(body: str, fault: str, browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        f"<!doctype html><html lang=en><title>a</title><body style='background: #fff'>{body}</body>"
    )
    page.keyboard.press("Tab")
    found = page.evaluate(FAULTS, {"frame": False, "foreign": None})
    assert [said for said in found if fault in said], found
    page.close()
