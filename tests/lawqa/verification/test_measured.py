"""The rates that the checks must reach on planted errors and restatements, and how they are counted."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lawqa.evaluation.verifier import evaluate_verifier
from lawqa.verification import check_claim

LAW = "The owner of a goat shall keep it tied at night."


def line(text: str, label: str, **changes: Any) -> dict[str, Any]:
    known = {"error": "number", "citation": "1 F.C. § 2", "passage": LAW, "quote": "", "label": label}
    return {**known, "claim": text, **changes}


def lines_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(text) for text in file]


def test_planted_errors_are_caught(shared: Callable[[str], Path]) -> None:
    rates = evaluate_verifier(lines_of(shared("questions/battery-dev.jsonl")))
    assert rates["caught_rate"] >= 0.95
    assert rates["false_alarm_rate"] <= 0.02
    wrong = {
        kind: row["rate"]
        for kind, row in rates["by_error"].items()
        if kind not in {"lead-in", "verbatim", "must-for-shall"}
    }
    assert min(wrong.values()) > 0.9


def test_restatements_are_told_apart(shared: Callable[[str], Path]) -> None:
    rates = evaluate_verifier(lines_of(shared("questions/paraphrase-dev.jsonl")))
    assert rates["caught_rate"] >= 0.7
    assert rates["false_alarm_rate"] <= 0.1


def test_rates_are_counted_by_kind() -> None:
    rates = evaluate_verifier(
        [
            line("The owner of a goat may keep it tied at night.", "unsupported", error="modal"),
            line(LAW, "unsupported", error="modal"),
            line(LAW, "supported", error="verbatim"),
        ]
    )
    assert rates["n"] == 3
    assert rates["caught_rate"] == 0.5
    assert rates["false_alarm_rate"] == 0.0
    assert rates["by_error"] == {"modal": {"n": 2, "rate": 0.5}, "verbatim": {"n": 1, "rate": 0.0}}
    assert rates["p50_ms"] > 0


def test_no_lines_give_no_rates() -> None:
    assert evaluate_verifier([]) == {
        "n": 0,
        "caught_rate": None,
        "false_alarm_rate": None,
        "by_error": {},
        "p50_ms": None,
    }


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"claim": "x"}, "Line 2: error, citation, passage, quote, label"),
        (line("x", "maybe"), "Line 2: label is 'maybe'"),
        (line("x", "supported", claim=7), "Line 2: claim"),
        ("not an object", "Line 2: an object is expected"),
    ],
)
def test_a_line_that_cannot_be_meant_is_named(bad: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        evaluate_verifier([line(LAW, "supported"), bad])


def test_a_check_is_quick_on_a_long_section() -> None:
    passage = " ".join(
        f"({number}) {LAW} The fine for each night is {number} crowns." for number in range(2, 140)
    )
    started = time.perf_counter()
    check_claim("An owner has to keep a goat tied at night for 30 days.", "", passage)
    assert time.perf_counter() - started < 0.5  # 0.02 s on the machine it was measured on
