"""The pages of keys: one's own, a secret shown once, and an end to a key at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from api.authentication import authenticate
from api.models import Key, Scope
from corpus.models import Collection, User
from corpus.roles import Role
from tests.api.calls import a_key, a_person
from tests.factories import a_collection

pytestmark = pytest.mark.django_db
FORM = {"name": "case system", "scopes": ["read"], "days": "30", "everywhere": "on"}


@pytest.fixture(autouse=True)
def for_others(settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = False


@pytest.fixture
def browser(person: User) -> Client:
    found = Client()
    found.force_login(person)
    return found


def token_in(response: Any) -> str:
    found = re.search(r"lawqa_[0-9a-f]{10}_[\w-]{43}", response.content.decode())
    return found[0] if found else ""


def test_a_key_is_made_and_its_secret_shown_once(browser: Client, person: User) -> None:
    response = browser.post("/keys/", FORM)
    token = token_in(response)
    key = authenticate(token)
    assert (response.status_code, response["Cache-Control"]) == (201, "no-store")
    assert key is not None
    assert (key.owner, key.scopes, key.life.days) == (person, ["read"], 30)
    assert token not in browser.get("/keys/").content.decode()
    assert key.prefix in browser.get("/keys/").content.decode()


def test_a_key_may_be_bound_to_shelves(browser: Client) -> None:
    shelf = a_collection()
    bound = {**FORM, "everywhere": "", "collections": ["county"]}
    key = authenticate(token_in(browser.post("/keys/", bound)))
    assert key is not None
    assert (key.everywhere, list(key.collections.all())) == (False, [shelf])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Name the program"), ({"scopes": []}, "Choose at least one"), ({"scopes": ["admin"]}, "may not make"),
        ({"days": "9999"}, "lengths shown"), ({"everywhere": ""}, "Choose the shelves"),
        ({"everywhere": "", "collections": ["others"]}, "no shelf called"),
    ],
)  # fmt: skip
def test_what_a_key_cannot_be_is_said(browser: Client, change: dict[str, Any], words: str) -> None:
    a_collection("others", access=Collection.Access.MATTER)
    response = browser.post("/keys/", {**FORM, **change})
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Key.objects.exists()


def test_a_name_is_shown_as_text(browser: Client) -> None:
    browser.post("/keys/", {**FORM, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in browser.get("/keys/").content.decode()


def test_a_new_secret_replaces_the_old_one(browser: Client, person: User) -> None:
    key, old = a_key(person)
    new = token_in(browser.post(f"/keys/{key.prefix}/rotate"))
    assert authenticate(new) is not None
    assert authenticate(old) == key


def test_a_revoked_key_opens_nothing(browser: Client, person: User) -> None:
    key, token = a_key(person)
    assert browser.post(f"/keys/{key.prefix}/revoke").status_code == 302
    assert authenticate(token) is None
    assert browser.post(f"/keys/{key.prefix}/rotate").status_code == 404


def test_keys_of_others_are_not_there(browser: Client) -> None:
    key, token = a_key(a_person("ben"))
    assert key.prefix not in browser.get("/keys/?all").content.decode()
    for deed in ("rotate", "revoke"):
        assert browser.post(f"/keys/{key.prefix}/{deed}").status_code == 404
    assert authenticate(token) == key


def test_an_admin_revokes_anybodys_key_but_gets_no_secret_of_it(person: User) -> None:
    key, token = a_key(person, Scope.READ)
    admin = Client()
    admin.force_login(a_person("ada", role=Role.ADMIN))
    assert key.prefix in admin.get("/keys/?all").content.decode()
    assert admin.post(f"/keys/{key.prefix}/rotate").status_code == 404
    assert admin.post(f"/keys/{key.prefix}/revoke").status_code == 302
    assert authenticate(token) is None


@pytest.mark.parametrize("address", ["/keys/", "/keys/0123456789/rotate", "/keys/0123456789/revoke"])
def test_who_has_not_signed_in_is_asked_to(client: Client, address: str) -> None:
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 302
        assert "next=" in response["Location"]


def test_keys_are_found_on_the_page_of_ones_account(browser: Client) -> None:
    account = reverse("people:account")
    assert f'href="{account}"' in browser.get("/library/").content.decode()
    assert 'href="/keys/"' in browser.get(account).content.decode()


def test_the_description_comes_from_this_installation(browser: Client) -> None:
    page = browser.get("/api/").content.decode()
    assert "swagger-ui-bundle" in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    schema = browser.get("/api/schema.yaml")
    assert b"".join(schema).startswith(b"openapi: 3.1.0")
