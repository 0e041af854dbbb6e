"""The pages of matters: opened by contributors, seen by members, decided about by who decides."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from audit.models import Entry
from corpus import membership
from corpus.models import Collection, IngestJob, Membership, User
from corpus.roles import Role
from lawqa.models import Question
from tests import adding, factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False


def a_person(name: str, role: Role = Role.CONTRIBUTOR) -> User:
    return User.objects.create(username=name, email=f"{name}@firm.example", role=role)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ann() -> User:
    return a_person("ann")


@pytest.fixture
def matter(ann: User) -> Collection:
    return membership.create("Orchard v. Mill Lane", ann)


def address(matter: Collection, rest: str = "") -> str:
    return f"/matters/{matter.slug}/{rest}"


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_who_opens_a_matter_decides_about_it(ann: User) -> None:
    response = signed_in(ann).post("/matters/", {"name": "Orchard v. Mill Lane"}, follow=True)
    row = Membership.objects.get()
    assert (row.user, row.leads, row.may_add, row.collection.access) == (ann, True, True, "matter")
    assert "orchard" not in row.collection.slug, "the address tells nobody the name"
    assert b"Orchard v. Mill Lane" in response.content


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.CONTRIBUTOR, 302), (Role.ADMIN, 302)])
def test_contributors_and_above_open_matters(role: Role, status: int) -> None:
    assert signed_in(a_person("bea", role)).post("/matters/", {"name": "Mill"}).status_code == status
    assert Collection.objects.count() == (status == 302)


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_matter_without_a_fitting_name_is_not_opened(ann: User, name: str) -> None:
    response = signed_in(ann).post("/matters/", {"name": name})
    assert response.status_code == 400
    assert b'class="error"' in response.content
    assert not Collection.objects.exists()


def test_a_matter_is_listed_for_its_members_alone(ann: User, matter: Collection) -> None:
    assert matter.name.encode() in signed_in(ann).get("/matters/").content
    assert matter.name.encode() not in signed_in(a_person("bea", Role.ADMIN)).get("/matters/").content


@pytest.mark.parametrize("named", ["bea", "bea@firm.example", "BEA@firm.example", " bea "])
def test_a_person_is_admitted_by_name_or_address(ann: User, matter: Collection, named: str) -> None:
    bea = a_person("bea", Role.READER)
    assert signed_in(ann).post(address(matter), {"person": named, "may_add": "on"}).status_code == 302
    row = Membership.objects.get(user=bea)
    assert (row.may_add, row.leads) == (True, False)
    assert Collection.objects.readable_by(bea).filter(pk=matter.pk).exists()


@pytest.mark.parametrize("named", ["", "nobody", "gone@firm.example"])
def test_who_is_not_here_is_not_admitted(ann: User, matter: Collection, named: str) -> None:
    User.objects.filter(pk=a_person("gone").pk).update(is_active=False)
    response = signed_in(ann).post(address(matter), {"person": named})
    assert response.status_code == 400
    assert Membership.objects.count() == 1


def test_members_who_do_not_decide_admit_and_remove_nobody(ann: User, matter: Collection) -> None:
    bea = a_person("bea")
    row = membership.admit(matter, bea, ann, may_add=True, leads=False)
    client = signed_in(bea)
    for path, sent in (
        ("", {"person": "bea"}),
        (f"members/{row.pk}", {"leads": "on"}),
        ("close", {}),
    ):
        assert client.post(address(matter, path), sent).status_code == 403
    row.refresh_from_db()
    assert not row.leads


def test_rights_are_changed_and_taken(ann: User, matter: Collection) -> None:
    bea = a_person("bea")
    row = membership.admit(matter, bea, ann, may_add=False, leads=False)
    client = signed_in(ann)
    client.post(address(matter, f"members/{row.pk}"), {"may_add": "on"})
    assert Collection.objects.addable_by(bea).filter(pk=matter.pk).exists()
    client.post(address(matter, f"members/{row.pk}"), {"remove": "1"})
    assert not Collection.objects.readable_by(bea).exists()
    assert signed_in(bea).get(address(matter)).status_code == 404


def test_a_member_of_another_matter_is_not_reached_from_this_one(ann: User, matter: Collection) -> None:
    other = membership.create("Another", a_person("bea"))
    row = other.memberships.get()
    assert signed_in(ann).post(address(matter, f"members/{row.pk}"), {"remove": "1"}).status_code == 404
    assert other.memberships.exists()


def test_a_matter_is_never_left_to_nobody(ann: User, matter: Collection) -> None:
    client, own = signed_in(ann), Membership.objects.get()
    suspended = a_person("bea")
    membership.admit(matter, suspended, ann, may_add=True, leads=True)
    User.objects.filter(pk=suspended.pk).update(is_active=False)
    for path, sent in (("leave", {}), (f"members/{own.pk}", {"may_add": "on"})):
        response = client.post(address(matter, path), sent, follow=True)
        assert membership.NOBODY_LEFT in told(response)
    own.refresh_from_db()
    assert own.leads


def test_who_leaves_loses_the_matter_and_the_answers_found_in_it(ann: User, matter: Collection) -> None:
    bea = a_person("bea")
    membership.admit(matter, bea, ann, may_add=False, leads=False)
    inside = factories.a_question(matter, asked_by=bea, state=Question.State.DONE)
    outside = factories.a_question(factories.a_collection("law"), asked_by=bea, state=Question.State.DONE)
    client = signed_in(bea)
    assert client.get(address(matter, "leave")).status_code == 200
    assert client.get(f"/answers/{inside.pk}/").status_code == 200
    assert client.post(address(matter, "leave"), follow=True).redirect_chain == [("/matters/", 302)]
    assert client.get(f"/answers/{inside.pk}/").status_code == 404
    assert client.get(f"/answers/{outside.pk}/").status_code == 200
    assert [one.pk for one in Question.objects.visible_to(bea)] == [outside.pk]


def test_a_closed_matter_is_read_and_neither_asked_nor_changed(ann: User, matter: Collection) -> None:
    client = signed_in(ann)
    assert client.get(address(matter, "close")).status_code == 200
    client.post(address(matter, "close"))
    assert client.get(address(matter)).status_code == 200
    assert membership.CLOSED in told(client.post(address(matter), {"person": "ann"}, follow=True))
    asked = client.post("/", {"text": "Must a hive be registered?", "collections": [matter.slug]})
    assert asked.status_code == 400
    assert client.get("/library/add/").status_code == 403, "there is nothing left to add to"
    client.post(address(matter, "close"), {"reopen": "1"})
    assert Collection.objects.addable_by(ann).exists()


def test_a_question_searches_a_matter_only_where_it_was_chosen(ann: User, matter: Collection) -> None:
    factories.a_collection("law")
    client = signed_in(ann)
    assert client.get("/").context["form"].initial["collections"] == ["law"]
    assert client.get("/", {"shelf": matter.slug}).context["form"].initial["collections"] == [
        "law",
        matter.slug,
    ]
    assert client.get("/", {"shelf": "law"}).context["form"].initial["collections"] == ["law"]


def test_law_is_added_to_a_matter_by_who_may(ann: User, matter: Collection) -> None:
    bea = a_person("bea")
    membership.admit(matter, bea, ann, may_add=False, leads=False)
    factories.a_collection("firm", access="firm")
    assert adding.send(signed_in(ann), shelf=matter.slug).status_code == 201
    assert IngestJob.objects.get().collection == matter
    assert adding.send(signed_in(ann), shelf="firm").status_code == 400, "a contributor adds to matters"
    assert adding.send(signed_in(bea), shelf=matter.slug).status_code == 403


def test_the_same_bytes_in_two_matters_are_two_jobs_and_neither_learns_of_the_other(
    ann: User, matter: Collection
) -> None:
    bea = a_person("bea")
    other = membership.create("Another", bea)
    first = adding.send(signed_in(ann), shelf=matter.slug)
    second = adding.send(signed_in(bea), shelf=other.slug)
    assert first.status_code == second.status_code == 201
    assert first.json().keys() == second.json().keys()
    assert IngestJob.objects.count() == 2


def test_every_change_of_access_stands_in_the_audit_log(ann: User, matter: Collection) -> None:
    bea = a_person("bea")
    row = membership.admit(matter, bea, ann, may_add=False, leads=False)
    membership.admit(matter, bea, ann, may_add=True, leads=False)
    membership.dismiss(row, ann)
    membership.close(matter, ann)
    actions = [
        entry.action for entry in Entry.objects.order_by("pk") if entry.subject == f"collection:{matter.pk}"
    ]
    assert actions == [
        "collection.created", "membership.granted", "membership.granted", "membership.changed",
        "membership.revoked", "collection.changed",
    ]  # fmt: skip
