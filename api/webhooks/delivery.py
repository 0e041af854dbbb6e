"""Sends what is due, and decides when what did not arrive is tried again."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from api.webhooks.models import Delivery, Endpoint
from api.webhooks.outbox import may_know
from api.webhooks.sending import Outcome, send
from api.webhooks.signing import headers

DELAYS = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between one attempt and the next, as Standard Webhooks suggests: ten attempts in little more than three days."""
GIVE_UP = dt.timedelta(days=5)
"""An endpoint at which nothing has arrived for so long is switched off."""
PAUSE = dt.timedelta(minutes=5)
"""For which at most the other messages for a server that is down wait with the one that failed."""
OVERRUN = (408, 425, 429)
AT_ONCE = 24
AT_ONE_ENDPOINT = 4
"""In one pass, so that one that hangs does not hold up the others."""
THREADS = 6
SILENT = "Nothing arrived there for {} days, so it was switched off. Make it work, then switch it on again."
NOT_ANY_MORE = "Its owner may not read that any more."
Send = Callable[[str, bytes, dict[str, str]], Outcome]


def deliver_due(sender: Send | None = None) -> int:
    """Send a few of the messages that are due; how many were tried."""
    taken = [delivery for delivery in _chosen() if _may_go(delivery) and Delivery.objects.take(delivery)]
    letters = [_letter(delivery) for delivery in taken]
    with ThreadPoolExecutor(THREADS) as pool:  # only the network in there: rows are read and written here
        outcomes = list(pool.map(lambda letter: (sender or _send)(*letter), letters))
    for delivery, outcome in zip(taken, outcomes, strict=True):
        settle(delivery, outcome)
    return len(taken)


def _send(url: str, body: bytes, signed: dict[str, str]) -> Outcome:
    return send(url, body, signed, named=settings.LAWQA_WEBHOOK_HOSTS)


def _chosen() -> list[Delivery]:
    """A few of each endpoint, whoever has waited longest first."""
    due = Delivery.objects.due()
    waiting = due.order_by().values("endpoint").annotate(since=Min("next_at")).order_by("since")
    endpoints = [row["endpoint"] for row in waiting[: AT_ONCE // AT_ONE_ENDPOINT]]
    return [delivery for pk in endpoints for delivery in due.filter(endpoint=pk)[:AT_ONE_ENDPOINT]]


def _may_go(delivery: Delivery) -> bool:
    """The owner's rights of now: a message about what they may not read any more is not sent."""
    known = may_know(delivery.endpoint, collection=delivery.collection, question=delivery.question)
    if not known:
        _end(delivery, Delivery.State.DROPPED, said=NOT_ANY_MORE)
    return known


def _letter(delivery: Delivery) -> tuple[str, bytes, dict[str, str]]:
    """Address, body, headers: signed anew at each attempt, with its own time."""
    body, now = delivery.body.encode(), int(timezone.now().timestamp())
    return delivery.endpoint.url, body, headers(delivery.endpoint.secrets(), delivery.message_id, now, body)


def settle(delivery: Delivery, outcome: Outcome) -> None:
    """Write down what became of an attempt."""
    facts = {"status": outcome.status, "said": outcome.said[:300]}
    endpoint = Endpoint.objects.filter(pk=delivery.endpoint_id)
    if outcome.arrived:
        if _end(delivery, Delivery.State.ARRIVED, **facts):
            endpoint.update(failing_since=None)
        return
    if outcome.for_ever or delivery.attempts > len(DELAYS):
        _end(delivery, Delivery.State.FAILED, **facts)
    else:
        later = timezone.now() + wait(delivery.attempts, outcome)
        Delivery.objects.settle(delivery, next_at=later, **facts)
        _leave_alone(delivery, outcome, later)
    endpoint.filter(failing_since=None).update(failing_since=timezone.now())
    _switch_off(delivery, outcome)


def wait(attempts: int, outcome: Outcome) -> dt.timedelta:
    """Until the next attempt after so many: a little longer for some, so that they do not all come at once."""
    longer = 1 + random.random() / 5  # noqa: S311  spreads load, hides nothing
    return max(DELAYS[attempts - 1] * longer, dt.timedelta(seconds=outcome.retry_after))


def _leave_alone(delivery: Delivery, outcome: Outcome, later: dt.datetime) -> None:
    """Where the server is down or overrun, not the message at fault, the others for it wait too."""
    if outcome.status is None or outcome.status in OVERRUN or outcome.status >= 500:
        until = min(later, timezone.now() + PAUSE)
        others = Delivery.objects.filter(endpoint=delivery.endpoint_id, state=Delivery.State.WAITING)
        others.filter(next_at__lt=until).update(next_at=until)


def _switch_off(delivery: Delivery, outcome: Outcome) -> None:
    """An endpoint that is gone, not allowed, or silent for days."""
    because = outcome.said if outcome.for_ever else SILENT.format(GIVE_UP.days)
    dead = Endpoint.objects.filter(pk=delivery.endpoint_id, disabled_at=None)
    if not outcome.for_ever:
        dead = dead.filter(failing_since__lt=timezone.now() - GIVE_UP)
    dead.update(disabled_at=timezone.now(), disabled_because=because[:300])


def _end(delivery: Delivery, state: str, **facts: Any) -> bool:
    return Delivery.objects.settle(delivery, state=state, ended_at=timezone.now(), **facts)
