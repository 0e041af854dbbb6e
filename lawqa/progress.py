"""How far an answer is: its stages with what they said of themselves, and one sentence for those who hear the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lawqa.models import Answer, Question

STAGES = {
    "conversation": "Conversation",
    "citations": "Citations",
    "keywords": "Keywords",
    "retrieval": "Search",
    "writing": "Writing",
    "verification": "Verification",
}
"""The stages in their order, and what readers call them."""
DONE = {
    "conversation": "The conversation is read.",
    "citations": "Citations are read.",
    "keywords": "Keywords are found.",
    "retrieval": "The shelf is searched.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage and how far it is."""

    name: str
    title: str
    state: str
    """`done`, `now`, `later`"""
    ms: int | None
    summary: str = ""
    """What it said of itself."""
    trouble: bool = False
    """Something in it failed that a reader should know of."""

    @property
    def done(self) -> bool:
        return self.state == "done"


def read_stages(question: Question, answer: Answer | None) -> tuple[tuple[Stage, ...], str]:
    """The stages that have something to tell, in order, and the sentence of a failure."""
    if answer is not None and question.state == Question.State.DONE:
        return _shown(_told_by_answer(answer), question), ""
    told: dict[str, Mapping[str, Any]] = {}
    failure = ""
    for kind, data in question.events.filter(kind__in=("stage", "failed")).values_list("kind", "data"):
        if kind == "stage":
            told[data.get("name", "")] = data
        else:
            failure = data.get("message", "")
    return _shown(told, question), failure


def _told_by_answer(answer: Answer) -> dict[str, Mapping[str, Any]]:
    told: dict[str, Mapping[str, Any]] = {}
    for name in {**answer.timings, **answer.stages}:
        kept = answer.stages.get(name, {})
        summary = " ".join(kept.get("notes", ()))
        told[name] = {
            "ms": answer.timings.get(name),
            "summary": summary,
            "trouble": kept.get("trouble", False),
        }
    return told


def _shown(told: Mapping[str, Mapping[str, Any]], question: Question) -> tuple[Stage, ...]:
    """All stages but the first, which is there only for a question that follows another or that it speaks of."""
    states = _states(told, finished=question.finished)
    stages = tuple(_stage(name, told.get(name, {}), state) for name, state in states.items())
    first, *others = stages
    waits = question.follows_id is not None and not first.done
    return stages if first.summary or waits else tuple(others)


def _stage(name: str, told: Mapping[str, Any], state: str) -> Stage:
    return Stage(
        name=name, title=STAGES[name], state=state, ms=told.get("ms"), summary=told.get("summary", ""),
        trouble=bool(told.get("trouble")),
    )  # fmt: skip


def _states(told: Mapping[str, object], *, finished: bool) -> dict[str, str]:
    """Sentences are verified while others are still written: those two stages end together."""
    done = set(told) if finished or "verification" in told else set(told) - {"writing"}
    left = [name for name in STAGES if name not in done]
    now = {"writing", "verification"} if left[:1] == ["writing"] and "writing" in told else set(left[:1])
    return {name: "done" if name in done else "now" if name in now else "later" for name in STAGES}


def with_count(stages: tuple[Stage, ...], verified: int, rewriting: int) -> tuple[Stage, ...]:
    """The stages, where the one that verifies says how far it is."""
    said = counted(verified, rewriting)
    return tuple(
        replace(stage, summary=said) if stage.name == "verification" and stage.state == "now" else stage
        for stage in stages
    )


def said_while_running(stages: tuple[Stage, ...], verified: int, rewriting: int) -> str:
    """One sentence: how many sentences there are, or which stage was the last to end."""
    ended = [DONE[stage.name] for stage in stages if stage.done and stage.name in DONE]
    return counted(verified, rewriting) or (ended[-1] if ended else "Your question is being answered.")


def counted(verified: int, rewriting: int) -> str:
    """`3 sentences are verified, 1 sentence is being written again.`"""
    counts = [_count(verified, "verified")] if verified else []
    counts += [_count(rewriting, "being written again")] if rewriting else []
    return f"{', '.join(counts)}." if counts else ""


def _count(number: int, state: str) -> str:
    return f"1 sentence is {state}" if number == 1 else f"{number} sentences are {state}"
