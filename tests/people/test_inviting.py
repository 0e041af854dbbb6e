"""Coming in by a link: once, in time, with a password that is good enough, and in the role that was given."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from audit import hashed
from audit.export import verify_rows
from audit.models import Entry
from corpus.models import User
from corpus.roles import Role
from people import inviting
from people.models import Invitation, hash_of
from tests.people.conftest import PASSWORD, a_person

GOOD = {"name": "Ben Hive", "password": "slow river pebbles", "again": "slow river pebbles"}


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def admin() -> User:
    return a_person("ann", role=Role.ADMIN)


@pytest.fixture
def at_work(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def link_in(response: Any) -> str:
    found = re.search(r'<code id="link">https?://testserver(/people/join/[\w-]+/)</code>', page(response))
    assert found
    return found[1]


def test_who_is_invited_chooses_a_password_and_is_in(at_work: Client, admin: User) -> None:
    made = at_work.post("/people/", {"email": "Ben@Firm.example", "role": "librarian"})
    link = link_in(made)
    assert made["Cache-Control"].count("no-store")
    guest = Client()
    assert "ben@firm.example" in page(guest.get(link))
    response = guest.post(link, GOOD)
    assert (response.status_code, response["Location"]) == (302, "/")
    ben = User.objects.get(email="ben@firm.example")
    assert (ben.role, ben.first_name, ben.is_staff, ben.is_superuser) == (
        Role.LIBRARIAN,
        "Ben Hive",
        False,
        False,
    )
    assert "Ben Hive" in page(guest.get("/accounts/"))
    again = Client()
    again.post("/accounts/login/", {"login": "ben@firm.example", "password": GOOD["password"]})
    assert "Ben Hive" in page(again.get("/accounts/"))


def test_a_link_works_once(at_work: Client) -> None:
    link = link_in(at_work.post("/people/", {"email": "ben@firm.example", "role": "reader"}))
    Client().post(link, GOOD)
    assert Client().get(link).status_code == 404
    assert (
        Client().post(link, {**GOOD, "password": "other words now", "again": "other words now"}).status_code
        == 404
    )
    assert User.objects.get(email="ben@firm.example").check_password(GOOD["password"])


def test_of_two_who_use_a_link_at_the_same_time_one_comes_in() -> None:
    inviting.invite("ben@firm.example", Role.READER, None)
    one, other = Invitation.objects.get(), Invitation.objects.get()
    inviting.accept(one, GOOD["password"])
    with pytest.raises(inviting.NotPossible, match="used just now"):
        inviting.accept(other, "other words now")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"expires_at": timezone.now() - dt.timedelta(seconds=1)}, id="older-than-seven-days"),
        pytest.param({"withdrawn_at": timezone.now()}, id="withdrawn"),
        pytest.param({"used_at": timezone.now()}, id="used"),
        pytest.param({"token_hash": "0" * 64}, id="another-link"),
    ],
)
def test_a_link_that_no_longer_works_says_so(client: Client, change: dict[str, Any]) -> None:
    token = inviting.invite("ben@firm.example", Role.ADMIN, None)
    Invitation.objects.update(**change)
    response = client.post(f"/people/join/{token}/", GOOD)
    assert response.status_code == 404
    assert "Ask whoever sent it" in page(response)
    assert not User.objects.exists()


def test_who_reads_the_database_cannot_use_the_link(client: Client) -> None:
    token = inviting.invite("ben@firm.example", Role.ADMIN, None)
    kept = Invitation.objects.get()
    assert token not in str(vars(kept))
    assert kept.token_hash == hash_of(token)
    assert client.get(f"/people/join/{kept.token_hash}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"password": "short", "again": "short"}, "at least 12 characters", id="short"),
        pytest.param({"password": "password1234", "again": "password1234"}, "too common", id="common"),
        pytest.param({"again": "slow river pebble"}, "not the same", id="two-different-ones"),
        pytest.param({"password": "", "again": ""}, "Choose a password", id="none"),
        pytest.param(
            {"password": "ben@firm.example", "again": "ben@firm.example"}, "too similar", id="own-address"
        ),
        pytest.param({"password": "x" * 5000, "again": "x" * 5000}, "at most 1000", id="endless"),
    ],
)
def test_a_bad_password_is_refused_and_the_link_stays(
    client: Client, change: dict[str, str], says: str
) -> None:
    token = inviting.invite("ben@firm.example", Role.READER, None)
    response = client.post(f"/people/join/{token}/", {**GOOD, **change})
    assert response.status_code == 400
    assert says in page(response)
    assert Invitation.objects.open().exists()


def test_a_form_cannot_give_more_than_the_invitation(client: Client) -> None:
    token = inviting.invite("ben@firm.example", Role.READER, None)
    client.post(
        f"/people/join/{token}/",
        {**GOOD, "role": "admin", "is_superuser": "1", "email": "x@y.example", "id": "7"},
    )
    ben = User.objects.get()
    assert (ben.role, ben.is_superuser, ben.email) == (Role.READER, False, "ben@firm.example")


def test_the_log_holds_a_keyed_hash_of_an_address_and_the_row_the_address(
    at_work: Client, admin: User
) -> None:
    for address in ("Ben.Hive@firm.example", "carla@firm.example"):
        at_work.post("/people/", {"email": address, "role": "reader"})
    ben, carla = Invitation.objects.order_by("pk")
    at_work.post(f"/people/invitations/{carla.pk}/withdraw")
    token = inviting.link_for(admin, None)
    held = Entry.objects.exclude(action__startswith="session.").order_by("number")
    assert [(entry.action, entry.subject, entry.facts["email_hash"]) for entry in held] == [
        ("user.invited", f"invitation:{ben.pk}", hashed("ben.hive@firm.example")),
        ("user.invited", f"invitation:{carla.pk}", hashed("carla@firm.example")),
        ("user.withdrawn", f"invitation:{carla.pk}", hashed("carla@firm.example")),
        ("user.link", f"user:{admin.pk}", hashed("ann@firm.example")),
    ]
    invitation = Invitation.objects.by_token(token)
    assert invitation
    assert "firm.example" not in str(list(Entry.objects.values()))
    assert verify_rows().problems == []


def test_the_page_of_the_log_shows_addresses_from_the_rows_that_are_there(at_work: Client) -> None:
    at_work.post("/people/", {"email": "ben@firm.example", "role": "reader"})
    shown = page(at_work.get("/audit/?action=user.invited"))
    assert '<span class="address">ben@firm.example</span>' in shown
    assert ">ann@firm.example</a>" in shown, "who did it"
    assert "email hash" not in shown
    Invitation.objects.all().delete()
    gone = page(at_work.get("/audit/?action=user.invited"))
    assert "ben@firm.example" not in gone
    assert "email hash" in gone
    for find in ("subject=BEN@firm.example", "actor=ANN@firm"):
        assert "Person invited" in page(at_work.get(f"/audit/?{find}")).split("<ol")[-1], find
    assert "No entry fits" in page(at_work.get("/audit/?subject=dan@firm.example"))


def test_the_page_of_the_log_says_whose_sign_in_was_refused_where_the_person_is_there(
    at_work: Client,
) -> None:
    for address in ("ANN@firm.example", "nobody@firm.example"):
        Client().post("/accounts/login/", {"login": address, "password": "not the password"})
    shown = page(at_work.get("/audit/?action=session.refused"))
    assert shown.count('<span class="address">ann@firm.example</span>') == 1
    assert "nobody@firm.example" not in shown
    assert shown.count("name hash") == 1, "of nobody who is here only the hash is known"


def test_user_names_say_nothing_of_a_person() -> None:
    invitation = Invitation.objects.by_token(inviting.invite("ben.hive@firm.example", Role.READER, None))
    assert invitation
    ben = inviting.accept(invitation, PASSWORD, "Ben Hive")
    assert re.fullmatch(r"person-[0-9a-f]{12}", ben.username)
    assert str(ben) == "Ben Hive"


def test_an_invitation_ends_the_one_before_it() -> None:
    first = inviting.invite("ben@firm.example", Role.ADMIN, None)
    inviting.invite("BEN@firm.example", Role.READER, None)
    assert Invitation.objects.by_token(first) is None
    assert Invitation.objects.open().get().role == Role.READER


def test_who_is_here_is_not_invited_again(at_work: Client) -> None:
    a_person("ben")
    response = at_work.post("/people/", {"email": "BEN@firm.example", "role": "admin"})
    assert response.status_code == 400
    assert "is here already" in page(response)


def test_the_owner_of_a_laptop_cannot_be_impersonated_by_a_name() -> None:
    token = inviting.invite("laptop@firm.example", Role.READER, None)
    invitation = Invitation.objects.by_token(token)
    assert invitation
    assert inviting.accept(invitation, GOOD["password"]).username != "laptop"


def test_a_lost_password_is_replaced_and_every_session_ends(at_work: Client) -> None:
    ben = a_person("ben")
    elsewhere = Client()
    elsewhere.force_login(ben)
    link = link_in(at_work.post(f"/people/{ben.pk}/link"))
    here = Client()
    here.post(link, {"password": "new words for ben", "again": "new words for ben"})
    assert "ben@firm.example" in page(here.get("/accounts/"))
    assert elsewhere.get("/accounts/").status_code == 302
    ben.refresh_from_db()
    assert ben.check_password("new words for ben")


def test_an_invitation_is_withdrawn(at_work: Client) -> None:
    token = inviting.invite("ben@firm.example", Role.READER, None)
    at_work.post(f"/people/invitations/{Invitation.objects.get().pk}/withdraw")
    assert Client().get(f"/people/join/{token}/").status_code == 404


def test_the_command_makes_the_first_admin(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("invite", "ann@firm.example", role="admin", site="https://law.firm.example/")
    said = capsys.readouterr().out
    found = re.search(r"https://law\.firm\.example(/people/join/\S+/)", said)
    assert found
    client.post(found[1], {**GOOD, "name": "Ann"})
    assert User.objects.get().role == Role.ADMIN


@pytest.mark.parametrize("email", ["ann", "", "a@b@c", PASSWORD])
def test_the_command_says_what_is_no_address(email: str) -> None:
    with pytest.raises(CommandError, match="is no e-mail address"):
        call_command("invite", email)
