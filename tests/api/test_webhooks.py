"""Webhooks: what is told whom, where it may go, how it is signed, and what becomes of messages that do not arrive."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.utils import timezone

import audit
from api.webhooks import delivery as deliveries
from api.webhooks import endpoints, outbox, signing
from api.webhooks.delivery import DELAYS, GIVE_UP, deliver_due
from api.webhooks.models import OVERLAP, Delivery, Endpoint, Kind, Place
from api.webhooks.sending import Outcome
from api.webhooks.tasks import work
from audit.models import Entry
from corpus import jobs
from corpus.models import Collection, IngestJob, Section, User
from corpus.roles import Role
from tests import factories
from tests.adding import a_batch, a_job
from tests.api.endpoints import URL, a_person, an_endpoint

pytestmark = pytest.mark.django_db
State = Delivery.State


class Wire:
    """Stands for the network: answers as it is told and keeps what was sent."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        self.sent.append((url, body, headers))
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


OK = Outcome(status=200)
DOWN = Outcome(said="The server could not be reached: Connection refused.")


def end(state: str, collection: Collection | None = None, **facts: Any) -> IngestJob:
    """A file that has come to its end, as the worker leaves it."""
    job = a_job(batch=a_batch(collection) if collection else None)
    audit.record(
        f"document.{state}", None, subject=f"job:{job.pk}", facts={"collection": job.collection_id, **facts}
    )
    return job


def told() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("created_at").values_list("kind", "state"))


# What is told


def test_a_file_that_has_come_to_its_end_is_told_once_with_keys_and_no_words() -> None:
    an_endpoint()
    job = end("ready", document=7, sections=12)
    outbox.collect()
    outbox.collect()
    one = Delivery.objects.get()
    assert json.loads(one.body) == {
        "type": "document.ready",
        "timestamp": Entry.objects.get(action="document.ready").at.isoformat(timespec="milliseconds").replace(
            "+00:00", "Z"
        ),
        "data": {"upload": str(job.pk), "collection": "our-law", "document": 7, "sections": 12},
    }  # fmt: skip
    assert job.name not in one.body


def test_what_the_worker_writes_down_is_told() -> None:
    """From the real end of a job to the message."""
    an_endpoint()
    job = a_job()

    def refuse(job: IngestJob, lease: jobs.Lease) -> None:
        from corpus.extraction.errors import NotSupported

        raise NotSupported("It is a picture.")

    jobs.work(job.pk, "worker", refuse)
    outbox.collect()
    assert json.loads(Delivery.objects.get().body)["data"] == {
        "upload": str(job.pk), "collection": "our-law", "code": "not-supported",
    }  # fmt: skip


def test_only_what_was_chosen_is_told() -> None:
    an_endpoint(kinds=[Kind.FAILED])
    end("ready")
    outbox.collect()
    assert told() == []


def test_what_happened_before_the_endpoint_was_made_is_not_told() -> None:
    end("ready")
    an_endpoint()
    outbox.collect()
    assert told() == []


def test_who_has_no_part_in_a_matter_is_told_nothing_of_it() -> None:
    matter = factories.a_collection("widget", access=Collection.Access.MATTER)
    an_endpoint(a_person("eve", Role.ADMIN))
    end("ready", matter)
    outbox.collect()
    assert told() == []


def test_a_person_who_is_suspended_is_told_nothing() -> None:
    person = a_person()
    an_endpoint(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    end("ready")
    outbox.collect()
    assert told() == []


def test_rights_that_were_lost_meanwhile_stop_a_message_on_its_way() -> None:
    an_endpoint()
    job = end("ready")
    outbox.collect()
    Collection.objects.filter(pk=job.collection_id).update(access=Collection.Access.MATTER)
    wire = Wire(OK)
    deliver_due(wire)
    assert (wire.sent, told()) == ([], [("document.ready", State.DROPPED)])


def an_answer_that_the_law_left(owner: User) -> Any:
    question = factories.an_answered_question(asked_by=owner)
    Section.objects.filter(label="Bees Act Art. 1").update(text="Another rule.", sha256="1" * 64)
    return question


def test_an_answer_that_the_law_has_left_is_told_its_owner_once_a_state_of_the_law() -> None:
    ada, bo = a_person("ada"), a_person("bo")
    an_endpoint(ada)
    an_endpoint(bo, url="https://other.firm.example/")
    question = an_answer_that_the_law_left(ada)
    outbox.collect()
    assert told() == [], "no law came or went, so that nothing was looked through"
    for _ in range(2):
        audit.record("law.loaded", None)
        Place.objects.update(looked_at=None)
        outbox.collect()
    one = Delivery.objects.get()
    assert (one.endpoint.owner, one.kind) == (ada, "answer.affected")
    data = json.loads(one.body)["data"]
    assert data["question"] == str(question.pk)
    assert data["effects"][0]["label"] == "Bees Act Art. 1"


def test_a_long_log_is_taken_in_by_steps_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "ENTRIES_A_STEP", 2)
    an_endpoint()
    job = end("ready")
    for _ in range(4):
        audit.record("document.ready", None, subject=f"job:{job.pk}", facts={"collection": job.collection_id})
    outbox.collect()
    assert len(told()) == 5
    assert Place.objects.get().number == Entry.objects.all()[0].number


