"""Many people at once: what was removed or closed before a search began is never found by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from corpus import jobs
from corpus.models import Collection, IngestJob
from corpus.types import Filters
from lawqa.inference import Models
from lawqa.pipeline import answer
from lawqa.types import Request
from lawqa.watch import Watch
from tests.fault import law
from tests.fault.checker import check
from tests.fault.conftest import FULL, Installing
from tests.fault.installation import Installation
from tests.waiting import until

State = IngestJob.State
THREADS = 8
MINUTES = 10 if FULL else 0.3
SHELVES = ("north", "south", "east")


@dataclass
class Known:
    """One file as the model sees it. Times are of one clock; what is in between two is uncertain."""

    number: int
    shelf: str
    word: str
    job: IngestJob
    gone_since: float | None = None
    returning: bool = False


@dataclass
class Model:
    """What must not be found, whatever the other threads do."""

    files: list[Known] = field(default_factory=list)
    closed_since: dict[str, float | None] = field(default_factory=dict)
    found_wrongly: list[str] = field(default_factory=list)
    searches: int = 0


class Town(RuleBasedStateMachine):
    """Each step does up to eight things at once, each in a thread of its own, as eight people would."""

    found: Installation
    numbers: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()

    things = st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "restore", "close", "open", "search", "search", "search"]),
            st.integers(0, 50),
        ),
        min_size=2, max_size=THREADS,
    )  # fmt: skip

    @rule(things=things)
    def all_at_once(self, things: list[tuple[str, int]]) -> None:
        acts: list[Callable[[], None]] = []
        touched: set[object] = set()
        for name, which in things:
            acts.extend(self._act(name, which, touched))
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(_with_own_connection, acts))

    def _act(self, name: str, which: int, touched: set[object]) -> list[Callable[[], None]]:
        """One person's doing; two never change the same thing in one step, or nobody could say what holds."""
        shelf = SHELVES[which % len(SHELVES)]
        if name == "add":
            number = next(self.numbers)
            return [lambda: self._add(number, shelf)]
        target: object = shelf if name in ("close", "open") else self._file(which)
        if target is None or (name != "search" and target in touched):
            return []
        if name != "search":
            touched.add(target)
        return [lambda: getattr(self, f"_{name}")(target)]

    def _file(self, which: int) -> int | None:
        return which % len(self.model.files) if self.model.files else None

    def _add(self, number: int, shelf: str) -> None:
        word = f"zebu{number}"
        content = (
            law.text(number, 2) + f"\n\n3. Mark.\n(1) Every {word} shall be marked within 9 days.\n".encode()
        )
        job = self.found.add(f"act {number}.txt", content, shelf=shelf)
        self.model.files.append(Known(number, shelf, word, job))

    def _remove(self, which: int) -> None:
        known = self.model.files[which]
        known.returning = False
        if jobs.cancel(known.job) or jobs.remove(known.job):
            known.gone_since = time.monotonic()

    def _restore(self, which: int) -> None:
        known = self.model.files[which]
        if known.gone_since is not None:
            known.returning, known.gone_since = True, None
            jobs.retry(known.job)

    def _close(self, shelf: str) -> None:
        if Collection.objects.filter(slug=shelf).update(access=Collection.Access.MATTER):
            self.model.closed_since[shelf] = time.monotonic()

    def _open(self, shelf: str) -> None:
        self.model.closed_since[shelf] = None
        Collection.objects.filter(slug=shelf).update(access=Collection.Access.PUBLIC)

    def _search(self, which: int) -> None:
        known = self.model.files[which]
        began = time.monotonic()
        shown = search(known.word)
        self.model.searches += 1
        gone, closed = known.gone_since, self.model.closed_since.get(known.shelf)
        for since in (gone, closed):
            if since is not None and since < began and known.word in shown:
                self.model.found_wrongly.append(f"{known.word} on {known.shelf}")

    @precondition(lambda self: self.model.files)
    @rule(which=st.integers(0, 50))
    def becomes_searchable(self, which: int) -> None:
        known = self.model.files[which % len(self.model.files)]
        if known.gone_since is None and self.model.closed_since.get(known.shelf) is None:
            until(lambda: _state(known) not in (State.QUEUED, State.RUNNING), 60, "the job ends")
            assert _state(known) == State.READY
            assert known.word in search(known.word), f"{known.word} is not found"

    @invariant()
    def nothing_is_found_wrongly(self) -> None:
        assert not self.model.found_wrongly, "found though it was gone"

    def teardown(self) -> None:
        self.found.settle(120)
        check(self.found)
        Collection.objects.all().update(access=Collection.Access.PUBLIC)


def _state(known: Known) -> str:
    return IngestJob.objects.get(pk=known.job.pk).state


def _with_own_connection(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()


def search(word: str) -> str:
    """Everything that a stranger's question shows: the passages before the writer."""
    readable = Collection.objects.readable_by(AnonymousUser()).values_list("pk", flat=True)
    filters = Filters(as_of=timezone.localdate(), collections=frozenset(readable))
    finished = answer(
        Request(text=f"Within how many days shall every {word} be marked?", filters=filters),
        Watch(),
        Models(),
    )
    return " ".join(source.section_text for source in finished.sources)


def run(found: Installation, seconds: float) -> None:
    """As many histories as there is time for."""
    found.start("beat")
    found.start("ingester")
    town = type("Town", (Town,), {"found": found, "numbers": iter(range(10**6))})
    ends = time.monotonic() + seconds
    histories = 0
    while time.monotonic() < ends or not histories:
        histories += 1
        run_state_machine_as_test(
            town,
            settings=settings(
                max_examples=1, stateful_step_count=12, deadline=None, database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    print(f"{histories} histories, {IngestJob.objects.count()} files")


def test_what_is_gone_is_not_found_whatever_happens_at_the_same_time(install: Installing) -> None:
    run(install(), 60 * MINUTES)


@pytest.mark.parametrize("protection", ["shelves", "rows"])
def test_without_its_protections_it_would_be_found(
    install: Installing, monkeypatch: pytest.MonkeyPatch, protection: str
) -> None:
    """One history in which a file is found after it was removed, or after its shelf was closed."""
    found = install()
    for role in ("beat", "ingester"):
        found.start(role)
    town = type("Town", (Town,), {"found": found, "numbers": iter(range(100))})()
    if protection == "shelves":
        monkeypatch.setattr("corpus.models.shelves.CollectionQuerySet.readable_by", lambda self, user: self)
    else:
        monkeypatch.setattr(jobs, "withdraw", lambda edition: None)
    town._add(1, "north")
    found.settle(60)
    town._search(0)
    town.nothing_is_found_wrongly()
    (town._close if protection == "shelves" else town._remove)("north" if protection == "shelves" else 0)
    town._search(0)
    with pytest.raises(AssertionError, match="found though it was gone"):
        town.nothing_is_found_wrongly()
