"""Who may do what: a role holds all that those before it hold."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from corpus.models import User
from corpus.roles import NOBODY, Role, at_least, rank


@pytest.mark.parametrize("role", Role)
def test_each_role_holds_itself_and_those_before_it(role: Role) -> None:
    user = User(username="ann", role=role)
    held = [one for one in Role if at_least(user, one)]
    assert held == list(Role)[: list(Role).index(role) + 1]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        pytest.param(User(), rank(User(role=Role.READER)), id="a-new-user-reads"),
        pytest.param(User(is_superuser=True), rank(User(role=Role.ADMIN)), id="superuser"),
        pytest.param(User(is_staff=True), rank(User()), id="staff-is-no-role"),
        pytest.param(User(role=Role.ADMIN, is_active=False), NOBODY, id="suspended"),
        pytest.param(User(is_superuser=True, is_active=False), NOBODY, id="suspended-superuser"),
        pytest.param(User(role="partner"), NOBODY, id="unknown-role"),
        pytest.param(AnonymousUser(), NOBODY, id="anonymous"),
        pytest.param(None, NOBODY, id="none"),
    ],
)
def test_rank(user: object, expected: int) -> None:
    assert rank(user) == expected


@pytest.mark.parametrize("role", Role)
def test_nobody_has_no_role(role: Role) -> None:
    assert not at_least(AnonymousUser(), role)
