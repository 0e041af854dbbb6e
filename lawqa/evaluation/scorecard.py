"""The scorecard: what was measured, as one page with tables and plots that opens from a disk without a network."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from corpus.holdings import holdings
from corpus.models import Collection
from lawqa.evaluation.answers import KINDS
from lawqa.evaluation.kinds import QuestionKind
from lawqa.inference import Models, Role

WIDTH, HEIGHT, EDGE, DOT = 640, 190, 34, 7
"""Of a plot, in units of its own coordinates: its size, the room around its axis, the room of a dot."""
STEPS_MS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 120_000)
"""Marks of the time axis, which is logarithmic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a bar, in percent of its length."""

    name: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The measures of one kind of question, and its bar."""

    kind: str
    measures: Mapping[str, Any]
    bar: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """A plot of one dot a question over time, and the marks of its axis."""

    title: str
    dots: tuple[tuple[float, float], ...]
    marks: tuple[tuple[float, str], ...]
    median: float | None
    note: str


def write_scorecard(
    path: Path,
    answers: Mapping[str, Any],
    *,
    retrieval: Mapping[str, Mapping[str, Any]],
    claims: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write the page; `retrieval` holds a report a shelf, `claims` one a file."""
    path.write_text(render_to_string("scorecard.html", context(answers, retrieval, claims)), encoding="utf-8")


def context(
    answers: Mapping[str, Any],
    retrieval: Mapping[str, Mapping[str, Any]],
    claims: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """What the page shows."""
    questions = answers["questions"]
    models = Models()
    return {
        "made_at": timezone.now(), "total": Row(kind="all", measures=answers, bar=bar(questions)),
        "rows": [
            kind_row(kind, answers, [q for q in questions if q["kind"] == kind]) for kind in QuestionKind
        ],
        "plots": [
            dots("To the first sentence", [q["first_claim_ms"] for q in questions if q["first_claim_ms"]]),
            dots("To the end", [q["ms"] for q in questions]),
        ],
        "retrieval": retrieval, "claims": claims, "questions": questions, "held": holdings(Collection.objects.all()),
        "servers": {role.value: models.serves(role) for role in Role}, "encoder": settings.LAWQA_ENCODER,
        "cores": os.cpu_count(), "width": WIDTH, "height": HEIGHT, "base": HEIGHT - EDGE,
    }  # fmt: skip


def kind_row(kind: QuestionKind, answers: Mapping[str, Any], questions: Sequence[Mapping[str, Any]]) -> Row:
    """A kind without a question is a row too: what was not measured is said."""
    return Row(kind=kind.value, measures=answers[KINDS].get(kind.value, {"n": 0}), bar=bar(questions))


def bar(questions: Sequence[Mapping[str, Any]]) -> tuple[Segment, ...]:
    """The questions by what became of them; counts that are 0 are left out."""
    counts = {
        "answered, cites a labelled section": 0,
        "answered from other sections": 0,
        "declined, rightly": 0,
        "declined, though something answers": 0,
        "answered, though nothing does": 0,
    }
    for question in questions:
        counts[fate(question)] += 1
    segments: list[Segment] = []
    start = 0.0
    for name, count in counts.items():
        width = 100 * count / len(questions) if questions else 0.0
        segments.append(Segment(name=name, count=count, start=round(start, 2), width=round(width, 2)))
        start += width
    return tuple(segments)


def fate(question: Mapping[str, Any]) -> str:
    """What became of a question, in the words of the legend."""
    if question["outcome"] != "answered":
        return "declined, though something answers" if question["answerable"] else "declined, rightly"
    if not question["answerable"]:
        return "answered, though nothing does"
    return "answered, cites a labelled section" if question["cites_gold"] else "answered from other sections"


def dots(title: str, times: Sequence[float]) -> Dots:
    """Times on a logarithmic axis; dots that would lie on each other are stacked."""
    if not times:
        return Dots(title=title, dots=(), marks=(), median=None, note="Nothing was measured.")
    ordered = sorted(times)
    low, high = bounds(ordered)
    median = ordered[len(ordered) // 2]
    marks = tuple((round(place(step, low, high), 1), words(step)) for step in STEPS_MS if low <= step <= high)
    note = f"{len(times)} questions, median {words(median)}, slowest {words(ordered[-1])}."
    return Dots(
        title=title, dots=stacked(place(time, low, high) for time in ordered), marks=marks,
        median=round(place(median, low, high), 1), note=note,
    )  # fmt: skip


def bounds(ordered: Sequence[float]) -> tuple[float, float]:
    """The ends of the axis: marks around the times, the second at least twice the first."""
    low = max((step for step in STEPS_MS if step <= ordered[0]), default=min(STEPS_MS[0], ordered[0]))
    high = min((step for step in STEPS_MS if step >= ordered[-1]), default=ordered[-1])
    return low, max(high, 2 * low)


def stacked(places: Iterable[float]) -> tuple[tuple[float, float], ...]:
    """Dots on a grid of columns, each above the one before it in its column."""
    columns: Counter[int] = Counter()
    found: list[tuple[float, float]] = []
    for x in places:
        column = round(x / DOT)
        columns[column] += 1
        found.append((round(column * DOT, 1), max(DOT, HEIGHT - EDGE - DOT * columns[column])))
    return tuple(found)


def place(time: float, low: float, high: float) -> float:
    """Where a time stands on the axis from `low` to `high`, all in milliseconds."""
    inside = min(max(time, low), high)
    return EDGE + (WIDTH - 2 * EDGE) * math.log(inside / low) / math.log(high / low)


def words(milliseconds: float) -> str:
    """A time as people read it: `80 ms`, `1.4 s`, `20 s`."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{round(milliseconds / 1000, 1):g} s"
