"""Processes are replaced one after the other with questions and files in hand: nothing is lost, nothing is there twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException

import pytest
from django.db.models import F
from django.db.models.functions import Now

from corpus.models import Collection, IngestJob
from lawqa.models import Answer, Event, Question
from tests import servers
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import QUICK, Installation
from tests.fault.reader import Reader
from tests.servers import Redis
from tests.waiting import until

State = IngestJob.State
FILES, QUESTIONS, ROUNDS = (20, 6, 10) if FULL else (2, 3, 1)
SLOW = (*QUICK, "slow-embedding", "slow-answers", "quick-death")
AT_ONCE = "SIGQUIT"
"""What SIGTERM is to a worker wherever it is installed: it ends, and gives back what it has in hand."""
Seen = list[tuple[int, str]]


def follow(port: int, address: str) -> Seen:
    """What a page shows of a question: after a break it goes on from the last event that it saw, as a browser does."""
    seen: Seen = []

    def look() -> bool:
        try:
            for event in Reader(port).events(address, seen[-1][0] if seen else 0):
                seen.append(event)
        except (OSError, HTTPException):
            pass
        return bool(seen) and seen[-1][1] in ("done", "failed")

    until(look, 120, "the page shows the answer", every=0.5)
    return seen


def ask(found: Installation) -> list[str]:
    """Addresses of the answers."""
    reader = Reader(found.port)
    asked = [reader.ask(f"Who shall register hive {number}?", "county") for number in range(QUESTIONS)]
    assert {reply.status for reply in asked} == {302}
    return [reply.location for reply in asked]


def add_files(found: Installation, number: int = 0) -> None:
    for one in range(number * FILES, (number + 1) * FILES):
        found.add(f"act {one}.txt", law.text(one, 20))


def a_file_is_in_hand() -> bool:
    """With at least two chunks to embed, so that it is not done in the next moment."""
    running = IngestJob.objects.filter(state=State.RUNNING, done__gt=0)
    return running.filter(total__gte=F("done") + 8).exists()


def a_question_is_in_hand() -> bool:
    """Taken up just now, so that it is not answered in the next moment."""
    just_now = Now() - dt.timedelta(seconds=1)
    return Question.objects.filter(state=Question.State.RUNNING, started_at__gt=just_now).exists()


IN_HAND = {"worker": a_question_is_in_hand, "ingester": a_file_is_in_hand, "beat": lambda: True}


def replace(found: Installation, kind: str, number: int) -> None:
    """The new process comes up beside the old one, which is asked to end with work in hand."""
    until(IN_HAND[kind], 60, f"the {kind} is at work", every=0.05)
    found.start(f"{kind}-{number + 1}", REMAP_SIGTERM=AT_ONCE)
    found.ask_to_end(f"{kind}-{number}")


@pytest.fixture
def rolling(install: Installing) -> Iterator[Installing]:
    """Makes installations as they are where processes are replaced: with Redis, at full size with PostgreSQL too."""
    with ExitStack() as stack:

        def make(*patches: str) -> Installation:
            found = install(patches=(*SLOW, *patches), **database)
            found.broker = stack.enter_context(Redis(found.data / "redis")).address
            return found

        database = {"database": stack.enter_context(servers.postgres_server()).address} if FULL else {}
        yield make


def replace_everything(found: Installation) -> None:
    Collection.objects.create(slug="county", name="County")
    for kind in ("beat", "ingester", "worker"):
        found.start(f"{kind}-0", REMAP_SIGTERM=AT_ONCE)
    found.serve()
    with ThreadPoolExecutor(QUESTIONS * ROUNDS) as pool:
        pages: list[Future[Seen]] = []
        for number in range(ROUNDS):
            pages += [pool.submit(follow, found.port, address) for address in ask(found)]
            replace(found, "worker", number)
            found.ask_to_end("web")
            found.serve()
            add_files(found, number)
            replace(found, "ingester", number)
            replace(found, "beat", number)
        found.settle(90 + 10 * FILES * ROUNDS)
        shown = [page.result() for page in pages]
    check(found)
    assert set(IngestJob.objects.values_list("state", flat=True)) == {State.READY}
    nothing_is_missing_of(shown)


def nothing_is_missing_of(shown: list[Seen]) -> None:
    """Each question has one answer, and each page saw every event of it once, in order."""
    assert set(Question.objects.values_list("state", flat=True)) == {Question.State.DONE}
    assert Answer.objects.count() == QUESTIONS * ROUNDS
    kept = list(Event.objects.order_by("question", "pk").values_list("question", "pk", "kind"))
    of_each = {pk: [(key, kind) for one, key, kind in kept if one == pk] for pk, _, _ in kept}
    assert sorted(shown) == sorted(of_each.values()), "a page missed an event, or saw one twice"
    assert [sum(kind == "done" for _, kind in seen) for seen in shown] == [1] * len(shown)


def test_processes_replaced_one_after_the_other_lose_nothing(rolling: Installing) -> None:
    replace_everything(rolling())
    taken_up = IngestJob.objects.filter(attempts__gt=1).count()
    again = Question.objects.filter(attempts__gt=1).count()
    print(f"{taken_up} files and {again} questions were taken up by another worker")
    assert taken_up, "no file was in hand"
    assert again, "no question was in hand"


def test_without_the_sweeper_the_file_in_hand_is_lost(rolling: Installing) -> None:
    found = rolling("no-sweeper")
    add_files(found)
    found.start("ingester-0", REMAP_SIGTERM=AT_ONCE)
    replace(found, "ingester", 0)
    until(lambda: IngestJob.objects.unfinished().count() == 1, 60 + 10 * FILES, "the others end")
    with pytest.raises(AssertionError, match="all jobs end"):
        found.settle(6)
