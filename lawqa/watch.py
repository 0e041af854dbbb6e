"""Who follows a question through the stages. This one keeps the times and tells nobody."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from lawqa.operations import telemetry
from lawqa.types import DraftClaim, Query, Restated, Source, VerifiedClaim

STAGES = ("conversation", "citations", "keywords", "retrieval", "writing", "verification")


class Watch:
    """Measures the stages; subclasses record or print what happens."""

    def __init__(self) -> None:
        self.timings: dict[str, int] = {}
        """Milliseconds a stage, in the order in which they ended."""
        self.notes: defaultdict[str, list[str]] = defaultdict(list)
        """What the stages said of themselves."""
        self.troubled: set[str] = set()
        """Stages in which something failed that a reader should know of."""
        self.first_claim_ms: int | None = None
        """From the beginning to the first claim that may be shown."""
        self._started = time.perf_counter()
        self._waited = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside, and say that it is done."""
        started, waited = time.perf_counter(), self._waited
        with telemetry.span(f"stage {name}"):
            yield
        spent = time.perf_counter() - started - (self._waited - waited)
        self._spend(name, spent)
        self.stage_done(name)

    def each(
        self, drafts: Iterable[DraftClaim], check: Callable[[DraftClaim], VerifiedClaim]
    ) -> Iterator[VerifiedClaim]:
        """Verify claims while they are still being written, each seen as soon as it has its verdicts.

        What is spent on waiting for the writer counts as writing. Once the reader has stopped it, no other is taken.
        """
        waiting = self._waiting("writing", drafts)
        while not self.stopped() and (draft := next(waiting, None)) is not None:
            claim = check(draft)
            if claim.shown and self.first_claim_ms is None:
                self.first_claim_ms = round(1000 * (time.perf_counter() - self._started))
            self.verified(claim)
            yield claim

    def note(self, stage: str, text: str, *, trouble: bool = False) -> None:
        """Something that a reader may want to know of a stage; `trouble`: of what failed in it."""
        if text not in self.notes[stage]:
            self.notes[stage].append(text)
        if trouble:
            self.troubled.add(stage)

    def stopped(self) -> bool:
        """Whether the reader wants no more of it."""
        return False

    def restated(self, restated: Restated) -> None:
        """The question is read."""

    def stage_done(self, name: str) -> None:
        """A stage has ended."""

    def found(self, query: Query, sources: Sequence[Source]) -> None:
        """The sources are known."""

    def verified(self, claim: VerifiedClaim) -> None:
        """One claim has its verdicts."""

    def _spend(self, name: str, seconds: float) -> None:
        self.timings[name] = self.timings.get(name, 0) + round(1000 * seconds)

    def _waiting(self, name: str, drafts: Iterable[DraftClaim]) -> Iterator[DraftClaim]:
        source = iter(drafts)
        while True:
            started = time.perf_counter()
            draft = next(source, None)
            waited = time.perf_counter() - started
            self._waited += waited
            self._spend(name, waited)
            if draft is None:
                return
            yield draft
