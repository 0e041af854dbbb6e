"""Every address of the project, as everybody: nobody but its members finds a trace of a matter, or moves a thing in it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from corpus.models import Collection, Document, IngestJob, Membership
from lawqa.models import Answer, Claim, Question
from tests.access.cast import ASKED, CANARIES, OTHERS, TITLE, Cast, a_cast, suspend
from tests.access.routes import MATTER, OPENS, QUESTION, Route, routes

pytestmark = pytest.mark.django_db
NOT_HERE = {403, 404, 405}
TO_THE_DOOR = {301, 302, 401, *NOT_HERE}
SHARED = {"corpus:collection", "corpus:matter", "corpus:leave_matter", "corpus:document", "corpus:section",
          "corpus:comparison", "corpus:original", "corpus:places", "corpus:edition_file"}  # fmt: skip
"""What a colleague, who is a member and a reader, opens too."""
ONLY_POSTED = {"stop", "corpus:cancel", "corpus:retry", "corpus:member"}
NO_RECORD = {"answer_record"}
"""The answer was not sealed: its owner is told so."""


@pytest.fixture
def cast(settings: LazySettings) -> Iterator[Cast]:
    settings.LAWQA_LAPTOP = settings.LAWQA_ANONYMOUS = False
    cache.clear()
    yield a_cast()
    cache.clear()


def traces(response: Any, words: tuple[str, ...] = CANARIES) -> list[str]:
    """The words of the matter in a response: in its body and in its headers."""
    body = b"" if getattr(response, "is_async", False) else response.getvalue()
    whole = body + repr(sorted(response.headers.items())).encode()
    return [word for word in words if word.lower().encode() in whole.lower()]


def walk(
    cast: Cast, who: str, client: Client, logs: pytest.LogCaptureFixture
) -> Iterator[tuple[Route, str, Any]]:
    """GET of every address, with every key of the matter that fits."""
    for route in routes():
        # Nobody but an admin comes any further in the administration with one key than with another.
        most = None if who == "admin" or not route.name.startswith("admin:") else 1
        for address in islice(route.addresses(cast), most):
            logs.clear()
            response = client.get(address)
            ready = route.name != "readyz"  # nothing runs here that it asks for
            assert response.status_code < 500 or not ready, f"{who}: {address} is {response.status_code}"
            yield route, address, response


def test_what_an_address_opens_is_known() -> None:
    keyed = {route.name for route in routes() if route.own and route.converters}
    assert keyed == set(OPENS), "an address with a key: say in tests.access.routes.OPENS what it opens"
    assert len(routes()) > 60


def test_the_owner_opens_everything(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    shown = 0
    for route, address, response in walk(cast, "owner", cast.client("owner"), caplog):
        if route.name in OPENS:
            expected = (
                {405} if route.name in ONLY_POSTED else {404} if route.name in NO_RECORD else {200, 302}
            )
            assert response.status_code in expected, f"{address} is {response.status_code}"
        shown += bool(traces(response))
    assert shown >= 20


def test_a_colleague_opens_the_law_and_no_answer(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    for route, address, response in walk(cast, "colleague", cast.client("colleague"), caplog):
        if route.name in OPENS:
            expected = {200} if route.name in SHARED else NOT_HERE
            assert response.status_code in expected, f"{address} is {response.status_code}"
        assert not traces(response, (ASKED,)), f"{address} shows another’s question"


@pytest.mark.parametrize("who", ["stranger", "admin"])
def test_for_who_is_no_member_there_is_no_such_matter(
    cast: Cast, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for route, address, response in walk(cast, who, cast.client(who), caplog):
        if route.name in OPENS:
            assert response.status_code in NOT_HERE, f"{address} is {response.status_code}"
        assert not traces(response), f"{who}: {address} shows {traces(response)}"
        assert not [word for word in CANARIES if word in caplog.text], f"{address} logs words of the matter"


@pytest.mark.parametrize("who", ["signed out", "suspended"])
def test_who_is_not_let_in_is_sent_to_the_door(
    cast: Cast, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = cast.client(who)
    suspend(cast)
    for route, address, response in walk(cast, who, client, caplog):
        if route.own and route.name not in {"healthz", "readyz", "metrics"}:
            assert response.status_code in TO_THE_DOOR, f"{address} is {response.status_code}"
        assert not traces(response), f"{who}: {address} shows {traces(response)}"


def everything_of(cast: Cast) -> list[Any]:
    """All that somebody may want to change in the matter."""
    return [
        list(Collection.objects.filter(pk=cast.matter.pk).values()),
        list(Membership.objects.filter(collection=cast.matter).order_by("pk").values()),
        list(Document.objects.filter(collection=cast.matter).order_by("pk").values()),
        list(IngestJob.objects.filter(collection=cast.matter).order_by("pk").values()),
        list(Question.objects.filter(collections=cast.matter).order_by("pk").values()),
        Answer.objects.count(), Claim.objects.count(),
    ]  # fmt: skip


def foreign_fields(cast: Cast) -> dict[str, Any]:
    """Keys of the matter's things under every name by which a form takes one, and what a form might alter."""
    return {
        "text": "Who keeps hives?", "shelf": cast.matter.slug, "collections": [cast.matter.slug],
        "pinned": [cast.sections[0].pk], "excluded": [cast.sections[1].pk], "follows": cast.question.pk,
        "batch": cast.job.batch_id, "seen": f"{cast.question.pk}:x", "back": cast.question.pk, "remove": "1",
        "person": "stranger", "leads": "on", "may_add": "on", "becomes": "edition", "title": "Taken",
        "collection": cast.matter.pk, "user": cast.people["stranger"].pk, "id": cast.matter.pk,
    }  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_moves_a_thing_in_it(cast: Cast, who: str) -> None:
    client = cast.client(who)
    suspend(cast)
    before, fields = everything_of(cast), foreign_fields(cast)
    for route in routes():
        if who == "admin" and not route.own:
            continue  # an admin’s own work, on people and keys
        if who == "colleague" and route.name == "corpus:leave_matter":
            continue
        for address in route.addresses(cast):
            response = client.post(address, fields)
            assert response.status_code < 500, f"{who}: POST {address} is {response.status_code}"
            if who != "colleague":
                assert not traces(response), f"{who}: POST {address} shows {traces(response)}"
            if "accounts" in address and who in {"colleague", "stranger"}:
                client.force_login(cast.people[who])
    assert everything_of(cast) == before


def test_lists_and_counts_are_the_same_whatever_a_matter_holds(cast: Cast) -> None:
    client = cast.client("stranger")
    pages = ("/", "/library/", "/questions/", "/library/jobs/", "/matters/", "/library/add/")
    before = [plain(client.get(page)) for page in pages]
    twin = cast.document
    twin.pk, twin.key, twin.jurisdiction = None, "deed-2", "qq"
    twin.save()
    assert [plain(client.get(page)) for page in pages] == before
    assert TITLE.encode() in cast.client("owner").get(f"/library/{cast.matter.slug}/").content


def plain(response: Any) -> str:
    """Without what differs each time: the token of the form and the number of the batch."""
    assert response.status_code == 200
    return re.sub(r'name="(?:csrfmiddlewaretoken|batch)" value="[^"]+"', "", response.content.decode())


def test_the_tables_of_this_file_name_real_addresses() -> None:
    assert set(OPENS) >= SHARED | ONLY_POSTED | NO_RECORD
    assert {MATTER, QUESTION} <= set(OPENS.values())
