"""Who may add law: librarians and above, and contributors to whom a matter was given."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from corpus.access import may_add_law
from corpus.models import Collection, Membership, User
from corpus.roles import Role

pytestmark = pytest.mark.django_db


def asked_by(user: User | AnonymousUser) -> bool:
    request = RequestFactory().get("/")
    request.user = user
    return may_add_law(request)


def test_whoever_has_not_signed_in_may_not() -> None:
    assert not asked_by(AnonymousUser())


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        pytest.param({"role": Role.ADMIN}, True, id="admin"),
        pytest.param({"role": Role.LIBRARIAN}, True, id="librarian"),
        pytest.param({"role": Role.CONTRIBUTOR}, False, id="contributor-without-a-matter"),
        pytest.param({"role": Role.READER}, False, id="reader"),
        pytest.param({"is_superuser": True}, True, id="superuser"),
        pytest.param({"is_staff": True}, False, id="staff-is-for-the-administration"),
        pytest.param({"role": Role.ADMIN, "is_active": False}, False, id="suspended"),
    ],
)
def test_signed_in(facts: dict[str, object], allowed: bool) -> None:
    assert asked_by(User.objects.create(username="ann", **facts)) is allowed


@pytest.mark.parametrize(("may_add", "role", "allowed"), [
    (True, Role.CONTRIBUTOR, True), (False, Role.CONTRIBUTOR, False), (True, Role.READER, False),
])  # fmt: skip
def test_a_contributor_adds_to_matters_that_were_given(may_add: bool, role: Role, allowed: bool) -> None:
    ann = User.objects.create(username="ann", role=role)
    matter = Collection.objects.create(slug="m", name="M", access=Collection.Access.MATTER)
    Membership.objects.create(collection=matter, user=ann, may_add=may_add)
    assert asked_by(ann) is allowed
