"""The bench as one page with tables and plots that opens from a disk without a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from lawqa.evaluation.scale.bench import LARGEST
from lawqa.evaluation.scale.report import Report

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 12, 38
STEPS = (1, 2, 5)
OURS = "lawqa"
DECADES = range(-1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measure over size, in the plot's coordinates."""

    name: str
    place: int
    """Of its colour."""
    dots: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.dots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Lines over the number of passages; both axes are logarithmic."""

    title: str
    lines: tuple[Line, ...]
    columns: tuple[tuple[float, str], ...]
    rows: tuple[tuple[float, str], ...]


Series = Mapping[str, Sequence[tuple[float, float]]]
"""Name → (passages, measure)."""


def write_page(path: Path, report: Report, left_out: Mapping[str, str]) -> None:
    """Write the page; `left_out` names the alternatives that were not measured, each with what they lack."""
    path.write_text(render_to_string("scale.html", context(report, left_out)), encoding="utf-8")


def context(report: Report, left_out: Mapping[str, str]) -> dict[str, Any]:
    """What the page shows: sizes at which everything was measured."""
    whole = [size for size in report.sizes if "quality" in report.at(size)]
    return {
        "report": report, "left_out": left_out, "largest": LARGEST,
        "sizes": [report.at(size) for size in whole],
        "compared": [(size, report.at(size), report.alternatives(size)) for size in whole if report.alternatives(size)],
        "plots": plots(report), "width": WIDTH, "height": HEIGHT, "left": LEFT, "base": HEIGHT - BOTTOM,
        "right": WIDTH - RIGHT,
    }  # fmt: skip


def plots(report: Report) -> list[Plot]:
    """Latency and memory over size: of the project, then beside the alternatives."""
    sizes = [size for size in report.sizes if "search" in report.at(size)]

    def ours(measure: Callable[[Mapping[str, Any]], float]) -> list[tuple[float, float]]:
        return [(report.at(size)["build"]["passages"], measure(report.at(size)["search"])) for size in sizes]

    latency = {
        f"{name}, {clients} client{'s' if clients != '1' else ''}": ours(lambda found, c=clients, n=name: found["clients"][c][n])  # type: ignore[misc]  # mypy knows no default values of a lambda
        for clients in ("1", "8") for name in ("p50", "p95")
    }  # fmt: skip
    memory = {OURS: ours(lambda found: found["memory"]["mb"])}
    alone = {OURS: ours(lambda found: found["clients"]["1"]["p50"])}
    for name in report.names_of_alternatives:
        memory[name] = report.over_size(name, lambda found: found["memory"]["mb"])
        alone[name] = report.over_size(name, lambda found: found["clients"]["1"]["p50"])
    return [
        plot("A hybrid search, ms", latency), plot("Memory of a process that searches, MB", memory),
        plot("One search by one client, p50, ms", alone),
    ]  # fmt: skip


def plot(title: str, series: Series) -> Plot:
    """Axes end at round numbers around what was measured; a series without measures is left out."""
    known = {name: points for name, points in series.items() if points}
    across = axis([x for points in known.values() for x, _ in points])
    up = axis([y for points in known.values() for _, y in points])
    lines = tuple(
        Line(name=name, place=place, dots=tuple((_across(x, across), _up(y, up)) for x, y in points))
        for place, (name, points) in enumerate(known.items())
    )
    return Plot(
        title=title, lines=lines, columns=tuple((_across(mark, across), words(mark)) for mark in marks(across)),
        rows=tuple((_up(mark, up), words(mark)) for mark in marks(up)),
    )  # fmt: skip


def axis(values: Sequence[float]) -> tuple[float, float]:
    """From the last mark below all values to the first above them; from 1 to 10 for no values."""
    positive = [value for value in values if value > 0] or [1, 10]
    low = max((step for step in _all_marks() if step <= min(positive)), default=min(positive))
    high = min((step for step in _all_marks() if step >= max(positive)), default=max(positive))
    return low, high if high > low else 10 * low


def marks(ends: tuple[float, float]) -> list[float]:
    return [step for step in _all_marks() if ends[0] <= step <= ends[1]]


def _all_marks() -> list[float]:
    return [step * 10.0**power for power in (*DECADES, 6, 7) for step in STEPS]


def _across(value: float, ends: tuple[float, float]) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * _share(value, ends), 1)


def _up(value: float, ends: tuple[float, float]) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(value, ends), 1)


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return math.log(min(max(value, low), high) / low) / math.log(high / low)


def words(number: float) -> str:
    """`50`, `10 k`, `1 M`, `.5`."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:g} M"
    if number >= 10_000:
        return f"{number / 1000:g} k"
    return f"{number:g}"


def together(processes: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Of several processes that searched at once: the middle of their p50, the worst of their p95."""
    found = list(processes)
    return {
        "p50": sorted(one["p50"] for one in found)[len(found) // 2], "p95": max(one["p95"] for one in found),
        "a_second": round(sum(one["a_second"] for one in found), 1), "count": len(found),
    }  # fmt: skip
