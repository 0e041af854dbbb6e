"""Who owes what to whom: subject and object of a claim against those of the law. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import GENERIC_ACTORS, actor_in, same_meaning
from lawqa.verification.words import Word, stem

MODALS = frozenset("shall must may can cannot should will".split())
VERBS = MODALS | frozenset(
    "need needs has have is are does do owes gives gets pays remains remain receives alone".split()
)
PASSIVE = re.compile(r"(?:ed|en|own|aid|ade|ught|eld|ent|told|put|set)$")
BEING = frozenset("is are was were be".split())
PRONOUNS = frozenset("he she it they who which that".split())
BEFORE_VERB = 9  # words in front of a verb in which its subject stands
BEHIND_VERB = 25
BEHIND_BY = 4


@dataclass(frozen=True, slots=True)
class Roles:
    """Who acts in a clause, towards whom, and the stem of what they do."""

    subject: str
    objects: frozenset[str]
    verb: str


def check_parties(evidence: Evidence) -> list[Problem]:
    """The claim swaps the parties, or has one act whom the law does not have act there."""
    verbs = MODALS if evidence.near_verbatim else VERBS
    claimed = next(iter(_clauses(evidence.claim_words, verbs)), None)
    there = _clauses(evidence.best_words, MODALS)
    if claimed is None or not there or any(_same(claimed.subject, roles.subject) for roles in there):
        return []
    for roles in there:
        if _swapped(claimed, roles, alone=len(there) == 1) or _replaced(claimed, roles, evidence):
            detail = f"The claim says it of the {claimed.subject}; the law says it of the {roles.subject}."
            return [Problem(check="party", detail=detail)]
    return []


def _same(left: str, right: str) -> bool:
    return left == right or same_meaning(stem(left), stem(right))


def _swapped(claimed: Roles, law: Roles, *, alone: bool) -> bool:
    """Subject and object change places, in the one clause of the law or in the one with the same verb."""
    if not alone and not same_meaning(claimed.verb, law.verb):
        return False
    return claimed.subject in law.objects and law.subject in claimed.objects


def _replaced(claimed: Roles, law: Roles, evidence: Evidence) -> bool:
    """Another party does what the law has one do: the same verb, and no word of the one who does it there."""
    if claimed.subject in GENERIC_ACTORS or law.subject in GENERIC_ACTORS or law.subject in claimed.objects:
        return False
    if claimed.verb and law.verb and same_meaning(claimed.verb, law.verb):
        return True
    root = stem(claimed.subject)
    return not any(same_meaning(root, other) for other in evidence.passage_stems)


def _clauses(words: Sequence[Word], verbs: frozenset[str]) -> list[Roles]:
    """The roles around each verb that has an actor in front of it, or, being passive, behind its `by`."""
    found = []
    for index, word in enumerate(words):
        if word.text not in verbs or not index or words[index - 1].text in PRONOUNS:
            continue
        front = _actors(words[max(0, index - BEFORE_VERB) : index])
        behind = _actors(words[index : index + BEHIND_VERB])
        verb = next((other.stem for other in words[index + 1 : index + 6] if other.is_content), "")
        agent = _agent(words[index : index + BEHIND_VERB])
        if agent:
            found.append(Roles(agent, frozenset((*front, *behind)) - {agent}, verb))
        elif front and not _is_passive(words[index : index + 4]):
            found.append(Roles(front[0], frozenset(behind) - {front[0]}, verb))
    return found


def _is_passive(words: Sequence[Word]) -> bool:
    """`must be paid`, `is chosen`: the subject acts on nobody."""
    being = next((at for at, word in enumerate(words) if word.text in BEING), None)
    return being is not None and being + 1 < len(words) and bool(PASSIVE.search(words[being + 1].text))


def _actors(words: Sequence[Word]) -> list[str]:
    return [
        name
        for before, word in zip((None, *words), words, strict=False)
        if (name := actor_in(word.text)) and not (before and before.text == "united")
    ]


def _agent(words: Sequence[Word]) -> str:
    """Who acts in a passive: the actor behind `by`."""
    passive = len(words) > 1 and words[0].text in BEING and bool(PASSIVE.search(words[1].text))
    for index, word in enumerate(words[:-1]):
        if word.text == "by" and index and (passive or PASSIVE.search(words[index - 1].text)):
            return next(iter(_actors(words[index + 1 : index + 1 + BEHIND_BY])), "")
    return ""
