"""What admins decide about people: at once, of others only, and so that one admin is always left."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from audit.export import verify_rows
from audit.models import Entry
from corpus.models import User
from corpus.roles import Role, at_least
from people import inviting, standing
from people.models import Invitation
from tests.people.conftest import PASSWORD, a_person


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def admin() -> User:
    return a_person("ann", role=Role.ADMIN)


@pytest.fixture
def ben() -> User:
    return a_person("ben")


def do(admin: User, person: User, **form: str) -> str:
    return page(signed_in(admin).post(f"/people/{person.pk}/", form, follow=True))


ADDRESSES = ["/people/", "/people/1/"]
POSTS = ["/people/", "/people/{}/", "/people/{}/link", "/people/invitations/1/withdraw"]


@pytest.mark.parametrize("address", [*ADDRESSES])
@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR, Role.LIBRARIAN])
def test_only_admins_see_people(address: str, role: Role) -> None:
    assert signed_in(a_person(role=role)).get(address).status_code == 403
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("role", [Role.READER, Role.LIBRARIAN])
def test_only_admins_decide(address: str, role: Role, admin: User) -> None:
    client = signed_in(a_person("dan", role=role))
    form = {"do": "role", "role": "admin", "email": "x@y.example"}
    assert client.post(address.format(admin.pk), form).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("address", POSTS)
def test_no_form_is_taken_without_its_token(address: str, admin: User, ben: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    form = {"do": "suspend", "role": "admin", "email": "x@y.example"}
    assert client.post(address.format(ben.pk), form).status_code == 403
    ben.refresh_from_db()
    assert ben.is_active


def test_suspending_ends_every_session_at_once(admin: User, ben: User) -> None:
    first, second, other = signed_in(ben), signed_in(ben), signed_in(a_person("dan"))
    assert "signed out of 2 browsers" in do(admin, ben, do="suspend")
    for client in (first, second):
        assert client.get("/accounts/").status_code == 302
    assert other.get("/accounts/").status_code == 200


def test_who_is_suspended_cannot_sign_in_by_any_link_or_password(admin: User, ben: User) -> None:
    token = inviting.link_for(ben, admin)
    standing.suspend(ben, admin)
    client = Client()
    refused = client.post("/accounts/login/", {"login": ben.email, "password": PASSWORD}, follow=True)
    assert "This account is suspended" in page(refused)
    words = {"password": "new words for ben", "again": "new words for ben"}
    assert "account is suspended" in page(client.post(f"/people/join/{token}/", words))
    assert client.get("/accounts/").status_code == 302
    ben.refresh_from_db()
    assert ben.check_password(PASSWORD)


def test_letting_in_again_does_not_revive_old_sessions(admin: User, ben: User) -> None:
    client = signed_in(ben)
    standing.suspend(ben, admin)
    assert "may sign in again" in do(admin, ben, do="restore")
    assert client.get("/accounts/").status_code == 302
    client.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 200


def test_a_role_holds_from_the_next_request(admin: User, ben: User) -> None:
    client = signed_in(ben)
    assert client.get("/people/").status_code == 403
    assert "is now: admin" in do(admin, ben, do="role", role="admin")
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize(
    ("form", "says"),
    [
        pytest.param({"do": "role", "role": "partner"}, "one of the four", id="unknown-role"),
        pytest.param({"do": "role"}, "one of the four", id="no-role"),
        pytest.param({"do": "delete"}, "Choose what is to be done", id="unknown-deed"),
        pytest.param({}, "Choose what is to be done", id="nothing"),
    ],
)
def test_what_is_not_understood_changes_nothing(
    admin: User, ben: User, form: dict[str, str], says: str
) -> None:
    assert says in do(admin, ben, **form)
    ben.refresh_from_db()
    assert (ben.role, ben.is_active) == (Role.READER, True)


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "suspend"},
        {"do": "role", "role": "reader"},
        {"do": "forget"},
        {"do": "restore"},
        {"do": "erase"},
    ],
)
def test_nobody_changes_their_own_standing(admin: User, deed: dict[str, str]) -> None:
    assert "Ask another admin" in do(admin, admin, **deed)
    admin.refresh_from_db()
    assert (admin.is_active, admin.role) == (True, Role.ADMIN)


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(standing.suspend, id="suspend"),
        pytest.param(lambda person, by: standing.change_role(person, Role.READER, by), id="role"),
    ],
)
def test_of_two_admins_who_act_on_each_other_one_is_left(
    admin: User, deed: Callable[[User, User], object]
) -> None:
    other = a_person("eve", role=Role.ADMIN)
    deed(admin, other)
    with pytest.raises(standing.Refused, match="no admin any more"):
        deed(other, admin)
    assert [person for person in User.objects.all() if at_least(person, Role.ADMIN)] == [other]


def test_whoever_is_no_admin_any_more_decides_nothing(admin: User, ben: User) -> None:
    User.objects.filter(pk=admin.pk).update(role=Role.READER)
    for deed in (standing.suspend, standing.restore, standing.erase, standing.forget_second_factor):
        with pytest.raises(standing.Refused, match="no admin any more"):
            deed(ben, admin)


def test_a_superuser_becomes_what_is_chosen_and_loses_the_administration(admin: User) -> None:
    root = a_person("root", is_superuser=True, is_staff=True)
    client = signed_in(root)
    assert client.get("/admin/").status_code == 200
    assert "is now: librarian" in do(admin, root, do="role", role="librarian")
    assert client.get("/admin/").status_code == 302
    assert client.get("/people/").status_code == 403
    assert Entry.objects.filter(action="user.role").get().facts == {"was": "superuser", "role": "librarian"}


def test_a_lost_second_factor_is_removed_and_that_is_recorded(admin: User, ben: User) -> None:
    Authenticator.objects.create(user=ben, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = signed_in(ben)
    assert "with the password alone" in do(admin, ben, do="forget")
    assert not Authenticator.objects.exists()
    assert client.get("/accounts/").status_code == 302
    entry = Entry.objects.filter(action="factor.reset").get()
    assert (entry.actor, entry.subject) == (admin.pk, f"user:{ben.pk}")
    assert entry.facts == {"factors": 1, "sessions": 1}


def test_the_only_admin_who_lost_everything_is_helped_by_command(admin: User) -> None:
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={"secret": "x"})
    call_command("reset_second_factor", "ANN@firm.example", stdout=io.StringIO())
    assert not Authenticator.objects.exists()
    assert Entry.objects.filter(action="factor.reset", actor=None, subject=f"user:{admin.pk}").exists()
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", "ann@firm.example")
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("reset_second_factor", "nobody@firm.example")


def test_who_left_is_erased_and_the_log_still_holds(admin: User) -> None:
    token = inviting.invite("carla.voss@firm.example", Role.READER, admin)
    invitation = Invitation.objects.by_token(token)
    assert invitation
    carla = inviting.accept(invitation, PASSWORD, "Carla Voss")
    assert "Suspend this person first" in do(admin, carla, do="erase")
    standing.suspend(carla, admin)
    assert "were erased" in do(admin, carla, do="erase")
    kept = str([vars(row) for row in User.objects.all()] + list(Entry.objects.values()))
    assert "arla" not in kept
    assert "oss" not in kept.replace("session", "")
    assert not Invitation.objects.exists()
    assert (EmailAddress.objects.filter(user=carla).count(), verify_rows().problems) == (0, [])
    assert "Invite them anew" in do(admin, carla, do="restore")
    assert signed_in(admin).get(f"/people/{carla.pk}/").status_code == 200


def test_the_list_is_found_in_and_shows_who_is_suspended(admin: User, ben: User) -> None:
    standing.suspend(ben, admin)
    client = signed_in(admin)
    assert re.search(r"Suspended</span>", page(client.get("/people/?find=BEN")))
    assert "ben@firm.example" not in page(client.get("/people/?find=dan"))
    assert client.get("/people/?page=x&find=%00").status_code == 200


def test_a_name_is_text(admin: User) -> None:
    a_person("dan", first_name="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in signed_in(admin).get("/people/").content


def test_ending_sessions_takes_one_persons_only(admin: User, ben: User) -> None:
    clients = [signed_in(person) for person in (ben, admin, ben)]
    assert Session.objects.count() == 3
    assert standing.end_sessions(ben) == 2
    assert clients[1].get("/accounts/").status_code == 200
