"""The pages on which people make and look after the endpoints of their systems."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from api.webhooks import endpoints, outbox
from api.webhooks.models import Delivery, Endpoint, Kind
from audit.models import Entry
from corpus.models import User
from corpus.roles import Role
from tests.api.endpoints import URL, a_person, an_endpoint

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def ada(client: Client, settings: LazySettings) -> User:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    person = a_person()
    client.force_login(person)
    return person


def page(response: Any) -> str:
    return str(response.content.decode())


def test_an_endpoint_is_made_and_its_secret_shown_once(client: Client, ada: User) -> None:
    response = client.post("/webhooks/", {"url": URL, "kinds": ["document.ready"]})
    endpoint = Endpoint.objects.get()
    assert (response.status_code, response["Cache-Control"]) == (201, "no-store")
    assert endpoint.secret in page(response)
    shown = page(client.get("/webhooks/"))
    assert URL in shown
    assert endpoint.secret not in shown
    entry = Entry.objects.all()[0]
    assert (entry.action, entry.actor) == ("webhook.created", ada.pk)
    assert endpoint.secret not in entry.facts_json


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "", "kinds": ["document.ready"]}, "Write the address"),
        ({"url": "http://dms.firm.example/", "kinds": ["document.ready"]}, "https:// only"),
        ({"url": "https://169.254.169.254/latest", "kinds": ["document.ready"]}, "private network"),
        ({"url": URL}, "Choose at least one"),
        ({"url": URL, "kinds": ["everything"]}, "everything"),
    ],
)
def test_what_cannot_be_meant_is_said(client: Client, ada: User, given: dict[str, Any], said: str) -> None:
    response = client.post("/webhooks/", given)
    assert (response.status_code, said in page(response)) == (400, True)
    assert not Endpoint.objects.exists()


def test_nobody_makes_endpoints_without_end(client: Client, ada: User) -> None:
    for _ in range(10):
        endpoints.make(ada, URL, Kind.values)
    response = client.post("/webhooks/", {"url": URL, "kinds": ["document.ready"]})
    assert (response.status_code, Endpoint.objects.count()) == (400, 10)


@pytest.mark.parametrize("deed", ["rotate", "on", "test", "remove"])
def test_an_endpoint_is_its_owners_alone(client: Client, ada: User, deed: str) -> None:
    other = an_endpoint(a_person("bo", Role.ADMIN))
    before = list(Endpoint.objects.values())
    assert client.post(f"/webhooks/{other.pk}/{deed}").status_code == 404
    assert list(Endpoint.objects.values()) == before
    assert not Delivery.objects.exists()
    assert URL not in page(client.get("/webhooks/"))


@pytest.mark.parametrize(
    ("deed", "action"),
    [("rotate", "webhook.rotated"), ("on", "webhook.changed"), ("remove", "webhook.removed")],
)
def test_what_is_done_to_an_endpoint_is_recorded(client: Client, ada: User, deed: str, action: str) -> None:
    endpoint = an_endpoint(ada)
    Endpoint.objects.update(disabled_at=timezone.now())
    assert client.post(f"/webhooks/{endpoint.pk}/{deed}").status_code in {201, 302}
    assert Entry.objects.all()[0].action == action


def test_a_message_that_was_given_up_is_sent_again_by_its_owner_only(client: Client, ada: User) -> None:
    one, others = outbox.test_message(an_endpoint(ada)), outbox.test_message(an_endpoint(a_person("bo")))
    Delivery.objects.update(state=State.FAILED, attempts=10, said="The server answered 500.")
    assert "The server answered 500." in page(client.get("/webhooks/"))
    assert client.post(f"/webhooks/messages/{one.pk}/again").status_code == 302
    assert client.post(f"/webhooks/messages/{others.pk}/again").status_code == 404
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert (states[one.pk], states[others.pk]) == (State.WAITING, State.FAILED)


def test_readers_make_none(client: Client, settings: LazySettings) -> None:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    assert client.get("/webhooks/").status_code == 302
    client.force_login(a_person(role=Role.READER))
    assert client.get("/webhooks/").status_code == 403
    assert client.post("/webhooks/", {"url": URL, "kinds": ["document.ready"]}).status_code == 403
