"""An installation for several people."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core.cache import cache

from corpus.models import User
from corpus.roles import Role

PASSWORD = "quiet harbour lantern"


@pytest.fixture(autouse=True)
def several_people(settings: LazySettings, db: None) -> None:
    """Hosts are named, so that everybody signs in; hashing a password is quick, and nobody has tried before."""
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def a_person(
    name: str = "ann", *, role: Role = Role.READER, password: str = PASSWORD, **facts: object
) -> User:
    """Somebody who signs in with NAME@firm.example."""
    person = User(username=name, email=f"{name}@firm.example", role=role, **facts)
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person
