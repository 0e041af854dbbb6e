"""Who owes what to whom: subject and object of a claim against those of the law. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import GENERIC_ACTORS, actor_in, same_meaning
from lawqa.verification.words import Word, stem

VERBS = frozenset(
    "shall must may can cannot could should will need needs has have is are does do owes gives pays remains remain".split()
)
PASSIVE = re.compile(r"(?:ed|en|own|aid|ade|ught|eld|ent)$")


def check_parties(evidence: Evidence) -> list[Problem]:
    """The claim swaps the parties, or has one act that the passage never speaks of."""
    claimed, there = _roles(evidence.claim_words), _roles(evidence.best_words)
    if claimed is None or there is None:
        return []
    (subject, objects), (law_subject, law_objects) = claimed, there
    if subject == law_subject or same_meaning(stem(subject), stem(law_subject)):
        return []
    swapped = subject in law_objects and law_subject in objects
    stranger = (
        subject not in GENERIC_ACTORS and not _spoken_of(subject, evidence) and law_subject not in objects
    )
    if not swapped and not (stranger and law_subject not in GENERIC_ACTORS):
        return []
    detail = f"The claim says it of the {subject}; the law says it of the {law_subject}."
    return [Problem(check="party", detail=detail)]


def _spoken_of(actor: str, evidence: Evidence) -> bool:
    root = stem(actor)
    return any(same_meaning(root, other) for other in evidence.passage_stems)


def _roles(words: Sequence[Word]) -> tuple[str, frozenset[str]] | None:
    """The actor in front of the first verb and the actors behind it; of a passive, the one behind `by` acts."""
    verb = next((index for index, word in enumerate(words) if word.text in VERBS and index), None)
    if verb is None:
        return None
    front = [name for word in words[:verb] if (name := actor_in(word.text))]
    behind = [name for word in words[verb:] if (name := actor_in(word.text))]
    agent = _agent(words[verb:])
    if agent:
        return agent, frozenset((*front, *behind)) - {agent}
    return (front[0], frozenset(behind) - {front[0]}) if front else None


def _agent(words: Sequence[Word]) -> str:
    """Who acts in a passive: the actor behind `by`."""
    for index, word in enumerate(words[:-1]):
        if word.text == "by" and index and PASSIVE.search(words[index - 1].text):
            return next(
                (name for other in words[index + 1 : index + 5] if (name := actor_in(other.text))), ""
            )
    return ""
