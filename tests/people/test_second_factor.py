"""Where everybody has to have a second factor, nobody goes on without; what becomes of one is recorded."""

from __future__ import annotations

import html
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client

from audit.models import Entry
from corpus.models import User
from corpus.roles import Role
from people import inviting
from tests.people.conftest import PASSWORD, a_person
from tests.people.test_signing_in import code_of, sign_in, with_an_authenticator

PROTECT = "/accounts/protect/"
TOTP = Authenticator.Type.TOTP


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def required(settings: LazySettings) -> None:
    settings.LAWQA_SECOND_FACTOR_REQUIRED = True


def recorded() -> list[tuple[str, int | None]]:
    found = Entry.objects.order_by("number").filter(action__startswith="factor.")
    return list(found.values_list("action", "actor"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "address",
    ["/", "/library/", "/questions/", "/people/", "/audit/", "/accounts/", "/admin/", "/matters/", "/keys/",
     "/accounts/password/change/", "/accounts/sessions/", "/answers/00000000-0000-0000-0000-000000000000/events"],
)  # fmt: skip
def test_who_has_none_is_led_to_set_one_up_before_anything_else(
    client: Client, required: None, address: str, method: str
) -> None:
    client.force_login(a_person(role=Role.ADMIN, is_staff=True, is_superuser=True))
    response = getattr(client, method)(address)
    assert (response.status_code, response["Location"]) == (302, PROTECT)


def test_where_it_is_offered_nobody_is_led(client: Client) -> None:
    client.force_login(a_person())
    assert client.get("/library/").status_code == 200


def test_who_sets_one_up_goes_on(client: Client, required: None) -> None:
    a_person()
    sign_in(client)
    assert "Set up a second factor" in page(client.get("/", follow=True))
    with_an_authenticator(client)
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert codes.status_code == 200
    assert client.get("/library/").status_code == 200
    assert client.get(PROTECT)["Location"] == "/accounts/"


def test_recovery_codes_alone_are_none(client: Client, required: None) -> None:
    ann = a_person()
    Authenticator.objects.create(user=ann, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(ann)
    assert client.get("/library/")["Location"] == PROTECT


def test_the_way_in_and_out_stays_open(client: Client, required: None) -> None:
    client.force_login(a_person())
    assert client.get(PROTECT).status_code == 200
    assert client.get("/healthz").status_code == 200
    token = inviting.invite("ben@firm.example", Role.READER, None)
    assert client.get(f"/people/join/{token}/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get(PROTECT)["Location"].startswith("/accounts/login/")


def test_programs_bring_their_key_to_another_door(client: Client, required: None) -> None:
    client.force_login(a_person())
    assert client.get("/api/v1/collections/").status_code == 401


def test_the_owner_of_a_laptop_needs_none(client: Client, required: None, settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = True
    assert client.get("/library/").status_code == 200


def test_nobody_takes_their_last_one_away_where_it_is_required(client: Client, required: None) -> None:
    ann = a_person()
    with_an_authenticator(client)
    assert "Set up another one first" in page(client.post("/accounts/2fa/totp/deactivate/"))
    assert Authenticator.objects.filter(user=ann, type=TOTP).exists()
    key = Authenticator.objects.create(user=ann, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=ann, type=TOTP).exists()
    refused = client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/", follow=True)
    assert "Set up another one first" in page(refused)
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_what_becomes_of_one_is_recorded(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    ann = a_person()
    with django_capture_on_commit_callbacks(execute=True):
        secret = with_an_authenticator(client)
    client.post("/accounts/logout/")
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/recovery-codes/generate/")
    client.post("/accounts/2fa/totp/deactivate/")
    added, refused = ("factor.added", ann.pk), ("factor.refused", None)
    removed = ("factor.removed", ann.pk)
    assert recorded() == [added, added, refused, ("factor.renewed", ann.pk), removed, removed]
    assert not Entry.objects.filter(facts_json__contains=secret).exists()


def test_who_signed_in_just_now_is_not_asked_again_and_later_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_person()
    sign_in(client)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    monkeypatch.setattr("people.adapters.JUST_NOW_SECONDS", 0.0)
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")


def test_a_recovery_code_lets_in_once_and_is_recorded(client: Client) -> None:
    ann = a_person()
    with_an_authenticator(client)
    code = Authenticator.objects.get(user=ann, type="recovery_codes").wrap().get_unused_codes()[0]
    for lets_in in (True, False):
        guest = Client()
        sign_in(guest)
        guest.post("/accounts/2fa/authenticate/", {"code": code})
        assert (guest.get("/accounts/").status_code == 200) is lets_in
    assert ("factor.spent", ann.pk) in recorded()


def test_a_changed_password_is_recorded_and_ends_other_sessions(client: Client) -> None:
    ann = a_person()
    sign_in(client)
    elsewhere = Client()
    sign_in(elsewhere)
    new = "other words by ann"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert Entry.objects.filter(action="user.password", actor=ann.pk).count() == 1
    assert elsewhere.get("/accounts/").status_code == 302
    assert User.objects.get().check_password(new)
