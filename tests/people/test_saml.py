"""A firm's SAML server says who a person is: only when it was asked, only once, and only in words that it signed."""

from __future__ import annotations

import base64
import datetime as dt
import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as project_settings
from django.core.cache import cache
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

pytest.importorskip(
    "onelogin", reason="SAML is not installed (pip install lawqa[saml])", exc_type=ImportError
)

from audit.models import Entry
from corpus.models import User
from corpus.roles import Role
from people import environment, inviting, standing
from people.environment import Provider, SignIn
from people.models import Invitation
from tests.loopback import running
from tests.people.conftest import a_person
from tests.people.saml_server import ENTITY, IdentityProvider, Request, Said, a_signer, request_in

BEGIN, CONSUME = "/accounts/saml/firm/login/", "/accounts/saml/firm/acs/"
Ask = tuple[Client, Said]


@pytest.fixture(scope="module")
def one_server() -> Iterator[IdentityProvider]:
    with running(IdentityProvider()) as server:
        yield server


@pytest.fixture
def server(one_server: IdentityProvider, settings: LazySettings) -> Iterator[IdentityProvider]:
    set_provider(settings, f"{one_server.address}/metadata")
    settings.LAWQA_SIGN_ON_DOMAINS = ("firm.example",)
    settings.ALLOWED_HOSTS = ["lawqa"]
    settings.ROOT_URLCONF = "tests.people.saml_urls"
    clear_url_caches()
    from allauth.socialaccount.providers import registry
    from allauth.socialaccount.providers.saml.provider import SAMLProvider

    registry.load()
    registry.provider_map[SAMLProvider.id] = SAMLProvider
    cache.clear()
    yield one_server
    del registry.provider_map[SAMLProvider.id]
    set_urlconf(None)
    clear_url_caches()


def set_provider(settings: LazySettings, address: str) -> None:
    provider = Provider("Firm’s sign-in", address, ENTITY)
    settings.SOCIALACCOUNT_PROVIDERS = environment.providers(SignIn(saml=provider))


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def begun(client: Client, **form: str) -> Request:
    """Leave for the server; returns what it is asked."""
    found = re.search(r'<a href="([^"]+)" rel="noreferrer">', client.post(BEGIN, form).content.decode())
    assert found
    return request_in(html.unescape(found[1]))


class Browser(Client):
    """One that says to which host it speaks, as real ones do."""

    def __init__(self) -> None:
        super().__init__(HTTP_HOST="lawqa")


@pytest.fixture
def client() -> Client:
    return Browser()


@pytest.fixture
def asked(client: Client, server: IdentityProvider) -> Said:
    """What the server answers who has just left for it."""
    request = begun(client)
    return Said(request.consumer, request.issuer, request.id, server.signer)


def came_back(client: Client, response: str) -> Any:
    return client.post(CONSUME, {"SAMLResponse": response}, follow=True)


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_one_of_the_firm_comes_in_as_a_reader(client: Client, asked: Said) -> None:
    came_back(client, asked.signed(email="Ben@firm.example"))
    ben = User.objects.get()
    assert (ben.email, ben.role, ben.has_usable_password()) == ("ben@firm.example", Role.READER, False)
    assert ben.username.startswith("person-")
    assert is_in(client)
    assert Entry.objects.filter(action="session.begin", actor=ben.pk).exists()


def test_an_invitation_gives_the_role_once_whatever_the_domain(client: Client, asked: Said) -> None:
    inviting.invite("ben@elsewhere.example", Role.LIBRARIAN, None)
    came_back(client, asked.signed(email="ben@elsewhere.example"))
    assert (User.objects.get().role, is_in(client)) == (Role.LIBRARIAN, True)
    assert not Invitation.objects.open().exists()


def test_who_is_here_is_the_same_person(client: Client, asked: Said) -> None:
    ben = a_person("ben", role=Role.ADMIN)
    came_back(client, asked.signed())
    assert User.objects.get() == ben
    assert client.get("/people/").status_code == 200


def test_who_is_suspended_stays_out(client: Client, asked: Said) -> None:
    standing.suspend(a_person("ben"), a_person("ann", role=Role.ADMIN))
    assert "suspended" in page(came_back(client, asked.signed()))
    assert not is_in(client)


