"""Denials: what the law says is not so, and the claim says is so, or the reverse. Pure."""

from __future__ import annotations

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import opposite, same_meaning
from lawqa.verification.modality import denies, leans_negative
from lawqa.verification.words import FUNCTION_WORDS, Word

DIRECTIONS = frozenset("before after with without in out more fewer above below".split())


def check_negation(evidence: Evidence) -> list[Problem]:
    """The claim denies what the law says without any denial, or says flatly what the law denies."""
    claim_denies = denies(evidence.claim)
    if claim_denies and not leans_negative(evidence.supporting, evidence.supporting_words):
        return [Problem(check="negation", detail="The claim denies what the law says without a “not”.")]
    if denies(evidence.best) and not leans_negative(evidence.claim, evidence.claim_words):
        return [Problem(check="negation", detail="The law denies what the claim says without a “not”.")]
    return []


def check_opposites(evidence: Evidence) -> list[Problem]:
    """The claim says the opposite of a word of the law, with as many denials."""
    if denies(evidence.claim) != denies(evidence.best):
        return []
    there = {word.stem: word for word in evidence.supporting_words}
    claimed = {word.stem for word in evidence.claim_words}
    for word in evidence.claim_words:
        if word.stem in there or (word.text in FUNCTION_WORDS and word.text not in DIRECTIONS):
            continue
        if any(same_meaning(word.stem, stem) for stem in there):
            continue
        other = next((there[stem] for stem in there if _turned(word.stem, stem, claimed)), None)
        if other is not None:
            return [_problem(word, other)]
    return []


def _turned(claimed: str, there: str, claim_stems: set[str]) -> bool:
    return opposite(claimed, there) and there not in claim_stems


def _problem(word: Word, other: Word) -> Problem:
    detail = f"The claim says “{word.text}” where the law says “{other.text}”."
    return Problem(check="negation", detail=detail)
