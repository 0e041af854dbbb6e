"""What the operations page shows, put together for one admin.

An admin runs the shelf and reads no matter that is not his: of the questions of others it shows how long they took, never what they say.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from corpus.holdings import holdings, jurisdiction_name
from corpus.models import Collection, Generation, IngestJob
from lawqa.models import Answer, ModelCall, Question
from lawqa.operations import figures, plots, readiness
from lawqa.operations.models import ALIVE_FOR, Worker
from lawqa.progress import STAGES
from lawqa.types import Outcome

HOURS = 24
SLOWEST = 8
GENERATIONS = 5
OUTCOMES = {Outcome.ANSWERED: "answered", Outcome.NO_MATCH: "no match", Outcome.CORPUS_GAP: "law not held"}
NOT_AVAILABLE = "not available"
"""What every other outcome is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """A question that took long."""

    asked_at: dt.datetime
    ms: int
    parts: tuple[plots.Part, ...]
    """Of the bar of the slowest one: its stages."""
    writer: str
    question: Question | None
    """None: it is another person's, and not for this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """One role, and how its calls of the last day went."""

    role: str
    model: str
    host: str
    check: readiness.Check | None
    calls: int
    failed: int
    median_ms: float | None
    slow_ms: float | None
    """What 95 of 100 do not exceed."""
    plot: plots.Dots


def page(user: Any) -> dict[str, Any]:
    """Everything on it."""
    now = timezone.now()
    since = now - dt.timedelta(hours=HOURS)
    answers = figures.latest_answers(since)
    checks = readiness.everything()
    return {
        "checks": checks, "state": readiness.worst(checks), "questions": figures.questions(),
        "failed": figures.failed_questions(since),
        "files": _files(), "queues": figures.messages(), "hours": _hours(answers, since),
        "outcomes": (*OUTCOMES.values(), NOT_AVAILABLE), "times": _times(answers, since),
        "asked": len(answers), "most": figures.LATEST, "slowest": _slowest(answers, user),
        "stages": STAGES, "workers": list(Worker.objects.with_silence()), "alive_for": ALIVE_FOR,
        "index": figures.index(), "generations": list(Generation.objects.all()[:GENERATIONS]),
        "servers": _servers(since, checks), "stored": _stored(), "coverage": _coverage(user),
        "width": plots.WIDTH, "height": plots.HEIGHT, "left": plots.LEFT, "now": now,
    }  # fmt: skip


def _files() -> dict[str, Any]:
    queue = figures.files()
    names = dict(IngestJob.State.choices)
    counts = {str(names[state]): float(count) for state, count in queue.states.items()}
    return {"queue": queue, "parts": plots.stacked(counts), "total": sum(queue.states.values())}


def _hours(answers: Iterable[Answer], since: dt.datetime) -> plots.Columns:
    """Answers an hour by what they were."""
    buckets = [dict.fromkeys((*OUTCOMES.values(), NOT_AVAILABLE), 0) for _ in range(HOURS)]
    for answer in answers:
        place = int((answer.created_at - since).total_seconds() // 3600)
        if 0 <= place < HOURS:
            buckets[place][OUTCOMES.get(Outcome(answer.outcome), NOT_AVAILABLE)] += 1
    hours = [(since + dt.timedelta(hours=number)).hour for number in range(1, HOURS + 1)]
    return plots.columns(buckets, [f"{hour:02}:00" if hour % 6 == 0 else "" for hour in hours])


def _times(answers: Iterable[Answer], since: dt.datetime) -> plots.Dots:
    return plots.dots(
        ((_share(answer.created_at, since), figures.total_ms(answer)) for answer in answers), _axis(since)
    )


def _share(moment: dt.datetime, since: dt.datetime) -> float:
    return (moment - since).total_seconds() / (3600 * HOURS)


def _axis(since: dt.datetime) -> list[tuple[float, str]]:
    first = since.replace(minute=0, second=0, microsecond=0)
    moments = [first + dt.timedelta(hours=hours) for hours in range(1, HOURS + 1)]
    return [(_share(moment, since), f"{moment:%H:%M}") for moment in moments if moment.hour % 6 == 0]


def _slowest(answers: Sequence[Answer], user: Any) -> list[Slow]:
    chosen = sorted(answers, key=figures.total_ms, reverse=True)[:SLOWEST]
    longest = max(map(figures.total_ms, chosen), default=0)
    readable = Question.objects.visible_to(user).in_bulk([answer.question_id for answer in chosen])
    return [
        Slow(
            asked_at=answer.question.asked_at, ms=figures.total_ms(answer), writer=answer.writer,
            parts=_stages(answer, longest), question=readable.get(answer.question_id),
        )
        for answer in chosen
    ]  # fmt: skip


def _stages(answer: Answer, longest: int) -> tuple[plots.Part, ...]:
    """Its stages, in parts of the longest bar."""
    spent = {stage: float(answer.timings.get(stage, 0)) for stage in STAGES}
    rest = {"": float(longest - figures.total_ms(answer))}
    return tuple(part for part in plots.stacked({**spent, **rest}) if part.name)


def _servers(since: dt.datetime, checks: Iterable[readiness.Check]) -> list[ModelServer]:
    called: defaultdict[str, list[ModelCall]] = defaultdict(list)
    for call in figures.latest_calls(since):
        called[call.role].append(call)
    by_name = {check.name: check for check in checks}
    return [
        _server(role.value, server, called[role.value], by_name.get(f"model: {role}"), since)
        for role, server in settings.LAWQA_SERVERS.items()
    ]


def _server(
    role: str, server: Any, calls: Sequence[ModelCall], check: readiness.Check | None, since: dt.datetime
) -> ModelServer:
    took = [call.ms for call in calls if not call.failure]
    points = ((_share(call.answer.created_at, since), call.ms) for call in calls)
    return ModelServer(
        role=role, model=server.model, host=urlsplit(server.url).netloc, check=check, calls=len(calls),
        failed=len(calls) - len(took), median_ms=figures.quantile(took, 0.5), slow_ms=figures.quantile(took, 0.95),
        plot=plots.dots(points, _axis(since)),
    )  # fmt: skip


def _stored() -> dict[str, Any]:
    stores = figures.storage()
    sizes = {store.name: store.size for store in stores}
    free = sizes.pop("free")
    taken = sum(sizes.values())
    return {"parts": plots.stacked(sizes), "sizes": sizes, "free": free, "tight": free < max(taken, 10**9)}


def _coverage(user: Any) -> list[tuple[str, int]]:
    """Name of the jurisdiction → sections, of the shelves that this admin may read; the largest first."""
    sections: Counter[str] = Counter()
    for row in holdings(Collection.objects.readable_by(user)).rows:
        sections[jurisdiction_name(row.jurisdiction)] += row.sections
    return sections.most_common()
