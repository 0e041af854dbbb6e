"""Who follows a question through the stages. This one keeps the times and tells nobody."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from lawqa.types import Query, Source, VerifiedClaim

STAGES = ("citations", "keywords", "retrieval", "writing", "verification")


class Watch:
    """Measures the stages; subclasses record or print what happens."""

    def __init__(self) -> None:
        self.timings: dict[str, int] = {}
        """Milliseconds a stage, in the order in which they ended."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.timings[name] = round(1000 * (time.perf_counter() - started))
        self.stage_done(name)

    def each(self, claims: Iterable[VerifiedClaim]) -> Iterator[VerifiedClaim]:
        """The same claims, each seen as soon as it is verified."""
        for claim in claims:
            self.verified(claim)
            yield claim

    def stage_done(self, name: str) -> None:
        """A stage has ended."""

    def found(self, query: Query, sources: Sequence[Source]) -> None:
        """The sources are known."""

    def verified(self, claim: VerifiedClaim) -> None:
        """One claim has its verdicts."""
