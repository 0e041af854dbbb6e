"""A key opens what its scopes, its collections and its owner's rights all allow, and only while it lives."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from api import keys
from api.authentication import authenticate, bearer
from api.models import Key, Scope
from corpus.models import Collection, Membership
from corpus.roles import Role
from tests.api.calls import EVERY_SCOPE, a_key, a_person
from tests.factories import a_collection, a_question

pytestmark = pytest.mark.django_db


def test_the_token_opens_its_key_and_is_kept_nowhere() -> None:
    key, token = a_key(a_person())
    found = authenticate(token)
    assert found == key
    assert token.startswith(f"lawqa_{key.prefix}_")
    assert len(token.split("_", 2)[2]) >= 43  # 256 bits
    assert not any(token in str(value) for value in Key.objects.values().get(pk=key.pk).values())


def test_another_secret_does_not_open_it() -> None:
    _, token = a_key(a_person())
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert authenticate(other) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "lawqa",
        "lawqa_",
        "lawqa__x",
        "lawqa_abc",
        "other_abc_def",
        "lawqa_é_x",
        "x" * 999,
        "lawqa_a\x00b_c",
    ],
)
def test_what_is_no_token_opens_nothing(token: str) -> None:
    a_key(a_person())
    assert authenticate(token) is None


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", ""), ("Bearer", ""), ("abc", "")],
)
def test_the_header_names_the_scheme(header: str, token: str) -> None:
    assert bearer(header) == token


def test_a_suspended_owner_ends_the_key_at_once() -> None:
    person = a_person()
    key, token = a_key(person)
    person.is_active = False
    person.save()
    assert authenticate(token) is None
    assert not Key.objects.select_related("owner").get(pk=key.pk).allows(Scope.READ)


def test_a_revoked_key_and_one_that_ended_open_nothing() -> None:
    person = a_person()
    revoked, first = a_key(person)
    ended, second = a_key(person)
    assert keys.revoke(revoked, by=person)
    assert not keys.revoke(revoked, by=person)
    Key.objects.filter(pk=ended.pk).update(expires_at=timezone.now())
    assert (authenticate(first), authenticate(second)) == (None, None)


def test_no_key_lives_longer_than_a_year() -> None:
    key, _ = a_key(a_person(), days=5_000)
    assert key.expires_at <= timezone.now() + dt.timedelta(days=365)


def test_a_rotated_key_goes_on_for_a_week_beside_its_successor() -> None:
    shelf = a_collection()
    key, old = a_key(a_person(), Scope.ASK, collections=[shelf])
    successor, new = keys.rotate(key)
    assert authenticate(old) == key
    assert authenticate(new) == successor
    key.refresh_from_db()
    assert key.expires_at <= timezone.now() + keys.OVERLAP
    assert (successor.scopes, successor.everywhere, list(successor.collections.all())) == (
        ["ask"],
        False,
        [shelf],
    )


def test_rotating_late_gives_the_old_key_no_more_time() -> None:
    key, _ = a_key(a_person())
    soon = timezone.now() + dt.timedelta(hours=1)
    Key.objects.filter(pk=key.pk).update(expires_at=soon)
    successor, _ = keys.rotate(Key.objects.select_related("owner").get(pk=key.pk))
    key.refresh_from_db()
    assert key.expires_at == soon
    assert successor.life == key.life


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, {"read", "ask"}),
        (Role.CONTRIBUTOR, {"read", "ask", "ingest"}),
        (Role.LIBRARIAN, {"read", "ask", "ingest"}),
        (Role.ADMIN, {"read", "ask", "ingest", "admin"}),
    ],
)
def test_scopes_are_worth_what_their_owner_may_do(role: Role, allowed: set[str]) -> None:
    key, _ = a_key(a_person(role=role), *EVERY_SCOPE)
    assert {scope.value for scope in Scope if key.allows(scope)} == allowed


def test_a_scope_that_was_not_given_is_not_there() -> None:
    key, _ = a_key(a_person(role=Role.ADMIN), Scope.READ)
    assert [scope for scope in Scope if key.allows(scope)] == [Scope.READ]


def test_collections_are_the_keys_and_the_owners() -> None:
    person = a_person()
    county, city = a_collection(), a_collection("city")
    matter = a_collection("matter", access=Collection.Access.MATTER)
    others = a_collection("others", access=Collection.Access.MATTER)
    Membership.objects.create(collection=matter, user=person)
    everywhere, _ = a_key(person)
    narrow, _ = a_key(person, collections=[county, matter, others])
    assert set(everywhere.readable()) == {county, city, matter}
    assert set(narrow.readable()) == {county, matter}
    Membership.objects.all().delete()
    assert set(narrow.readable()) == {county}


def test_a_key_whose_collections_are_gone_reads_nothing() -> None:
    shelf = a_collection()
    a_collection("city")
    key, _ = a_key(a_person(), collections=[shelf])
    shelf.delete()
    assert not key.readable().exists()


def test_a_key_opens_no_question_that_looked_elsewhere() -> None:
    person = a_person()
    county, city = a_collection(), a_collection("city")
    inside = a_question(county, asked_by=person)
    a_question(county, city, asked_by=person)
    key, _ = a_key(person, collections=[county])
    everywhere, _ = a_key(person)
    assert list(key.questions()) == [inside]
    assert everywhere.questions().count() == 2


def test_the_last_use_is_noted_but_not_every_time() -> None:
    key, token = a_key(a_person())
    authenticate(token)
    first = Key.objects.get(pk=key.pk).last_used_at
    authenticate(token)
    assert first is not None
    assert Key.objects.get(pk=key.pk).last_used_at == first
