"""Signing in: limits, second factor, where it leads, and what is not told."""

from __future__ import annotations

import html
import json
import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import LazySettings
from django.test import Client

from corpus.roles import Role
from tests.people.conftest import PASSWORD, a_person

LOGIN = "/accounts/login/"


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def sign_in(client: Client, name: str = "ann", password: str = PASSWORD, **form: str) -> Any:
    return client.post(LOGIN, {"login": f"{name}@firm.example", "password": password, **form})


def test_by_address_and_password(client: Client) -> None:
    a_person()
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/accounts/").status_code == 200
    before = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    assert client.get("/accounts/").status_code == 302
    sign_in(client)
    assert client.cookies["sessionid"].value != before, "a session of its own each time"


@pytest.mark.parametrize(
    "address",
    ["/", "/library/", "/questions/", "/questions/changed/", "/documents/1/", "/accounts/", "/people/"],
)
def test_every_page_asks_who_comes_and_goes_on_there(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next={address}")


@pytest.mark.parametrize("address", [LOGIN, "/healthz"])
def test_what_is_open_is_open(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_where_anybody_may_read_nobody_is_asked(client: Client, settings: LazySettings) -> None:
    settings.LAWQA_ANONYMOUS = True
    assert client.get("/library/").status_code == 200
    assert client.get("/people/").status_code == 302


ELSEWHERE = [
    "//evil.example", "https://evil.example/", "http:evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "javascript:alert(1)", "data:text/html,x", "///evil.example", "https:///evil.example",
    "http://testserver.evil.example/", "http://testserver@evil.example/", " //evil.example", "%2f%2fevil.example",
]  # fmt: skip


@pytest.mark.parametrize("away", ELSEWHERE)
def test_signing_in_leads_to_pages_of_this_site_only(client: Client, away: str) -> None:
    a_person()
    assert sign_in(client, next=away)["Location"] == "/"


@pytest.mark.parametrize("away", ELSEWHERE)
def test_signing_out_does_too(client: Client, away: str) -> None:
    client.force_login(a_person())
    assert client.post("/accounts/logout/", {"next": away})["Location"] == "/"


def test_it_goes_on_where_it_began(client: Client) -> None:
    a_person()
    assert sign_in(client, next="/library/?find=bees")["Location"] == "/library/?find=bees"


def test_an_unknown_person_and_a_wrong_password_are_told_the_same(client: Client) -> None:
    a_person()
    wrong, unknown = (page(sign_in(client, name, "not the password")) for name in ("ann", "nobody"))
    assert "are not correct" in wrong
    assert wrong.replace("ann@", "nobody@").split("csrf")[0] == unknown.split("csrf")[0]


def test_guessing_ends_after_five_attempts_even_with_the_right_one(client: Client) -> None:
    a_person()
    for _ in range(5):
        assert "are not correct" in page(sign_in(client, password="guess"))
    assert "Too many" in page(sign_in(client))
    assert client.get("/accounts/").status_code == 302


def test_the_limit_holds_whoever_asks_from_wherever_else(client: Client) -> None:
    a_person()
    for number in range(5):
        client.post(
            LOGIN, {"login": "ann@firm.example", "password": "guess"}, REMOTE_ADDR=f"192.0.2.{number}"
        )
    assert "Too many" in page(
        Client(REMOTE_ADDR="192.0.2.99").post(LOGIN, {"login": "ann@firm.example", "password": PASSWORD})
    )


def test_one_address_does_not_try_everybody(client: Client) -> None:
    answers = [sign_in(client, f"person{number}", "summer of bees") for number in range(12)]
    assert "Too many" in page(answers[-1])


def test_forms_need_their_token() -> None:
    a_person()
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    client.force_login(a_person("dan"))
    for address in ("/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/totp/deactivate/"):
        assert client.post(address, {}).status_code == 403


def test_signing_out_needs_more_than_a_link(client: Client) -> None:
    client.force_login(a_person())
    client.get("/accounts/logout/")
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "3rdparty/",
        "3rdparty/signup/",
        "password/reset/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_makes_or_changes_an_account_alone(client: Client, address: str, method: str) -> None:
    form = {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD}
    response = getattr(client, method)(f"/accounts/{address}", form)
    assert response.status_code in {404, 405}
    client.force_login(a_person())
    assert getattr(client, method)(f"/accounts/{address}", form).status_code in {404, 405}


def test_the_administration_has_no_sign_in_of_its_own(client: Client) -> None:
    a_person("root", is_staff=True, is_superuser=True)
    response = client.post("/admin/login/?next=/admin/", {"username": "root", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next=%2Fadmin%2F")
    client.force_login(a_person("ann", role=Role.ADMIN))
    assert client.get("/admin/", follow=True).status_code == 403


def code_of(secret: str, later: int = 0) -> str:
    counter = int(time.time()) // 30 + later
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return code


def with_an_authenticator(client: Client) -> str:
    """Set one up as a person would; returns its secret."""
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    shown = client.get("/accounts/2fa/totp/activate/")
    assert "data:" in shown["Content-Security-Policy"]
    secret: str = client.session["mfa.totp.secret"]
    assert secret in page(shown)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def test_a_second_factor_is_asked_for(client: Client) -> None:
    ann = a_person()
    secret = with_an_authenticator(client)
    client.post("/accounts/logout/")
    response = sign_in(client, next="/library/")
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/accounts/").status_code == 302, "the password alone lets nobody in"
    assert "code is not right" in page(client.post("/accounts/2fa/authenticate/", {"code": "000000"}))
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert client.get("/accounts/").status_code == 200
    kept = Authenticator.objects.get(user=ann, type=Authenticator.Type.TOTP)
    assert secret not in json.dumps(kept.data), "a copy of the database is no second factor"


def test_a_code_is_not_used_twice(client: Client) -> None:
    a_person()
    secret = with_an_authenticator(client)
    client.post("/accounts/logout/")
    for expected in (200, 302):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": (code := code_of(secret, 1))})
        assert client.get("/accounts/").status_code == expected, code
        client.post("/accounts/logout/")


def test_after_a_change_of_key_second_factors_are_read_under_the_former_one_or_let_nobody_in(
    client: Client, settings: LazySettings
) -> None:
    a_person()
    secret = with_an_authenticator(client)
    before, settings.SECRET_KEY = (
        settings.SECRET_KEY,
        "another key of fifty characters, made for this test alone",
    )
    for former, lets_in in (([], False), ([before], True)):
        settings.SECRET_KEY_FALLBACKS = former
        guest = Client()
        sign_in(guest)
        response = guest.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
        assert response.status_code == (302 if lets_in else 200)
        assert (guest.get("/accounts/").status_code == 200) is lets_in


def test_a_link_for_a_new_password_still_asks_for_the_second_factor(client: Client) -> None:
    from people import inviting

    ann = a_person()
    with_an_authenticator(client)
    guest = Client()
    words = {"password": "new words for ann", "again": "new words for ann"}
    response = guest.post(f"/people/join/{inviting.link_for(ann, None)}/", words)
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert guest.get("/accounts/").status_code == 302


def test_changing_what_protects_an_account_asks_for_the_password_again(client: Client) -> None:
    client.force_login(a_person())
    for address in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        assert client.get(f"/accounts/2fa/{address}").status_code in {302, 403}, address


def test_a_passkey_is_asked_for_by_this_site(client: Client) -> None:
    options = client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    wanted = options["request_options"]["publicKey"]
    assert wanted["rpId"] == "testserver"
    assert len(wanted["challenge"]) >= 22
    assert not wanted.get("allowCredentials"), "who is here is not told"


def test_pages_of_accounts_run_nothing_inline_and_load_nothing_from_elsewhere(client: Client) -> None:
    a_person()
    with_an_authenticator(client)
    addresses = [
        "",
        "2fa/",
        "2fa/webauthn/add/",
        "2fa/recovery-codes/generate/",
        "password/change/",
        "sessions/",
        "logout/",
    ]
    for address in addresses:
        response = client.get(f"/accounts/{address}")
        assert response.status_code == 200, address
        shown = page(response)
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\ssrc=|application/json))", shown
        ), address
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", shown), address
