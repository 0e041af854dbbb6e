"""An attack on the writer and the checks, over HTTP, and the count of what of it a reader would have seen."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.types import Filters
from lawqa.inference import Models
from lawqa.judging import judge_of
from lawqa.types import Draft, Keywords, Query, QuoteMatch, Source, VerifiedClaim
from lawqa.verification import checker, find_quote
from lawqa.writing.drafting import DraftingWriter
from tests.adversary.law import Told
from tests.adversary.server import Adversary, Key
from tests.model_server import ModelServer, model_server

DAY = dt.date(2026, 3, 1)
QUERY = Query(
    text="What does the law say?", keywords=Keywords(terms=()), named=(), filters=Filters(as_of=DAY)
)


@dataclass(slots=True)
class Count:
    """Claims of one kind."""

    sent: int = 0
    withheld: int = 0

    @property
    def share(self) -> float:
        return self.withheld / self.sent if self.sent else 1.0


@dataclass(slots=True)
class Tally:
    """What became of what was sent: wrong and right claims, by kind."""

    wrong: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    right: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    shown: list[tuple[Told, VerifiedClaim]] = field(default_factory=list)
    missed: list[Told] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    unquoted: list[VerifiedClaim] = field(default_factory=list)
    """Shown, and the quote does not stand in the source: there must be none."""

    def add(self, told: Told, *, shown: bool) -> None:
        kind = told.kind if told.form == "whole" else f"{told.kind}, {told.form}"
        count = (self.wrong if told.wrong else self.right)[kind]
        count.sent += 1
        count.withheld += not shown
        if shown is told.wrong:
            (self.missed if told.wrong else self.refused).append(told)

    @property
    def caught(self) -> float:
        return self._all(self.wrong).share

    @property
    def false_alarms(self) -> float:
        return self._all(self.right).share

    @property
    def wrong_sent(self) -> int:
        return self._all(self.wrong).sent

    @property
    def right_sent(self) -> int:
        return self._all(self.right).sent

    @staticmethod
    def _all(kinds: dict[str, Count]) -> Count:
        return Count(sum(one.sent for one in kinds.values()), sum(one.withheld for one in kinds.values()))

    def table(self) -> str:
        """A line a kind: how many were sent, how many withheld."""
        lines = [f"{'kind':<44}{'n':>6}{'withheld':>10}"]
        for title, kinds in (("WRONG", self.wrong), ("RIGHT", self.right)):
            total = self._all(kinds)
            lines += [f"{name:<44}{one.sent:>6}{one.share:>10.3f}" for name, one in sorted(kinds.items())]
            lines.append(f"{title:<44}{total.sent:>6}{total.share:>10.3f}")
        return "\n".join(lines)


def attack(
    sources: Sequence[Source],
    adversary: Adversary,
    *,
    rounds: int = 1,
    judge: bool = False,
    tally: Tally | None = None,
) -> Tally:
    """Ask the adversary about the sources so many times, through Models, the writer and the checker."""
    tally = tally or Tally()
    roles = ("answer", "judge") if judge else ("answer",)
    with model_server(adversary) as server:
        for _ in range(rounds):
            before = len(adversary.told)
            claims = _answered(sources, server, roles)
            _count(adversary.told[before:], claims, sources, tally)
    return tally


def _answered(sources: Sequence[Source], server: ModelServer, roles: Iterable[str]) -> list[VerifiedClaim]:
    """As in lawqa.pipeline: written, checked, those that failed written again and checked."""
    models = Models(servers=server.roles(*roles))
    writer = DraftingWriter(QUERY, sources, models, Draft())
    check = checker(sources, as_of=DAY, judge=judge_of(models))
    claims = [check(claim) for claim in writer.claims()]
    claims += [check(claim) for claim in writer.rewritten([claim for claim in claims if not claim.shown])]
    return claims


def _count(
    told: Sequence[Told], claims: Sequence[VerifiedClaim], sources: Sequence[Source], tally: Tally
) -> None:
    texts = {source.marker: source.section_text for source in sources}
    markers = {source.label: source.marker for source in sources}
    shown: dict[tuple[str, str, str], VerifiedClaim] = {}
    for claim in claims:
        for citation in claim.claim.citations if claim.shown else ():
            shown[claim.claim.text, " ".join(citation.quote.split()), citation.marker] = claim
            if find_quote(citation.quote, texts[citation.marker]).match is QuoteMatch.NOT_FOUND:
                tally.unquoted.append(claim)
    for one in told:
        key = Key.of(one)
        label = max((label for label in markers if one.label.startswith(label)), key=len, default="")
        found = shown.get((key.text, key.quote, markers.get(label, "")))
        tally.add(one, shown=found is not None)
        if found is not None:
            tally.shown.append((one, found))
