"""Duty, permission, prohibition and freedom: what the claim says must, may, must not or need not be. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import actor_in, same_meaning
from lawqa.verification.polarity import OPENERS, has_negative_prefix, leans_negative
from lawqa.verification.words import Word, fold


class Modality(StrEnum):
    DUTY = "must"
    PERMISSION = "may"
    PROHIBITION = "must not"
    FREEDOM = "need not"


PHRASES = (  # the longest reading first: `may not` is no permission, `need not` no duty
    (
        Modality.FREEDOM,
        (
            r"need(?:s)? not|needn't|needs? no|requires? no|(?:do|does|did) not (?:have|need) to|(?:don't|doesn't) (?:have|need) to|"
            r"(?:is|are|be|was|were) (?:not|never) (?:\w+ly )?(?:required|obliged|obligated|bound|compelled|necessary|needed)|"
            r"no (?:obligation|duty|need|requirement)|without having to|(?:is|are) exempt(?:ed)? from|not mandatory|"
            r"nothing (?:in [^.;]{1,60} )?shall (?:require|oblige)|(?:shall|will) not be (?:required|obliged|obligated)|"
            r"(?:no ?body|no one|no person) (?:has|have|needs) to"
        ),
    ),
    (
        Modality.PROHIBITION,
        (
            r"(?:shall|must|may|can|could|should) (?:not|never|in no case|under no circumstances)|cannot|can't|mustn't|"
            r"(?:is|are|be) (?:not|never) (?:allowed|permitted|entitled|authori[sz]ed|free|able)|"
            r"(?:is|are|be) (?:prohibited|forbidden|barred|banned|precluded|unlawful|illegal)|prohibits|forbids|"
            r"(?:has|have) no (?:right|power|authority)|it shall be unlawful"
        ),
    ),
    (
        Modality.PERMISSION,
        (
            r"shall (?:\w+ )?(?:have|enjoy) (?:the |a )?(?:right|power|authority|discretion|option)|shall be (?:entitled|eligible|free|"
            r"permitted|allowed|authori[sz]ed|empowered)|may|can|could|(?:is|are|be) (?:\w+ly )?(?:free|allowed|permitted|entitled|authori[sz]ed|able|eligible|empowered)|"
            r"(?:right|power|authority|discretion|freedom|liberty|option|entitle[sd]?) (?:to|not to|of)|optional|"
            r"(?:has|have|having) (?:the |a )?(?:right|power|choice|discretion|option)|at (?:his|her|its|their) (?:option|discretion)"
        ),
    ),
    (
        Modality.DUTY,
        (
            r"shall|must|(?:has|have|having) to|(?:is|are|be) (?:\w+ly )?(?:required|obliged|obligated|bound|compelled|needed|"
            r"necessary|mandatory|compulsory|to be)|needs? to|ought to|(?:has|have|under) (?:a |the |an )?(?:duty|obligation)|"
            r"requires?|mandatory|compulsory"
        ),
    ),
)
READER = re.compile("|".join(rf"(?P<{modality.name}>\b(?:{phrase})\b)" for modality, phrase in PHRASES))
BARE_PERMISSIONS = re.compile(r"\b(?:can|could|able|eligible)\b")
FREE_CHOICE = re.compile(
    r"\b(?:free to|optional|voluntar\w+|discretion|as (?:it|he|she|they) (?:likes?|pleases?|wish(?:es)?)|may choose|"
    r"choose whether|option(?:ally)?|if (?:it|he|she|they) (?:wish(?:es)?|wants?|likes?|chooses?))\b"
)


PERMITTING = frozenset(
    "may can right power entitled permitted allowed authorized authorised free option".split()
)
BEHIND_PERMISSION = 16  # words


def read_modalities(text: str) -> set[Modality]:
    """The modalities that a text uses."""
    return {Modality[match.lastgroup] for match in READER.finditer(fold(text)) if match.lastgroup}


def check_modality(evidence: Evidence) -> list[Problem]:
    """The claim makes a duty of a permission, a choice of a duty, or frees from what the law demands."""
    claimed, there = read_modalities(evidence.claim), read_modalities(evidence.supporting)
    if not there:
        return []
    best = read_modalities(evidence.best)
    if claimed == {Modality.DUTY} and best == {Modality.PERMISSION} and _demands_what_may_be(evidence):
        return [_problem("a duty", "permits it")]
    if Modality.PERMISSION in claimed and Modality.DUTY not in claimed and there == {Modality.DUTY}:
        return [_problem("a choice", "demands it")] if _says_may(evidence) else []
    frees = Modality.FREEDOM in claimed and Modality.FREEDOM not in there
    if frees and not leans_negative(_main(evidence.best_words)):
        return [_problem("something that need not be", "demands it")]
    return []


def _main(words: Sequence[Word]) -> list[Word]:
    """The words of a sentence without its opening condition (`Where …,`) and without negative prefixes."""
    first = 0
    if words and words[0].text in OPENERS:
        first = next((index for index, word in enumerate(words) if word.gap == ","), 0)
    return [word for word in words[first:] if not has_negative_prefix(word.text)]


def _problem(claimed: str, law: str) -> Problem:
    return Problem(check="modal", detail=f"The claim speaks of {claimed}; the law {law}.")


def _demands_what_may_be(evidence: Evidence) -> bool:
    """Whether the verb of the claim's duty stands behind a permission of the law."""
    claimed = verb_after(evidence.claim_words, frozenset({"must", "shall", "to", "required", "obliged"}))
    words = evidence.best_words
    if _actor_before(evidence.claim_words, {"must", "has", "have", "shall"}) & _actor_before(words, {"may"}):
        return True
    first = next((index for index, word in enumerate(words) if word.text in PERMITTING), len(words))
    behind = words[first : first + BEHIND_PERMISSION]
    return bool(claimed) and any(same_meaning(claimed, word.stem) for word in behind if word.is_content)


def _actor_before(words: Sequence[Word], modals: set[str]) -> set[str]:
    """The parties right in front of a modal verb."""
    places = [index for index, word in enumerate(words) if word.text in modals and index]
    return {actor_in(words[index - 1].text) for index in places} - {""}


def _says_may(evidence: Evidence) -> bool:
    """Whether the claim's permission stands where the law has its duty: a free choice, or `may` with the same verb."""
    text = fold(evidence.claim)
    if FREE_CHOICE.search(text):
        return True
    if BARE_PERMISSIONS.search(text):
        return False
    claimed = verb_after(evidence.claim_words, frozenset({"may"}))
    there = verb_after(evidence.best_words, frozenset({"shall", "must"}))
    return bool(claimed and there and same_meaning(claimed, there))


def verb_after(words: tuple[Word, ...], modals: frozenset[str]) -> str:
    """The stem of the first content word behind the first of some modal verbs; empty if there is none."""
    for index, word in enumerate(words):
        if word.text in modals:
            return next((other.stem for other in words[index + 1 : index + 5] if other.is_content), "")
    return ""
