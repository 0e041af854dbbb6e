"""An admin with a browser, who comes in by an invitation, adds law, asks, verifies, and opens every page that there is."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Request, expect

from tests.fault import law

PATIENCE_MS = 90_000
PASSWORD = "quiet harbour lantern"
QUESTION = "Within how many days must a keeper of bees register a hive with the county?"
BRIEF = "Section 1 of the Bees Act says that a keeper “shall register every second hive with the county”."
LEADS_OUT = re.compile(r"/(?:logout|jsi18n)/")
"""Pages that end the session, or are scripts."""
KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b")


class Reader:
    """Everything that the browser asks for is noted by its host."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.hosts: set[str] = set()
        self._site = site
        context = browser.new_context(accept_downloads=True)
        context.on("request", self._note)
        self._page = context.new_page()
        expect.set_options(timeout=PATIENCE_MS)

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"}:
            self.hosts.add(address.hostname or address.scheme)

    def come_in(self, link: str) -> None:
        """By the link of an invitation."""
        self._page.goto(self._site + link)
        for box in self._page.locator("input[type=password]").all():
            box.fill(PASSWORD)
        self._page.get_by_role("button", name="Come in").click()
        self._page.wait_for_url(re.compile(r"/$"))

    def add_a_file(self, folder: Path) -> str:
        """A PDF with an act; what its page says in the end."""
        file = folder / "bees act.pdf"
        file.write_bytes(law.pdf(1, 3))
        self._page.goto(f"{self._site}/library/add/")
        self._page.locator("#files").set_input_files([file])
        self._page.wait_for_url("**/library/batches/**")
        badge = self._page.locator(".job .badge")
        expect(badge).to_contain_text(re.compile("searchable|confirmation|failed"), timeout=PATIENCE_MS)
        return badge.inner_text()

    def ask(self) -> str:
        """A question, until its answer is whole; the sentences that are shown."""
        self._page.goto(self._site)
        self._page.get_by_label("Your question").fill(QUESTION)
        self._page.get_by_role("button", name="Ask", exact=True).click()
        expect(self._page.locator("#answer-body.finished")).to_be_visible(timeout=PATIENCE_MS)
        return " ".join(self._page.locator("#answer-body .group, #answer-body .statement").all_inner_texts())

    def verify(self) -> str:
        """A text with a citation that is right and a quotation that is not; what is said of them."""
        self._page.goto(f"{self._site}/verify/")
        self._page.locator("#id_text").fill(BRIEF)
        self._page.locator("#verify button[type=submit]").click()
        return self._page.locator(".tally").inner_text()

    def make_a_key(self) -> str:
        """For everything, everywhere; its secret, as it is shown once."""
        self._page.goto(f"{self._site}/keys/")
        self._page.locator("#id_name").fill("case system")
        for box in self._page.locator("main input[type=checkbox]").all():
            box.check()
        self._page.get_by_role("button", name="Make the key").click()
        found = re.search(r"lawqa_[\w-]{8,}_[\w-]{20,}", self._page.content())
        assert found, "the key is not shown"
        return found[0]

    def open_every_page(self) -> dict[str, int]:
        """Every page that a link leads to, from page to page, one of each kind: path → status."""
        todo, kinds, found = ["/"], {"/"}, dict[str, int]()
        while todo:
            path = todo.pop(0)
            found[path] = self._open(path)
            for other in self._links():
                kind = KEYS.sub("#", re.split(r"[?#]", other)[0])
                if kind not in kinds and not LEADS_OUT.search(other):
                    kinds.add(kind)
                    todo.append(other)
        return found

    def _open(self, path: str) -> int:
        try:
            response = self._page.goto(self._site + path)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            self._page.goto("about:blank")
            return 200
        self._page.wait_for_load_state("load")
        return response.status if response else 0

    def _links(self) -> list[str]:
        """Paths of this site that the page names."""
        found = self._page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        return [address.removeprefix(self._site) for address in found if address.startswith(f"{self._site}/")]
