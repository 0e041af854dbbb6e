"""On one person's own machine nobody has to sign in, and nowhere else."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from corpus.models import User
from corpus.roles import Role, at_least
from people.laptop import NAME, owner
from tests.people.conftest import PASSWORD, a_person

SAYS_SO = "nobody has to sign in on this address"
ELSEWHERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def laptop(settings: LazySettings, several_people: None) -> None:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = True


def page(client: Client, address: str = "/library/", **meta: str) -> str:
    return str(client.get(address, **meta).content.decode())  # type: ignore[arg-type]  # headers


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_the_owner_is_signed_in_and_the_page_says_so(client: Client, address: str) -> None:
    shown = page(client, REMOTE_ADDR=address)
    assert SAYS_SO in shown
    assert 'href="/library/add/"' in shown
    assert not client.cookies.get("sessionid"), "for this request only"


@pytest.mark.parametrize(
    "meta",
    [
        pytest.param({"REMOTE_ADDR": ELSEWHERE}, id="from-elsewhere"),
        pytest.param({"REMOTE_ADDR": ""}, id="no-address"),
        pytest.param({"HTTP_X_FORWARDED_FOR": ELSEWHERE}, id="through-a-proxy"),
        pytest.param({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, id="through-a-proxy-that-says-loopback"),
        pytest.param({"HTTP_FORWARDED": "for=192.0.2.7"}, id="through-a-proxy-of-the-standard"),
        pytest.param({"HTTP_VIA": "1.1 proxy"}, id="through-a-cache"),
    ],
)
def test_nobody_else_is(client: Client, meta: dict[str, str]) -> None:
    shown = page(client, **meta)
    assert SAYS_SO not in shown
    assert 'href="/library/add/"' not in shown
    assert not User.objects.exists()


def test_nobody_is_where_hosts_are_named(client: Client, settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = False
    assert SAYS_SO not in page(client)


def test_the_owner_is_an_admin_without_a_password_and_one_row(client: Client) -> None:
    page(client)
    page(client)
    person = User.objects.get()
    assert (person.username, person.has_usable_password(), person.is_superuser) == (NAME, False, False)
    assert at_least(person, Role.ADMIN)


def test_who_has_signed_in_stays_who_they_are(client: Client) -> None:
    client.force_login(a_person("ann"))
    shown = page(client)
    assert SAYS_SO not in shown
    assert 'href="/library/add/"' not in shown


def test_the_owner_may_sign_in_as_somebody_else(client: Client) -> None:
    a_person("ann")
    assert "Sign in" in page(client, "/accounts/login/")
    client.post("/accounts/login/", {"login": "ann@firm.example", "password": PASSWORD})
    assert "ann@firm.example" in page(client, "/accounts/")


def test_the_owner_is_not_in_the_administration_without_signing_in(client: Client) -> None:
    response = client.get("/admin/")
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/")


def test_a_suspended_owner_may_do_nothing(client: Client) -> None:
    User.objects.filter(pk=owner().pk).update(is_active=False)
    assert 'href="/library/add/"' not in page(client)