FORGED = [
    pytest.param({"signer": a_signer()}, id="signed-by-another"),
    pytest.param({"signer": None}, id="not-signed"),
    pytest.param({"change": ("ben@firm.example", "ann@firm.example")}, id="changed-after-it-was-signed"),
    pytest.param({"audience": "https://other.example/"}, id="for-another-site"),
    pytest.param({"destination": "https://other.example/acs/"}, id="sent-to-another-site"),
    pytest.param({"issuer": "https://other.example/saml"}, id="from-another-server"),
    pytest.param({"age": dt.timedelta(hours=1)}, id="too-old"),
    pytest.param({"age": dt.timedelta(hours=-1)}, id="not-yet"),
    pytest.param({"status": "Requester"}, id="the-server-refused"),
    pytest.param({"answers": ""}, id="nobody-asked-for-it"),
    pytest.param({"answers": "ONELOGIN_" + "0" * 40}, id="asked-for-by-nobody-here"),
    pytest.param({"email": "ben@elsewhere.example"}, id="another-domain"),
    pytest.param({"email": "ben@firm.example.evil.example"}, id="a-domain-that-begins-like-it"),
    pytest.param({"email": ""}, id="no-address"),
    pytest.param({"email": "ben@elsewhere.example<!--x-->@firm.example"}, id="an-address-with-a-comment"),
]


@pytest.mark.parametrize("change", FORGED)
def test_others_do_not(client: Client, asked: Said, change: dict[str, Any]) -> None:
    a_person("ann", role=Role.ADMIN)
    response = came_back(client, asked.signed(**change))
    assert response.status_code < 500
    assert not is_in(client)
    assert User.objects.count() == 1


def test_a_response_is_good_for_one_sign_in(client: Client, asked: Said) -> None:
    signed = asked.signed()
    came_back(client, signed)
    client.post("/accounts/logout/")
    for guest in (client, Browser()):
        response = came_back(guest, signed)
        assert response.status_code < 500
        assert not is_in(guest)


def test_a_response_that_another_browser_asked_for_is_refused(client: Client, asked: Said) -> None:
    victim = Browser()
    begun(victim)
    came_back(victim, asked.signed(email="mallory@firm.example"))
    assert not is_in(victim)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"<", b"not xml", b"<a/>", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        b"<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' Version='2.0'/>", b"<a>" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_response_is_a_sentence(client: Client, asked: Said, text: bytes) -> None:
    response = came_back(client, base64.b64encode(text).decode())
    assert "Single sign-on failed" in page(response)
    assert "root:" not in page(response)
    assert "Single sign-on failed" in page(came_back(client, "%%%"))
    assert "Single sign-on failed" in page(client.post(CONSUME, follow=True))
    assert "Single sign-on failed" in page(client.get(f"{CONSUME}finish/"))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/metadata", "{server}/other"])
def test_a_server_that_is_down_or_tells_nonsense_is_said_in_a_sentence(
    client: Client, server: IdentityProvider, settings: LazySettings, address: str
) -> None:
    set_provider(settings, address.format(server=server.address))
    response = client.post(BEGIN)
    assert (response.status_code, "Single sign-on failed" in page(response)) == (503, True)
    assert "Single sign-on failed" in page(came_back(client, "x"))


def test_the_way_out_is_a_page_of_this_site(client: Client, server: IdentityProvider) -> None:
    assert "Sign in with Firm’s sign-in" in page(client.get("/accounts/login/"))
    assert "form-action 'self'" in client.post(BEGIN)["Content-Security-Policy"]
    asked = begun(client, next="/questions/")
    said = Said(asked.consumer, asked.issuer, asked.id, server.signer)
    assert came_back(client, said.signed()).redirect_chain[-1][0] == "/questions/"


def test_it_leads_nowhere_else(client: Client, server: IdentityProvider) -> None:
    asked = begun(client, next="//evil.example")
    said = Said(asked.consumer, asked.issuer, asked.id, server.signer)
    response = client.post(
        CONSUME, {"SAMLResponse": said.signed(), "RelayState": "https://evil.example/"}, follow=True
    )
    assert response.redirect_chain[-1][0] == "/"


def test_what_the_firms_server_has_to_know_is_told(client: Client, server: IdentityProvider) -> None:
    told = client.get("/accounts/saml/firm/metadata/")
    assert (told.status_code, told["Content-Type"]) == (200, "text/xml")
    assert CONSUME in told.content.decode()


def test_nobody_is_signed_out_by_a_page_of_another_site(client: Client, asked: Said) -> None:
    came_back(client, asked.signed())
    assert client.get("/accounts/saml/firm/sls/", {"SAMLRequest": "x"}).status_code == 404
    assert is_in(client)


def test_the_project_starts_with_it_set(tmp_path: Path, one_server: IdentityProvider) -> None:
    variables = {
        "LAWQA_SAML_METADATA": f"{one_server.address}/metadata", "LAWQA_SAML_ENTITY": ENTITY,
        "LAWQA_DATA": str(tmp_path),
    }  # fmt: skip
    said = "from django.urls import reverse; print(reverse('saml_acs', args=['firm']), reverse('saml_login', args=['firm']))"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", said],
        cwd=project_settings.BASE_DIR, env={**os.environ, **variables}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [CONSUME, BEGIN]
