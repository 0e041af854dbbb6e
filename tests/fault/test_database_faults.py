"""PostgreSQL is stopped at once and started again: what was acknowledged is kept, what was not was refused in words."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.db import connection

from corpus.models import Collection, IngestJob
from lawqa.models import Question
from tests import servers
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader, Reply
from tests.servers import Postgres
from tests.waiting import until

State = IngestJob.State
RESTARTS = 50 if FULL else 2
DOWN_SECONDS = 10 if FULL else 1
FORGETFUL = (
    "synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB", "wal_buffers=64MB",
    "bgwriter_lru_maxpages=0", "autovacuum=off",
)  # fmt: skip
"""A server that acknowledges first and writes up to ten seconds later. The last four keep everything else from
writing its log before then: a megabyte of it, full buffers, pages that are cleaned in the background."""
TRIES = 3
"""Requests that may fail after the database is back, of each kind: connections that were made before are found out."""
MENDED = (*QUICK, "quick-death")
REFUSED, RECEIVED, ASKED = HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.CREATED, HTTPStatus.FOUND


class Somebody:
    """Adds a file and asks a question, again and again, and notes what was said."""

    def __init__(self, found: Installation, first: int) -> None:
        self.found = found
        self.number = first
        self.asked: list[str] = []
        self.replies: list[Reply] = []
        self._stop = threading.Event()

    def upload(self) -> Reply:
        self.number += 1
        name, content = f"act {self.number}.txt", law.text(self.number, 1)
        reply = Reader(self.found.port).upload(name, content)
        if reply.status == RECEIVED:
            self.found.acknowledge(name, content, "our-law")
        return reply

    def ask(self) -> Reply:
        reply = Reader(self.found.port).ask(f"Who shall register hive {self.number}?", "county")
        if reply.status == ASKED:
            self.asked.append(reply.location)
        return reply

    def use(self) -> None:
        while not self._stop.is_set():
            self.replies += [self.upload(), self.ask()]
            time.sleep(0.05)

    @contextlib.contextmanager
    def at_it(self) -> Iterator[None]:
        self._stop.clear()
        thread = threading.Thread(target=self.use)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def every_reply_is_one(replies: list[Reply]) -> None:
    """An acknowledgement, or a refusal with a sentence; never a traceback."""
    assert {reply.status for reply in replies} <= {RECEIVED, ASKED, REFUSED}
    for reply in replies:
        if reply.status == REFUSED:
            assert b"again" in reply.body, "refused without a word of what to do"


def pages_come_back(somebody: Somebody) -> None:
    """Within a bounded number of tries, however long each takes."""
    for kind, good in ((somebody.upload, RECEIVED), (somebody.ask, ASKED)):
        statuses = [kind().status for _ in range(TRIES + 1)]
        assert statuses[-1] == good, f"the pages do not come back: {statuses}"


def everything_acknowledged_is_kept(found: Installation, somebody: Somebody) -> None:
    connection.close()
    held = set(IngestJob.objects.values_list("file__sha256", flat=True))
    lost = [known.name for known in found.acknowledged if known.sha256 not in held]
    asked = {f"/answers/{pk}/" for pk in Question.objects.values_list("pk", flat=True)}
    assert not lost, f"acknowledged and lost: {lost}"
    assert set(somebody.asked) <= asked, "acknowledged and lost: a question"


def restart_while_files_and_questions_come(
    found: Installation, server: Postgres, chance: random.Random
) -> None:
    Collection.objects.create(slug="county", name="County")
    workers = [found.start(role) for role in ("beat", "ingester", "worker")]
    found.serve()
    somebody = Somebody(found, chance.randrange(10**6))
    for _ in range(RESTARTS):
        with somebody.at_it():
            time.sleep(chance.uniform(1, 3))
            server.stop_at_once()
            time.sleep(DOWN_SECONDS)
            server.start()
        pages_come_back(somebody)
        everything_acknowledged_is_kept(found, somebody)
    every_reply_is_one(somebody.replies)
    refused = sum(reply.status == REFUSED for reply in somebody.replies)
    print(f"{len(found.acknowledged)} files, {len(somebody.asked)} questions acknowledged, {refused} refused")
    assert found.acknowledged
    assert refused, "nobody met the restart"
    assert [worker.poll() for worker in workers] == [None] * 3, "the same processes go on"


def answered(found: Installation) -> bool:
    """Once their readers, whose pages are still open, have followed each question to its end."""
    waiting = Question.objects.exclude(state__in=Question.FINISHED)
    for pk in waiting.values_list("pk", flat=True):
        list(Reader(found.port).events(f"/answers/{pk}/"))
    return not waiting.exists()


def test_what_was_acknowledged_survives_a_database_that_dies(install: Installing, seed: int) -> None:
    with servers.postgres_server() as server:
        found = install(database=server.address, patches=MENDED)
        restart_while_files_and_questions_come(found, server, random.Random(seed))
        found.settle(120 + 10 * RESTARTS)
        until(lambda: answered(found), 120, "every question ends", every=0.5)
        check(found)
        assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}
        for question in Question.objects.filter(state=Question.State.FAILED):
            assert question.events.filter(kind="failed", data__message__icontains="again").exists()


def test_a_database_that_acknowledges_before_it_has_written_is_noticed(
    install: Installing, seed: int
) -> None:
    with servers.postgres_server(*FORGETFUL) as server:
        found = install(database=server.address, patches=MENDED)
        with pytest.raises(AssertionError, match="acknowledged and lost"):
            restart_while_files_and_questions_come(found, server, random.Random(seed))
