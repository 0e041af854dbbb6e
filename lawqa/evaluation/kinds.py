"""What kind of question a line asks, after the four kinds by which legal research tools have been compared.

The kinds are those of Magesh et al., "Hallucination-Free? Assessing the Reliability of Leading AI Legal Research
Tools" (Journal of Empirical Legal Studies, 2025). A line that says its `kind` is believed; of the others the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from corpus.types import Named, Resolution
from lawqa.keywords import rules


class QuestionKind(StrEnum):
    """What makes a question hard."""

    GENERAL = "general research"
    JURISDICTION_OR_TIME = "jurisdiction or time specific"
    FALSE_PREMISE = "false premise"
    FACTUAL_RECALL = "factual recall"


_RECALL = re.compile(
    r"^\s*(?:who|which|what (?:is|are|does)|when|how (?:long|many|much|high|old|often|soon))\b"
    r"|\b(?:define[ds]?|definition|meaning of|maximum|minimum|deadline)\b",
    re.IGNORECASE,
)


def kind_of(line: Mapping[str, Any], named: Sequence[Named]) -> QuestionKind:
    """The kind of a line, from its question and what the shelf says of the citations in it."""
    if line.get("kind") in set(QuestionKind):
        return QuestionKind(line["kind"])
    if any(item.resolution is not Resolution.RESOLVED for item in named):
        return QuestionKind.FALSE_PREMISE
    found = rules.extract(line["question"])
    if found.jurisdictions or found.as_of:
        return QuestionKind.JURISDICTION_OR_TIME
    return QuestionKind.FACTUAL_RECALL if _RECALL.search(line["question"]) else QuestionKind.GENERAL
