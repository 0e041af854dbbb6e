"""Reads from the audit log what happened, and writes down whom to tell: each thing once an endpoint, no event lost.

What happens stands in the log in the transaction of the deed, so that nobody has to think of webhooks there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from api.webhooks.models import TEST, Delivery, Endpoint, Kind, Place
from audit.models import Entry
from corpus.models import Collection
from lawqa.affected import Affected, affected
from lawqa.effects import as_data
from lawqa.models import Question

ENTRIES_A_STEP = 500
MOST_AFFECTED = 1_000
"""Answers of one person in one pass."""
LOOK_EVERY = dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=30)
"""Messages about files that have ended."""
MOVES_LAW = frozenset({"document.ready", "document.withdrawn", "law.loaded"})
DOCUMENTS = (Kind.READY, Kind.FAILED)


def collect() -> None:
    """Take in what the log has gained since the last call, and then what it means for answers."""
    while _step():
        pass
    _look_through_answers()
    _forget_old()


def _look_through_answers() -> None:
    """Once after law came or went; while much of it comes, only now and then."""
    now = timezone.now()
    rested = Q(looked_at=None) | Q(looked_at__lt=now - LOOK_EVERY)
    if Place.objects.filter(rested, law_moved=True).update(law_moved=False, looked_at=now):
        for endpoint in Endpoint.objects.listening():
            if Kind.AFFECTED in endpoint.kinds:
                _tell_affected(endpoint)


def _step() -> bool:
    """One stretch of the log, in one transaction with the place up to which it was read; whether there is more."""
    with transaction.atomic():
        Place.objects.get_or_create(pk=1, defaults={"number": _beginning()})
        place = Place.objects.select_for_update().get(pk=1)
        entries = list(Entry.objects.filter(number__gt=place.number).order_by("number")[:ENTRIES_A_STEP])
        if not entries:
            return False
        endpoints = list(Endpoint.objects.listening())
        for entry in entries:
            if entry.action in DOCUMENTS:
                _tell_document(entry, endpoints)
        place.number = entries[-1].number
        place.law_moved |= any(entry.action in MOVES_LAW for entry in entries)
        place.save()
    return len(entries) == ENTRIES_A_STEP


def _beginning() -> int:
    """Where a log that was never read is begun: when the first endpoint was made, or at its end."""
    made = Endpoint.objects.order_by("created_at").values_list("created_at", flat=True).first()
    before = Entry.objects.filter(at__lt=made) if made else Entry.objects.all()
    return before.values_list("number", flat=True).first() or 0


def _tell_document(entry: Entry, endpoints: Iterable[Endpoint]) -> None:
    facts = entry.facts
    collection = Collection.objects.filter(pk=facts.get("collection") or 0).first()
    wanted = [one for one in endpoints if entry.action in one.kinds and one.created_at <= entry.at]
    if collection is None or not wanted:
        return
    known = {name: facts[name] for name in ("document", "sections", "code") if facts.get(name) is not None}
    job = entry.subject.removeprefix("job:")
    told = {"upload": job, "collection": collection.slug, **known}
    body = message(entry.action, entry.at, told)
    for endpoint in wanted:
        if may_know(endpoint, collection=collection):
            about = f"{job}@{entry.number}"
            _write(endpoint, entry.action, about, body, collection=collection)


def _tell_affected(endpoint: Endpoint) -> None:
    questions = Question.objects.visible_to(endpoint.owner).asked_by(endpoint.owner)
    for one in islice(affected(questions), MOST_AFFECTED):
        if one.unseen:
            told = {"question": str(one.question.pk), "effects": [as_data(effect) for effect in one.unseen]}
            body = message(Kind.AFFECTED, timezone.now(), told)
            _write(endpoint, Kind.AFFECTED, _state_of(one), body, question=one.question)


def _state_of(one: Affected) -> str:
    """The same while the law has not moved on under the answer."""
    keys = "\0".join(sorted(effect.key for effect in one.unseen))
    return f"{one.question.pk}@{hashlib.sha256(keys.encode()).hexdigest()[:16]}"


def test_message(endpoint: Endpoint) -> Delivery:
    """A message that tells of nothing, on request."""
    now = timezone.now()
    body = message(TEST, now, {"said": "Messages arrive here."})
    return Delivery.objects.create(endpoint=endpoint, kind=TEST, about=now.isoformat(), body=body)


def message(kind: str, at: dt.datetime, data: Mapping[str, Any]) -> str:
    """The body: its type, when it happened, and keys with which the rest can be asked of the API."""
    happened = at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": str(kind), "timestamp": happened, "data": data}, ensure_ascii=False)


def may_know(
    endpoint: Endpoint, *, collection: Collection | None = None, question: Question | None = None
) -> bool:
    """Whether its owner may read that now."""
    owner = endpoint.owner
    if not owner.is_active:
        return False
    if collection is not None:
        return Collection.objects.readable_by(owner).filter(pk=collection.pk).exists()
    if question is not None:
        return Question.objects.visible_to(owner).filter(pk=question.pk).exists()
    return True


def _write(endpoint: Endpoint, kind: str, about: str, body: str, **known: Any) -> None:
    """Once, whoever else reads the same stretch."""
    Delivery.objects.get_or_create(
        endpoint=endpoint, kind=kind, about=about, defaults={"body": body, **known}
    )


def _forget_old() -> None:
    """What was said of an answer stays, so that it is not said again."""
    long_ago = timezone.now() - KEPT
    ended = Delivery.objects.exclude(kind=Kind.AFFECTED).filter(ended_at__lt=long_ago)
    ended.delete()
