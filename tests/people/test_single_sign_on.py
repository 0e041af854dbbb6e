"""The firm's own server says who a person is; who may come in is decided here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client

from corpus.models import User
from corpus.roles import Role
from people import environment, inviting, standing
from people.environment import Provider, SignIn
from people.models import Invitation
from tests.loopback import running
from tests.people.conftest import a_person
from tests.people.identity_server import CLIENT, SECRET, IdentityServer

BEGIN = "/accounts/oidc/firm/login/"


@pytest.fixture(scope="module")
def one_server() -> Iterator[IdentityServer]:
    with running(IdentityServer()) as server:
        yield server


@pytest.fixture
def server(one_server: IdentityServer, settings: LazySettings) -> IdentityServer:
    provider = Provider("Firm’s sign-in", one_server.issuer, CLIENT, SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = environment.providers(SignIn(oidc=provider))
    settings.LAWQA_SIGN_ON_DOMAINS = ("firm.example",)
    one_server.person = {"sub": "7", "email": "Ben@firm.example", "email_verified": True, "given_name": "Ben"}
    one_server.asked.clear()
    return one_server


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def begun(client: Client, **form: str) -> dict[str, str]:
    """Leave for the server; returns what it is asked."""
    found = re.search(r'<a href="([^"]+)" rel="noreferrer">', client.post(BEGIN, form).content.decode())
    assert found
    query = parse_qs(urlsplit(html.unescape(found[1])).query)
    return {name: values[0] for name, values in query.items()}


def came_back(client: Client, **form: str) -> Any:
    asked = begun(client, **form)
    return client.get(f"{BEGIN}callback/", {"code": "c", "state": asked["state"]}, follow=True)


def test_the_way_out_is_a_page_of_this_site(client: Client, server: IdentityServer) -> None:
    assert "Sign in with Firm’s sign-in" in page(client.get("/accounts/login/"))
    asked = begun(client)
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (
        CLIENT,
        "code",
        "S256",
    )
    assert asked["redirect_uri"].startswith("http")
    assert "form-action 'self'" in client.post(BEGIN)["Content-Security-Policy"]


def test_nobody_is_sent_there_by_a_link(client: Client, server: IdentityServer) -> None:
    response = client.get(BEGIN)
    assert response.status_code == 200
    assert server.issuer not in page(response)


def test_one_of_the_firm_comes_in_as_a_reader(client: Client, server: IdentityServer) -> None:
    came_back(client)
    ben = User.objects.get()
    assert (ben.email, ben.role, ben.has_usable_password()) == ("ben@firm.example", Role.READER, False)
    assert client.get("/accounts/").status_code == 200
    token = next(form for path, form in server.asked if path == "/token")
    assert {"code_verifier", "code"} <= set(token)


def test_an_invitation_gives_the_role_once(client: Client, server: IdentityServer) -> None:
    inviting.invite("ben@firm.example", Role.LIBRARIAN, None)
    came_back(client)
    assert User.objects.get().role == Role.LIBRARIAN
    assert not Invitation.objects.open().exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"email": "ben@elsewhere.example"}, id="another-domain"),
        pytest.param({"email": "ben@firm.example.evil.example"}, id="a-domain-that-begins-like-it"),
        pytest.param({"email_verified": False}, id="an-address-that-was-not-verified"),
        pytest.param({"email": None}, id="no-address"),
    ],
)
def test_others_do_not(client: Client, server: IdentityServer, change: dict[str, Any]) -> None:
    server.person |= change
    came_back(client)
    assert not User.objects.exists()
    assert client.get("/accounts/").status_code == 302


def test_who_is_here_is_the_same_person(client: Client, server: IdentityServer) -> None:
    ben = a_person("ben", role=Role.ADMIN)
    came_back(client)
    assert User.objects.get() == ben
    assert client.get("/people/").status_code == 200


def test_an_unverified_address_opens_nobodys_account(client: Client, server: IdentityServer) -> None:
    a_person("ben", role=Role.ADMIN)
    server.person["email_verified"] = False
    came_back(client)
    assert client.get("/accounts/").status_code == 302


def test_who_is_suspended_stays_out(client: Client, server: IdentityServer) -> None:
    standing.suspend(a_person("ben"), a_person("ann", role=Role.ADMIN))
    assert "suspended" in page(came_back(client))
    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize("state", ["", "guessed"])
def test_a_way_back_that_nobody_left_for_leads_nowhere(
    client: Client, server: IdentityServer, state: str
) -> None:
    response = client.get(f"{BEGIN}callback/", {"code": "c", "state": state})
    assert "Single sign-on failed" in page(response)
    assert not server.asked or server.asked[-1][0] != "/token"
    assert client.get("/accounts/").status_code == 302


def test_it_goes_on_where_it_began_and_nowhere_else(client: Client, server: IdentityServer) -> None:
    assert came_back(client, next="/questions/").redirect_chain[-1][0] == "/questions/"
    client.post("/accounts/logout/")
    assert came_back(client, next="//evil.example").redirect_chain[-1][0] == "/"


def test_a_server_that_is_down_is_said_in_a_sentence(
    client: Client, server: IdentityServer, settings: LazySettings
) -> None:
    gone = Provider("Firm", "http://127.0.0.1:9", CLIENT, SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = environment.providers(SignIn(oidc=gone))
    assert "Single sign-on failed" in page(client.post(BEGIN))


def test_another_servers_name_is_404(client: Client, server: IdentityServer) -> None:
    assert client.post("/accounts/oidc/other/login/").status_code == 404
