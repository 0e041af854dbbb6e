"""How many wrong claims the checks catch, and how many right ones they flag. Pure."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lawqa.verification import check_claim

FIELDS = ("error", "citation", "passage", "claim", "quote", "label")
LABELS = ("supported", "unsupported")


@dataclass(frozen=True, slots=True)
class Result:
    """One line: the kind of error planted (or of right claim), whether it is one, whether it was flagged."""

    error: str
    wrong: bool
    flagged: bool
    milliseconds: float


def evaluate_verifier(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Rates over lines of error, citation, passage, claim, quote and label (`supported` or `unsupported`).

    `by_error` holds for every kind `n` and `rate`: the share caught of a planted error, the share flagged falsely of a
    right claim. A rate without lines is None. Raises ValueError with the line's number and what is missing.
    """
    results = [_run(number, line) for number, line in enumerate(lines, start=1)]
    kinds: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        right_of_a_mixed_kind = not result.wrong and any(r.wrong and r.error == result.error for r in results)
        kinds[f"{result.error} (right)" if right_of_a_mixed_kind else result.error].append(result)
    return {
        "n": len(results),
        "caught_rate": _rate([result for result in results if result.wrong]),
        "false_alarm_rate": _rate([result for result in results if not result.wrong]),
        "by_error": {kind: {"n": len(rows), "rate": _rate(rows)} for kind, rows in sorted(kinds.items())},
        "p50_ms": round(statistics.median(result.milliseconds for result in results), 2) if results else None,
    }


def _run(number: int, line: Mapping[str, Any]) -> Result:
    if not isinstance(line, Mapping):
        raise ValueError(f"Line {number}: an object is expected, as {{…}}.")
    missing = [name for name in FIELDS if not isinstance(line.get(name), str)]
    if missing:
        raise ValueError(f"Line {number}: {', '.join(missing)} is missing or no text.")
    if line["label"] not in LABELS:
        raise ValueError(f"Line {number}: label is {line['label']!r}; it must be one of {', '.join(LABELS)}.")
    started = time.perf_counter()
    check = check_claim(line["claim"], line["quote"], line["passage"], label=line["citation"])
    elapsed = (time.perf_counter() - started) * 1000
    return Result(line["error"], line["label"] == "unsupported", not check.passed, elapsed)


def _rate(results: list[Result]) -> float | None:
    return round(sum(result.flagged for result in results) / len(results), 4) if results else None
