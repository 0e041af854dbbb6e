"""What people do to come in: a link, a passkey, an app; what an admin does to them; and what the log says of it afterwards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import environment, free_port, serving_pages
from tests.browser.test_ask import assert_fits
from tests.people.test_signing_in import code_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "quiet harbour lantern"
A_SHELF = "from corpus.models import Collection; Collection.objects.create(slug='county', name='County', access='public')"
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@dataclass(frozen=True)
class House:
    """An installation in which everybody has to have a second factor, and nobody is yet. Nothing answers questions."""

    address: str
    data: Path
    variables: dict[str, str]

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.variables, check=True, capture_output=True, text=True
        )
        return done.stdout

    def link(self, email: str) -> str:
        """As whoever runs the installation lets the first admin in."""
        return self.manage("invite", email, "--site", self.address).split()[-1]


@pytest.fixture(scope="module")
def house(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data, port = tmp_path_factory.mktemp("people"), free_port()
    variables = {
        **environment(data), "LAWQA_ALLOWED_HOSTS": "localhost", "LAWQA_PLAIN_HTTP": "1",
        "LAWQA_SECOND_FACTOR": "required",
    }  # fmt: skip
    made = House(f"http://localhost:{port}", data, variables)  # passkeys want a name, and no number
    made.manage("migrate", "-v", "0")
    made.manage("shell", "--no-imports", "-c", A_SHELF)
    with serving_pages(variables, port, data / "server.log"):
        yield made


@pytest.fixture
def tolerated() -> re.Pattern[str]:
    """Who is suspended is told by the stream that it is over."""
    return re.compile(r"EventSource|status of 40[03]")


def with_a_key(page: Page) -> None:
    """A device that says yes to whatever asks for a passkey."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def come_in(page: Page, link: str, name: str) -> None:
    """Choose a password, and set up a passkey before anything else opens."""
    with_a_key(page)
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("A password of").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_label("10 of 10 are unused")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_label("Your question")).to_be_visible()


def sign_out(page: Page, house: House) -> None:
    page.goto(f"{house.address}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_first_admin_comes_in_and_signs_in_with_a_passkey_and_with_an_app(
    page: Page, house: House
) -> None:
    come_in(page, house.link("ann@firm.example"), "Ann Aldis")
    page.goto(f"{house.address}/accounts/2fa/totp/activate/")
    secret = page.get_by_label("Or type this into the app").input_value()
    assert_fits(page)
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("The app is set up.")).to_be_visible()
    sign_out(page, house)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    sign_out(page, house)
    sign_in(page, "ann@firm.example", PASSWORD)
    page.get_by_label("Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("Your question")).to_be_visible()


def test_whoever_guesses_is_told_how_long_to_wait(page: Page, house: House) -> None:
    page.goto(f"{house.address}/accounts/login/")
    for guess in range(6):
        sign_in(page, "nobody@firm.example", f"guess number {guess}")
        expect(page.get_by_role("alert").first).to_contain_text(
            "Wait five minutes" if guess == 5 else "are not correct"
        )
    assert_fits(page)


@pytest.fixture
def colleague(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def test_a_colleague_is_let_in_and_out_again_and_the_log_tells_it_all(
    page: Page, colleague: BrowserContext, house: House, tmp_path: Path
) -> None:
    come_in(page, house.link("dora@firm.example"), "Dora Dahl")
    page.goto(f"{house.address}/people/")
    page.get_by_label("E-mail address").fill("bea@firm.example")
    page.get_by_role("button", name="Make a link").click()
    bea = colleague.new_page()
    come_in(bea, page.locator("#link").inner_text(), "Bea Berg")
    page.goto(f"{house.address}/people/?find=bea")
    page.get_by_role("link", name="Bea Berg").click()
    page.get_by_label("Contributor").check()
    page.get_by_role("button", name="Change the role").click()
    expect(page.get_by_text("is now: contributor")).to_be_visible()
    bea.get_by_label("Your question").fill("Who has to register a hive?")
    bea.get_by_role("button", name="Ask", exact=True).click()
    bea.wait_for_url("**/answers/**")
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("was signed out of 1 browser")).to_be_visible()
    expect(bea.get_by_text("The connection was lost")).to_be_visible()
    bea.get_by_role("link", name="Library").click()
    expect(bea.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{house.address}/audit/?subject=bea@firm.example")
    for deed in ("Person invited", "Person added", "Role changed", "Person suspended"):
        expect(page.locator(".entries")).to_contain_text(deed)
    assert_fits(page)
    taken_away_it_verifies(page, house, tmp_path)


def taken_away_it_verifies(page: Page, house: House, folder: Path) -> None:
    """With Python and the one file, in a folder that knows nothing of the project; and not with one bit changed."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    export, changed = folder / "audit.jsonl", folder / "changed.jsonl"
    download.value.save_as(export)
    program = folder / "verify.py"
    program.write_bytes((settings.BASE_DIR / "audit" / "verify.py").read_bytes())
    content = bytearray(export.read_bytes())
    assert not re.search(rb"firm\.example|Bea|Dora", content)
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    key = house.data / "audit_key"
    for file, expected in ((export, 0), (changed, 1)):
        command = [sys.executable, "-I", str(program), str(file), "--key-file", str(key)]
        done = subprocess.run(
            command, check=False, cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True
        )
        assert done.returncode == expected, done.stdout
