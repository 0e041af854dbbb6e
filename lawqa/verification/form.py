"""Whether a claim is a sentence at all: words in an order that says something, and no markup. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence

MARKUP = re.compile(
    r"</?[a-z!]|&(?:#x?\w+|\w{2,8});|\]\(|!\[|```|\{\{|\{%|\b(?:javascript|vbscript|data):|\bhttps?://|\bwww\.",
    re.IGNORECASE,
)
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ud800-\udfff\ue000-\uf8ff]")
FEWEST_WORDS = 3
LEAST_IN_ORDER = (
    0.35  # share of its pairs of neighbours that a claim made of the law's words has from the law
)
MOSTLY_OF_LAW = 0.85  # share of a claim's words that make it one
LEAST_DIFFERENT = 0.4  # share of a claim's words that differ from each other, for each 20 of them
COUNTED = 20


def check_signs(claim: str, passage: str) -> list[Problem]:
    """Markup, addresses, or characters that cannot be read."""
    readings = (
        (_has_markup(claim, passage), "The claim holds markup or an address that the law does not."),
        (bool(UNREADABLE.search(claim)), "The claim holds characters that cannot be read."),
        (not any(map(str.isalpha, claim)), "The claim has no words."),
    )
    return [Problem(check="support", detail=detail) for wrong, detail in readings if wrong][:1]


def check_form(evidence: Evidence) -> list[Problem]:
    """Too few words for a sentence, the same again and again, or the law's words in no order."""
    words = [word.text for word in evidence.claim_words]
    if len(words) < FEWEST_WORDS or _repeats(words):
        return [Problem(check="support", detail="The claim is no sentence.")]
    if not evidence.near_verbatim and _is_shuffled(words, [word.text for word in evidence.supporting_words]):
        return [
            Problem(check="support", detail="The claim has the law's words, in an order that says nothing.")
        ]
    return []


def _has_markup(claim: str, passage: str) -> bool:
    return any(found[0] not in passage for found in MARKUP.finditer(claim))


def _repeats(words: list[str]) -> bool:
    return len(set(words[:COUNTED])) < LEAST_DIFFERENT * min(len(words), COUNTED)


def _is_shuffled(words: list[str], law: list[str]) -> bool:
    there = set(law)
    if sum(word in there for word in words) < MOSTLY_OF_LAW * len(words):
        return False
    pairs = set(pairwise(law))
    return sum(pair in pairs for pair in pairwise(words)) < LEAST_IN_ORDER * (len(words) - 1)
