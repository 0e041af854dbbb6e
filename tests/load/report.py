"""What a day under load came to: a table of pages, one of memory, what was lost, and a picture of both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.load.browser import Visit
from tests.load.memory import GROWTH, Measured, grows, thirds
from tests.load.person import Diary

TARGET = 0.150
WITHOUT = {"signing in"}
"""Hashing a password is meant to take its time."""
MOST = {"PostgreSQL": 512e6, "Redis": 256e6}
"""Bytes: what fills its memory with pages that it has read, up to a limit of its own, is held to one."""


@dataclass
class Report:
    """What was seen, and what the rows say of it."""

    diary: Diary
    memory: Measured
    spent: dict[str, float]
    """Part → seconds of processor time."""
    seconds: float
    """How long it took, with the last answers."""
    began: float = 0.0
    """When all asked at once, on the monotonic clock."""
    wrong: list[str] = field(default_factory=list)
    """What the rows of questions and answers say that must not be."""

    @property
    def pages(self) -> list[Visit]:
        """Those that were asked for under load: since all asked at once."""
        return [visit for visit in self.diary.visits if visit.page not in WITHOUT and visit.at >= self.began]

    @property
    def p95(self) -> float:
        return percentile([visit.seconds for visit in self.pages], 95)

    def faults(self, *, target: float = TARGET, growth: float = GROWTH) -> list[str]:
        """What keeps the run from having passed; `target` in seconds, `growth` in percent."""
        late = f"p95 of pages is {1000 * self.p95:.0f} ms, above {1000 * target:.0f}"
        found = [late] if self.p95 > target else []
        errors = self.diary.errors
        found += [f"{len(errors)} pages failed: {errors[0]}"] if errors else []
        own = {name: points for name, points in self.memory.items() if name not in MOST}
        found += [f"{name} grows in memory" for name, points in own.items() if grows(points, growth)]
        most = {name: max((held for _, held in self.memory.get(name, ())), default=0) for name in MOST}
        found += [f"{name} holds {held / 1e6:.0f} MB" for name, held in most.items() if held > MOST[name]]
        return [*found, *self.diary.troubles[:10], *self.wrong]

    def lines(self) -> Iterator[str]:
        """The tables, in Markdown."""
        yield "| page | opened | p50 ms | p95 ms | max ms |"
        yield "|---|---|---|---|---|"
        for kind in sorted({visit.page for visit in self.pages}):
            yield _row(kind, [visit.seconds for visit in self.pages if visit.page == kind])
        yield _row("**all**", [visit.seconds for visit in self.pages])
        yield ""
        waits = sorted(self.diary.answered.values())
        yield (
            f"questions: {len(self.diary.asked)} asked, {len(waits)} answered before their readers' eyes"
            f" after {percentile(waits, 50):.1f} s (p50), {percentile(waits, 95):.1f} s (p95);"
            f" {len(self.diary.errors)} errors"
        )
        yield ""
        yield "| part | memory, MB: first third | second | last | last against second | processors |"
        yield "|---|---|---|---|---|---|"
        for name, points in sorted(self.memory.items()):
            one, two, three = (value / 1e6 for value in thirds(points))
            more = 100 * (three / (two or 1) - 1)
            busy = self.spent.get(name, 0) / self.seconds
            yield f"| {name} | {one:.0f} | {two:.0f} | {three:.0f} | {more:+.1f} % | {busy:.2f} |"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many percent do not exceed; 0 where there is none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share / 100) - 1, 0)] if ordered else 0.0


def _row(name: str, seconds: Sequence[float]) -> str:
    p50, p95, most = (1000 * percentile(seconds, share) for share in (50, 95, 100))
    return f"| {name} | {len(seconds)} | {p50:.0f} | {p95:.0f} | {most:.0f} |"
