"""The same POST sent twice is done once: the header Idempotency-Key names it, for a day.

See https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import Key, Reply

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT = dt.timedelta(days=1)
GIVEN_UP = dt.timedelta(minutes=2)
"""After this a first call that never ended counts as dead, and the next one is done."""
SENT_AGAIN = "Idempotent-Replayed"


class AtWork(APIException):
    status_code = 409
    default_detail = (
        "The first call with this Idempotency-Key is still at work. Wait a moment, then send it again."
    )
    default_code = "at_work"


class AnotherCall(APIException):
    status_code = 422
    default_detail = "This Idempotency-Key stands for another call. Send each new call with a new one."
    default_code = "another_call"


def once(request: Request, key: Key, work: Callable[[], Response]) -> Response:
    """What `work` answers, or what it answered to the same call before. Failures are not kept: they may be sent again."""
    name = request.headers.get(HEADER)
    if name is None:
        return work()
    if not name or len(name) > LONGEST or not (name.isascii() and name.isprintable()):
        raise ParseError(f"{HEADER} is not understood: send 1 to {LONGEST} letters, digits and signs.")
    reply, is_first = _claim(key, name, fingerprint(request))
    if not is_first:
        return _again(reply, fingerprint(request))
    try:
        response = work()
    except BaseException:
        reply.delete()
        raise
    return _kept(reply, response)


def fingerprint(request: Request) -> str:
    """SHA-256 of what a call is; of a file its name and length, for its bytes are known by their own hash anyway."""
    given = dict(request.data)
    files = [[name, file.name, file.size] for name, file in request.FILES.items()]
    fields = {name: value for name, value in given.items() if name not in request.FILES}
    said = [request.method, request.path, fields, files]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _claim(key: Key, name: str, found: str) -> tuple[Reply, bool]:
    mine, now = Reply.objects.filter(key=key), timezone.now()
    mine.filter(created_at__lt=now - KEPT).delete()
    mine.filter(name=name, status=None, created_at__lt=now - GIVEN_UP).delete()
    return Reply.objects.get_or_create(key=key, name=name, defaults={"fingerprint": found})


def _again(reply: Reply, found: str) -> Response:
    if reply.fingerprint != found:
        raise AnotherCall
    if reply.status is None:
        raise AtWork
    return Response(reply.body, status=reply.status, headers={**_headers(reply.headers), SENT_AGAIN: "true"})


def _kept(reply: Reply, response: Response) -> Response:
    if response.status_code >= 400:
        reply.delete()
        return response
    reply.status, reply.body = response.status_code, response.data
    reply.headers = {name: response[name] for name in ("Location",) if response.has_header(name)}
    reply.save(update_fields=["status", "body", "headers"])
    return response


def _headers(kept: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in kept.items()}
