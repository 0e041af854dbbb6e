"""What a reader must know of an answer before reading it, and which models had a part in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import get_text_list

from lawqa.models import Answer, Claim, ModelCall
from lawqa.progress import Stage
from lawqa.types import Outcome

DOES = {
    "restate": "Restating", "keywords": "Keywords", "answer": "Writing", "rewrite": "Writing again", "judge": "Judging",
}  # fmt: skip
"""What a model is asked to do with a prompt of that name."""
VERBATIM = "quoting"
"""The writer that needs no model."""
ASIDE = frozenset({"keywords"})
"""Stages in which a model only adds: their trouble stands among the stages, for the answer rests on nothing of it."""
STOPPED = "It was stopped by its reader. What had been written and verified by then is shown."
STOPPED_EARLY = "It was stopped by its reader before a sentence was verified."
BROKE_OFF = "The model server broke off. What it had written whole by then is verified and shown."
UNSEARCHED = "Not all of the law could be searched"
WAITING = (
    "Part of {} was still being made ready for search. Ask again later: what answers better may stand there."
)
STANDS_IN = "No sentence of the model passed verification, so this answer is made of the law’s own words."


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that a reader must know; without a title it is a small one."""

    title: str = ""
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """What one model was asked in one role with one prompt, altogether."""

    role: str
    model: str
    prompt: str
    times: int
    read: int | None
    """Tokens of the prompts; None when the server did not say."""
    kept: int
    """Those of them that the server still had in its cache."""
    written: int | None
    ms: int
    failures: tuple[str, ...]

    @property
    def does(self) -> str:
        return DOES.get(self.prompt.partition("-")[0], self.role)


def uses_of(answer: Answer) -> tuple[ModelUse, ...]:
    """The models of an answer, in the order in which they were first asked; one query, without what was said."""
    calls = list(answer.calls.defer("messages", "reply"))
    first = {key: place for place, key in reversed(list(enumerate(map(_key, calls))))}
    calls.sort(key=lambda call: (first[_key(call)], call.pk))
    return tuple(_use(list(some)) for _, some in groupby(calls, key=_key))


def _key(call: ModelCall) -> tuple[str, str, str]:
    return call.role, call.model, call.prompt


def _use(calls: list[ModelCall]) -> ModelUse:
    role, model, prompt = _key(calls[0])
    return ModelUse(
        role=role, model=model, prompt=prompt, times=len(calls), ms=sum(call.ms for call in calls),
        read=_sum(call.prompt_tokens for call in calls), kept=sum(call.cached_tokens or 0 for call in calls),
        written=_sum(call.completion_tokens for call in calls),
        failures=tuple(dict.fromkeys(call.failure for call in calls if call.failure)),
    )  # fmt: skip


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def remarks_on(
    answer: Answer, stages: Sequence[Stage], claims: Sequence[Claim], uses: Sequence[ModelUse]
) -> tuple[Remark, ...]:
    """What did not go as it should: law could not be searched, the answer is not whole, the law stands in for a model, a
    stage had trouble.
    """
    waiting = [str(shelf["name"]) for shelf in answer.coverage if shelf.get("waiting")]
    said = WAITING.format(get_text_list(waiting, "and"))
    unsearched = (Remark(title=UNSEARCHED, sentences=(said,)),) if waiting else ()
    return (*unsearched, *_remarks_on_writing(answer, stages, claims, uses))


def _remarks_on_writing(
    answer: Answer, stages: Sequence[Stage], claims: Sequence[Claim], uses: Sequence[ModelUse]
) -> tuple[Remark, ...]:
    trouble = [stage for stage in stages if stage.trouble and stage.summary and stage.name not in ASIDE]
    said = tuple(stage.summary for stage in trouble if stage.name == "writing")
    small = tuple(Remark(sentences=(stage.summary,)) for stage in trouble if stage.name != "writing")
    if answer.outcome != Outcome.ANSWERED:
        small = (Remark(sentences=(STOPPED_EARLY,)), *small) if answer.stopped else small
    elif answer.stopped or answer.incomplete:
        why = (STOPPED,) if answer.stopped else said or (BROKE_OFF,)
        return (Remark(title="This answer is incomplete", sentences=why), *small)
    elif _law_stands_in(claims, uses):
        title = "The law’s own words stand in for those of a model"
        return (Remark(title=title, sentences=said or (STANDS_IN,)), *small)
    return (*(Remark(sentences=(sentence,)) for sentence in said), *small)


def _law_stands_in(claims: Sequence[Claim], uses: Sequence[ModelUse]) -> bool:
    tried = any(use.role == "answer" for use in uses) or any(claim.writer != VERBATIM for claim in claims)
    return tried and all(claim.writer == VERBATIM for claim in claims if claim.shown)