# How it is signed


def test_a_message_bears_the_signature_of_the_scheme() -> None:
    endpoint = an_endpoint()
    outbox.test_message(endpoint)
    wire = Wire(OK)
    deliver_due(wire)
    ((url, body, headers),) = wire.sent
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert (url, headers["webhook-signature"]) == (URL, f"v1,{right}")
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert json.loads(body)["type"] == "webhook.test"
    assert len(key) == 32


def test_a_signature_is_that_of_an_example_worked_by_hand() -> None:
    """Echo -n "msg_1.1700000000.{}" | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00 -binary | base64"""
    secret = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert signing.signature(secret, "msg_1", 1_700_000_000, b"{}") == EXAMPLE


EXAMPLE = "v1,LzeNxZHo3O8fwpFJpLh/0B99ugILNFJw+/9lTgx0APs="


def test_both_secrets_sign_while_one_is_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = an_endpoint()
    former = endpoint.secret
    new = endpoints.rotate(endpoint, endpoint.owner)
    endpoint.refresh_from_db()
    assert (new != former, endpoint.secrets()) == (True, [new, former])
    assert len(signing.headers(endpoint.secrets(), "m", 1, b"")["webhook-signature"].split()) == 2
    later = timezone.now() + OVERLAP
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert endpoint.secrets() == [new]


# What does not arrive


def test_a_message_that_did_not_arrive_is_tried_again_later_and_later_and_given_up(monkeypatch: Any) -> None:
    outbox.test_message(an_endpoint())
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr(deliveries, "GIVE_UP", dt.timedelta(days=99))
    wire, waits = Wire(DOWN), []
    for _ in range(20):
        if not deliver_due(wire):
            break
        one = Delivery.objects.get()
        waits.append(one.next_at - now)
        now = one.next_at
    assert len(wire.sent) == len(DELAYS) + 1 == 10
    assert all(delay <= wait <= delay * 1.2 for delay, wait in zip(DELAYS, waits, strict=False))
    assert told() == [("webhook.test", State.FAILED)]
    assert len({headers["webhook-id"] for _, _, headers in wire.sent}) == 1, "a double is known by its id"
    assert len({headers["webhook-timestamp"] for _, _, headers in wire.sent}) > 5, "signed anew"


def test_a_server_that_asks_for_time_is_given_it() -> None:
    outbox.test_message(an_endpoint())
    deliver_due(Wire(Outcome(status=429, said="The server answered 429.", retry_after=3_000)))
    assert Delivery.objects.get().next_at > timezone.now() + dt.timedelta(seconds=2_900)


def test_one_that_arrives_late_has_arrived(monkeypatch: Any) -> None:
    endpoint = an_endpoint()
    outbox.test_message(endpoint)
    deliver_due(Wire(DOWN))
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    Delivery.objects.update(next_at=timezone.now())
    assert deliver_due(Wire(OK)) == 1
    endpoint.refresh_from_db()
    assert told() == [("webhook.test", State.ARRIVED)]
    assert Endpoint.objects.get().failing_since is None
    assert deliver_due(Wire(OK)) == 0


def test_a_worker_that_died_with_a_message_leaves_it_to_another(monkeypatch: Any) -> None:
    outbox.test_message(an_endpoint())
    assert Delivery.objects.take(Delivery.objects.get())
    wire = Wire(OK)
    assert deliver_due(wire) == 0
    Delivery.objects.update(next_at=timezone.now())
    assert (deliver_due(wire), told()) == (1, [("webhook.test", State.ARRIVED)])


