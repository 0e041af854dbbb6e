"""Every page, as every kind of person, runs nothing that stands in it and loads nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core.cache import cache

from tests.access.cast import Cast, a_cast
from tests.access.routes import routes

pytestmark = pytest.mark.django_db
DATA = {"application/json", "importmap", "speculationrules"}
"""Types of <script> that a browser reads and does not run; of these lawqa has the first."""
LOADING = {
    "src",
    "srcset",
    "data",
    "poster",
    "background",
    "action",
    "formaction",
    "ping",
    "manifest",
    "codebase",
}
TIGHT = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "font-src": "'self'", "connect-src": "'self'",
    "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'", "manifest-src": "'self'",
}  # fmt: skip
IMAGES = {"'self'", "'self' data:"}
"""`data:` is for the code that a telephone scans, and for the signs in the stylesheet of the interface's description."""
WITH_IMAGES = {"/accounts/2fa/totp/activate/", "/api/v1/", "/api/", "/api/v1/docs/", "/api/docs/"}


class Found(HTMLParser):
    """What of a page a content policy without exceptions would not let work."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: (value or "").strip() for name, value in attrs}
        self.wrong += [
            f"<{tag} {name}>" for name in said if name.startswith("on") or name in {"style", "srcdoc"}
        ]
        if tag == "style" or (tag == "script" and "src" not in said and said.get("type") not in DATA):
            self.wrong.append(f"<{tag}> inline")
        if tag in {"iframe", "object", "embed", "base", "applet"}:
            self.wrong.append(f"<{tag}>")
        self.wrong += [
            f"<{tag} {name}={said[name]}>" for name in LOADING & set(said) if elsewhere(said[name])
        ]
        if tag == "link" and elsewhere(said.get("href", "")):
            self.wrong.append(f"<link href={said['href']}>")
        if re.match(r"(javascript|vbscript|data):", said.get("href", ""), re.IGNORECASE):
            self.wrong.append(f"<{tag} href={said['href']}>")

    handle_startendtag = handle_starttag


def elsewhere(address: str) -> bool:
    return bool(re.match(r"(?:[a-z][a-z0-9+.-]*:|//|\\)", address, re.IGNORECASE)) and not address.startswith(
        "data:image/"
    )


def wrong(page: str) -> list[str]:
    found = Found()
    found.feed(page)
    return found.wrong


@pytest.fixture
def cast(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for module in ("lawqa.asking.hint", "lawqa.views.hint", "lawqa.stream.hint", "corpus.adding.hint"):
        monkeypatch.setattr(module, lambda key: None)
    cache.clear()
    yield a_cast()
    cache.clear()


@pytest.mark.parametrize(
    ("who", "below", "least"),
    [
        ("owner", "/", 40),
        ("admin", ("/admin/", "/operations/", "/audit/", "/people/"), 20),
        ("signed out", "/", 4),
    ],
)
def test_no_page_holds_what_would_run_or_comes_from_elsewhere(
    cast: Cast, who: str, below: str | tuple[str, ...], least: int
) -> None:
    client, seen = cast.client(who), 0
    found = {address for route in routes() for address in route.addresses(cast)}
    for address in sorted(address for address in found if address.startswith(below)):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        if "sandbox" not in policy:
            check_policy(address, policy)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert wrong(response.content.decode()) == [], address
            seen += response.status_code == 200
        response.close()
        if "logout" in address and who != "signed out":
            client.force_login(cast.people[who])
    assert seen >= least


def test_the_pages_of_the_second_factor_neither(cast: Cast) -> None:
    """They are shown to who signed in just now, with the picture that a telephone reads."""
    owner = cast.people["owner"]
    owner.set_password("quiet harbour lantern")
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    client = cast.client("signed out")
    client.post("/accounts/login/", {"login": owner.email, "password": "quiet harbour lantern"})
    client.post("/accounts/reauthenticate/", {"password": "quiet harbour lantern"})
    for address in (
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/sessions/",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        check_policy(address, response.headers["Content-Security-Policy"])
        assert wrong(response.content.decode()) == [], address


def check_policy(address: str, policy: str) -> None:
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    images = said.pop("img-src")
    assert said == TIGHT, address
    assert images in IMAGES, address
    assert "data:" not in images or address in WITH_IMAGES, address


@pytest.mark.parametrize(
    "page",
    [
        "<script>1</script>", "<script type=module>1</script>", "<p onclick=x>", "<IMG ONERROR=x>", "<p style='color:red'>",
        "<style>p{}</style>", "<script src=//evil.example/x.js></script>", "<img src=https://evil.example/x>",
        "<a href=' JavaScript:x'>", "<a href=data:text/html,x>", "<iframe src=/></iframe>", "<base href=/x/>",
        "<form action=https://evil.example/>", "<link rel=stylesheet href=http://evil.example/x>", "<svg/onload=x>",
    ],
)  # fmt: skip
def test_what_is_wrong_would_be_found(page: str) -> None:
    assert wrong(page)


def test_the_projects_own_scripts_make_no_code_of_words() -> None:
    """A policy without unsafe-eval refuses them anyhow; a page that needs them would break."""
    for path in Path("static").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        found = re.search(
            r"\beval\(|new Function\(|set(Timeout|Interval)\(\s*[\"'`]|\.innerHTML|outerHTML\s*=(?!=)|document\.write",
            text,
        )
        assert not found, f"{path}: {found and found[0]}"


def test_what_was_uploaded_is_never_a_page_of_this_site(cast: Cast) -> None:
    """Whatever the browser takes it for, it has no origin, runs nothing and is a download."""
    client, sent = cast.client("owner"), 0
    for route in routes():
        if route.name in {"corpus:job_file", "corpus:edition_file"}:
            for address in route.addresses(cast):
                response = client.get(address)
                assert response.status_code == 200, address
                assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert "html" not in response.headers["Content-Type"]
                response.close()
                sent += 1
    assert sent >= 2
