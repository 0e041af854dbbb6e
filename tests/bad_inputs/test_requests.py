"""Bad requests (61 to 72) to every address of the project, as far as no other file tests them at length."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from corpus.models import User
from lawqa.models import Question
from tests.access.cast import Cast, a_cast
from tests.access.routes import routes

pytestmark = pytest.mark.django_db
BY_KEY = ("/api/v1/", "/v1/", "/mcp")
"""Where a key in the header is asked for, so that no other site's page can call in somebody's name."""
ELSEWHERE = ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://127.0.0.1:6379/", "gopher://x/",
             "https://rebind.evil.example/x", "\\\\evil.example\\share", "//evil.example/x"]  # fmt: skip


@pytest.fixture
def cast(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    for module in ("lawqa.asking.hint", "lawqa.views.hint", "lawqa.stream.hint", "corpus.adding.hint"):
        monkeypatch.setattr(module, lambda key: None)
    cache.clear()
    yield a_cast()
    cache.clear()


def addresses(cast: Cast) -> list[str]:
    return sorted({address for route in routes() for address in route.addresses(cast)})


def test_nothing_changes_without_the_token_of_its_form(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.people["owner"])
    refused = 0
    for address in addresses(cast):
        status = client.post(address, {"text": "x"}).status_code
        if address.startswith(BY_KEY):
            assert status in {401, 404, 405}, f"{address} is {status}"
        elif status != 403:
            assert (status, client.get(address).status_code) == (404, 404), f"{address} is {status}"
        refused += status == 403
    assert refused > 80


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_a_token_is_worth_nothing_on_a_page_of_another_site(cast: Cast, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["owner"])
    client.get("/")
    token = client.cookies["csrftoken"].value
    before = Question.objects.count()
    response = client.post(
        "/",
        {"text": "Who keeps hives?", "collections": ["law"], "csrfmiddlewaretoken": token},
        headers={"origin": origin},
    )
    assert response.status_code == 403
    assert Question.objects.count() == before


def test_no_form_takes_a_field_that_is_not_its_own(cast: Cast) -> None:
    client, owner, other = cast.client("owner"), cast.people["owner"], cast.people["stranger"]
    taken = {
        "id": str(cast.question.pk), "pk": str(cast.question.pk), "asked_by": other.pk, "owner": other.pk, "state": "done",
        "is_staff": "1", "is_superuser": "1", "role": "admin", "user": other.pk, "asked_at": "2001-01-01",
    }  # fmt: skip
    sent = client.post("/", {"text": "Who keeps hives?", "collections": ["law"], **taken})
    assert sent.status_code == 302
    question = Question.objects.exclude(pk=cast.question.pk).get()
    assert (question.asked_by, question.state) == (owner, Question.State.WAITING)
    for address in ("/accounts/", "/accounts/password/change/", "/matters/", "/keys/"):
        client.post(address, taken)
    after = User.objects.get(pk=owner.pk)
    assert (after.is_staff, after.is_superuser, after.role) == (False, False, owner.role)


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "PROPFIND", "CONNECT", "DEBUG", "PUT", "PATCH", "DELETE"]
)
def test_a_method_that_is_none_changes_and_echoes_nothing(cast: Cast, method: str) -> None:
    client = cast.client("owner")
    before = list(Question.objects.values())
    for address in ("/", "/library/", "/questions/", f"/answers/{cast.question.pk}/", "/matters/"):
        response = client.generic(
            method, address, b"said-in-the-body", headers={"x-secret": "said-in-a-header"}
        )
        assert response.status_code in {403, 405}, f"{method} {address} is {response.status_code}"
        assert b"said-in" not in response.content
    assert list(Question.objects.values()) == before


def test_every_response_forbids_what_browsers_would_do(cast: Cast) -> None:
    client = cast.client("owner")
    for address in addresses(cast):
        response = client.get(address)
        if "logout" in address:
            client.force_login(cast.people["owner"])
        assert response.headers["X-Content-Type-Options"] == "nosniff", address
        assert response.headers["Referrer-Policy"] == "same-origin", address
        assert "Access-Control-Allow-Origin" not in response.headers, address
        assert "Content-Security-Policy" in response.headers, address
        response.close()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "law.firm.example.evil.example",
        "law.firm.example@evil.example",
        "law.firm.example:x",
        "",
        "a b",
    ],
)
def test_another_host_is_refused_and_not_repeated(cast: Cast, settings: LazySettings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["law.firm.example"]
    client = cast.client("owner")
    for address in ("/", "/accounts/login/", "/library/"):
        response = client.get(address, headers={"host": host})
        assert response.status_code == 400
        assert b"evil" not in response.content


def test_a_host_that_a_proxy_is_said_to_have_seen_is_not_believed(cast: Cast) -> None:
    client = cast.client("signed out")
    response = client.get(
        "/library/", headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    )
    assert "evil" not in response.headers["Location"]
    assert b"evil" not in client.get("/accounts/login/", headers={"x-forwarded-host": "evil.example"}).content


def test_ten_thousand_fields_are_refused(cast: Cast) -> None:
    client = cast.client("owner")
    response = client.post("/", {f"field{number}": "x" for number in range(10_000)})
    assert response.status_code == 400
    assert b"Traceback" not in response.content


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "a\r\nX-Bad: yes.txt", "..\\..\\x.txt", "x" * 4_000 + ".txt", "\x00.txt", "CON"],
)
def test_a_name_of_a_file_is_a_name_and_no_path(cast: Cast, data_folder: Path, name: str) -> None:
    """The body is written by hand, since the tests' client tidies names before it sends them."""
    client = cast.client("owner")
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="shelf"\r\n\r\n{cast.matter.slug}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/plain\r\n\r\n3. Hives shall be kept.\n\r\n--b--\r\n"
    )
    response = client.generic("POST", "/library/add/files", parts.encode(), "multipart/form-data; boundary=b")
    assert response.status_code < 500
    assert "X-Bad" not in response.headers
    assert b"/etc/" not in response.content
    kept = [path for path in data_folder.rglob("*") if path.is_file() and "files" in path.parts]
    assert all(re.fullmatch(r"[0-9a-f]{64}", path.name) for path in kept)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that anything looks up or connects to while it is in use; none is reached."""
    found: list[object] = []

    def no_name(host: object, *rest: object, **more: object) -> Any:
        found.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "not in this test")

    def no_way(link: socket.socket, address: object) -> None:
        if link.family != socket.AF_UNIX:
            found.append(address)
            raise ConnectionRefusedError
        raise FileNotFoundError

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    monkeypatch.setattr(socket.socket, "connect", no_way)
    return found


NAMES = (
    "text", "name", "title", "citation", "publisher", "source", "url", "address", "next", "email", "find", "terms",
    "shelf", "collections", "as_of", "person", "file", "back", "image", "callback", "login",
)  # fmt: skip


def test_no_field_makes_the_server_ask_another(cast: Cast, asked: list[object]) -> None:
    """But webhooks, whose addresses are looked at in tests/api/test_webhook_sending.py."""
    client = cast.client("owner")
    for number, address in enumerate(addresses(cast)):
        if "webhook" in address or "logout" in address:
            continue
        fields = {name: ELSEWHERE[(number + place) % len(ELSEWHERE)] for place, name in enumerate(NAMES)}
        client.post(address, fields)
    for address in ("/", "/library/", "/questions/", "/accounts/login/", "/verify/"):
        for elsewhere in ELSEWHERE:
            client.get(address, dict.fromkeys(NAMES, elsewhere))
    assert asked == []


def test_what_is_asked_of_another_would_be_noticed(asked: list[object]) -> None:
    with pytest.raises(OSError, match="not in this test"):
        socket.create_connection(("evil.example", 80), timeout=1)
    assert asked == ["evil.example"]