def test_a_worker_that_comes_back_too_late_changes_nothing() -> None:
    outbox.test_message(an_endpoint())
    slow = Delivery.objects.get()
    Delivery.objects.take(slow)
    Delivery.objects.update(next_at=timezone.now())
    deliver_due(Wire(OK))
    deliveries.settle(slow, DOWN)
    assert told() == [("webhook.test", State.ARRIVED)]


@pytest.mark.parametrize(
    ("outcome", "off"),
    [
        pytest.param(Outcome(status=410, said="gone", for_ever=True), True, id="gone"),
        pytest.param(Outcome(said="It is on a private network.", for_ever=True), True, id="not-allowed"),
        pytest.param(Outcome(status=404, said="The server answered 404."), False, id="wrong-for-now"),
    ],
)
def test_an_endpoint_that_is_gone_is_switched_off(outcome: Outcome, off: bool) -> None:
    endpoint = an_endpoint()
    outbox.test_message(endpoint)
    deliver_due(Wire(outcome))
    endpoint.refresh_from_db()
    assert (endpoint.disabled_at is not None) == off
    assert endpoint.disabled_because == (outcome.said if off else "")


def test_an_endpoint_that_is_silent_for_days_is_switched_off_and_on_again() -> None:
    endpoint = an_endpoint()
    for _ in range(2):
        outbox.test_message(endpoint)
    Endpoint.objects.update(failing_since=timezone.now() - GIVE_UP - dt.timedelta(minutes=1))
    deliver_due(Wire(DOWN))
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None
    Delivery.objects.update(next_at=timezone.now())
    assert deliver_due(Wire(OK)) == 0, "nothing is sent while it is off"
    assert endpoints.switch_on(endpoint, endpoint.owner)
    assert deliver_due(Wire(OK)) == 2


def test_one_endpoint_that_hangs_does_not_hold_up_the_others() -> None:
    slow, quick = an_endpoint(), an_endpoint(a_person("bo"), url="https://quick.firm.example/")
    rows = (Delivery(endpoint=slow, kind="webhook.test", about=str(number)) for number in range(1_000))
    Delivery.objects.bulk_create(rows)
    outbox.test_message(quick)
    wire = Wire(OK)
    deliver_due(wire)
    assert "https://quick.firm.example/" in [url for url, _, _ in wire.sent]


@pytest.mark.parametrize(
    ("outcome", "left_alone"),
    [
        pytest.param(DOWN, True, id="down"),
        pytest.param(Outcome(status=503, said="…"), True, id="overrun"),
        pytest.param(Outcome(status=422, said="…"), False, id="this-message-only"),
    ],
)
def test_a_server_that_is_down_is_left_alone_by_all_messages(outcome: Outcome, left_alone: bool) -> None:
    endpoint = an_endpoint()
    for _ in range(9):
        outbox.test_message(endpoint)
    wire = Wire(outcome)
    for _ in range(3):
        deliver_due(wire)
    assert len(wire.sent) == (4 if left_alone else 9)


def test_law_that_comes_in_many_pieces_does_not_have_every_answer_looked_through_for_each(
    monkeypatch: Any,
) -> None:
    looked: list[Endpoint] = []
    monkeypatch.setattr(outbox, "_tell_affected", looked.append)
    an_endpoint()
    for _ in range(3):
        audit.record("law.loaded", None)
        outbox.collect()
    assert len(looked) == 1
    Place.objects.update(looked_at=timezone.now() - outbox.LOOK_EVERY)
    outbox.collect()
    outbox.collect()
    assert len(looked) == 2, "what came meanwhile is not forgotten"


def test_what_happened_before_the_log_was_read_for_the_first_time_is_told() -> None:
    endpoints.make(a_person(), URL, Kind.values)
    end("ready")
    outbox.collect()
    assert told() == [("document.ready", State.WAITING)]


def test_a_pass_takes_in_what_happened_and_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(OK)
    monkeypatch.setattr(deliveries, "_send", wire)
    monkeypatch.setattr("api.webhooks.tasks.close_old_connections", lambda: None)
    an_endpoint()
    end("ready")
    work()
    assert (len(wire.sent), told()) == (1, [("document.ready", State.ARRIVED)])
