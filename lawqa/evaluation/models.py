"""How fast the server of the answer role is: alone, with several questions at once, and with what it has kept of a prompt.

Prompts are the project's own, with the sources of real questions. A request counts as a reader would see it: through
lawqa.inference, with its deadlines.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any

from django.conf import settings

from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.evaluation.lines import percentile
from lawqa.inference import Call, Models, ModelServerError, Role
from lawqa.keywords import rules
from lawqa.prompts import Prompt
from lawqa.retrieval import retrieve
from lawqa.types import Query, Source
from lawqa.writing.prompt import SIZES, Size, answer_prompt

STAGE = "bench"
LEVELS = (1, 4, 16)
FEWEST = 4
"""Requests that are measured at any level."""
FIRST_TOKENS = 8
"""Of a reply that is asked for its beginning: llama.cpp sends nothing of one that ends after its first token."""


class NotMeasurable(ValueError):
    """There is nothing to measure, or nothing to measure it with. The message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question and what retrieval finds for it."""

    question: str
    sources: Sequence[Source]
    filters: Filters

    def prompt(self, size: Size, *, tokens: int, word: str, question: str = "") -> Prompt:
        """What the writer asks, for a reply of at most `tokens`. Nothing of a new `word` has been kept by any server."""
        asked = answer_prompt(
            question or self.question, self.sources, as_of=self.filters.as_of, size=size, delimit=lambda *_: word
        )  # fmt: skip
        return replace(asked.prompt, max_tokens=tokens)


def find_cases(questions: Iterable[str], filters: Filters) -> list[Case]:
    """The questions for which the shelf has sources. Raises NotMeasurable when there are none."""
    cases = []
    for question in questions:
        named = resolve_all(question, filters)
        sources = retrieve(
            Query(text=question, keywords=rules.extract(question), named=named, filters=filters)
        )
        if sources:
            cases.append(Case(question=question, sources=sources, filters=filters))
    if not cases:
        raise NotMeasurable("The shelf is empty: load law first, with manage.py load_law --default.")
    return cases


def measure(
    cases: Sequence[Case], *, tokens: int, short: bool = False, levels: Sequence[int] = LEVELS
) -> dict[str, Any]:
    """Figures of the answer role's server. Times in milliseconds, speeds a second. Raises NotMeasurable."""
    model = Models().serves(Role.ANSWER)
    if not model:
        raise NotMeasurable(
            "No server has the answer role: say where one is, as LAWQA_MODEL_URL and LAWQA_MODEL."
        )
    if max(levels) > settings.LAWQA_MODEL_CALLS:
        raise NotMeasurable(f"At most {settings.LAWQA_MODEL_CALLS} calls go to a server at once: set LAWQA_MODEL_CALLS={max(levels)}.")  # fmt: skip
    size = SIZES[-1] if short else SIZES[0]
    first = call_once(cases[0].prompt(size, tokens=FIRST_TOKENS, word=_new_word()))
    if not _measured(first):
        raise NotMeasurable(f"{first.failure} Nothing can be measured.")
    prompts = _endless(cases, size, tokens)
    return {
        "model": model,
        "reply_tokens": tokens,
        "levels": [_level(prompts, at_once) for at_once in levels],
        "prefix": _prefix(cases, size),
    }


def _new_word() -> str:
    return secrets.token_hex(8)


def _endless(cases: Sequence[Case], size: Size, tokens: int) -> Callable[[int], list[Prompt]]:
    """So many prompts that the server has not read before, but for the system message that all share."""
    turn = cycle(cases)

    def take(count: int) -> list[Prompt]:
        return [case.prompt(size, tokens=tokens, word=_new_word()) for case in islice(turn, count)]

    return take


def call_once(prompt: Prompt) -> Call:
    """One request of a question of its own, and what came of it: a reply that is cut off is one all the same."""
    models = Models()
    try:
        for _ in models.stream(Role.ANSWER, prompt, stage=STAGE):
            pass
    except ModelServerError:
        pass  # its record says why
    return models.calls[0]


def _measured(call: Call) -> bool:
    return call.first_token_ms is not None and bool(call.completion_tokens)


def _level(take: Callable[[int], list[Prompt]], at_once: int) -> dict[str, Any]:
    """Requests that follow each other on `at_once` ways."""
    prompts = take(max(FEWEST, at_once, min(2 * at_once, 16)))
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        calls = list(pool.map(call_once, prompts))
    spent = time.perf_counter() - began
    done = [call for call in calls if _measured(call)]
    firsts = [float(call.first_token_ms or 0) for call in done]
    failures = sorted({call.failure for call in calls if not _measured(call)})
    return {
        "at_once": at_once,
        "requests": len(calls),
        "failed": len(calls) - len(done),
        "failures": failures,
        "prompt_tokens": _median(call.prompt_tokens for call in done),
        "first_token_p50": percentile(firsts, 0.5),
        "first_token_p95": percentile(firsts, 0.95),
        "tokens_each": _median(_speed(call) for call in done),
        "tokens_together": round(sum(call.completion_tokens or 0 for call in done) / spent, 1),
        "requests_a_second": round(len(done) / spent, 2),
    }


def _speed(call: Call) -> float:
    """Tokens a second after the first."""
    seconds = (call.ms - (call.first_token_ms or 0)) / 1000
    return max((call.completion_tokens or 0) - 1, 0) / max(seconds, 0.001)


def _median(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 1) if known else 0.0


def _prefix(cases: Sequence[Case], size: Size) -> list[dict[str, Any]]:
    """Milliseconds to the first token of a prompt that is new, that is not, and of which the sources are not."""
    kinds: dict[str, list[Call]] = {"new": [], "the same again": [], "another question, same sources": []}
    for case, other in zip(cases[:FEWEST], [*cases[1:], cases[0]], strict=False):
        word = _new_word()
        for kind, question in zip(
            kinds, ("", "", f"{other.question} And what follows from it?"), strict=True
        ):
            kinds[kind].append(
                call_once(case.prompt(size, tokens=FIRST_TOKENS, word=word, question=question))
            )
    return [{"prompt": kind, **_kept(calls)} for kind, calls in kinds.items()]


def _kept(calls: Sequence[Call]) -> dict[str, float | None]:
    """None for the share where the server does not say what it had kept."""
    done = [call for call in calls if _measured(call)]
    told = [call for call in done if call.cached_tokens is not None and call.prompt_tokens]
    shares = [(call.cached_tokens or 0) / (call.prompt_tokens or 1) for call in told]
    return {
        "first_token_p50": _median(call.first_token_ms for call in done),
        "kept": round(statistics.median(shares), 3) if shares else None,
    }
