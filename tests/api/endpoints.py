"""Endpoints of people, as tests of webhooks make them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from api.webhooks import endpoints, outbox
from api.webhooks.models import Endpoint, Kind
from corpus.models import User
from corpus.roles import Role

URL = "https://dms.firm.example/hooks"


def a_person(name: str = "ada", role: Role = Role.CONTRIBUTOR) -> User:
    return User.objects.create_user(name, f"{name}@firm.example", role=role)


def an_endpoint(owner: User | None = None, *, kinds: list[str] | None = None, url: str = URL) -> Endpoint:
    outbox.collect()  # as the beat has long done
    made = endpoints.make(owner or a_person(), url, kinds or list(Kind.values))
    Endpoint.objects.filter(pk=made.pk).update(created_at=timezone.now() - dt.timedelta(minutes=1))
    return made
