"""Denials: what the law says is not so, and the claim says is so, or the reverse. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import EXCEPTIONS, NEGATIVE_PREFIXES, opposite, same_meaning
from lawqa.verification.modality import Modality, read_modalities
from lawqa.verification.polarity import REACH, clauses_of, denied, excepted, is_denial, leans_negative
from lawqa.verification.words import FUNCTION_WORDS, Word, stem

MODALS = frozenset("shall must may can cannot could should".split())
PERMITTING = frozenset("may can entitled allowed permitted free".split())
CONDITIONAL = frozenset("if only when unless must shall where whenever until".split())
DIRECTIONS = frozenset("before after with without in out more fewer above below".split())
UNDOING = frozenset(
    stem(word)
    for word in "refuse deny prohibit forbid ban exclude ignore abolish disregard immune exempt preclude".split()
)
REFUSED = frozenset({"refused", "denied"})  # what is refused may be so on a condition of the law
AROUND = 4  # words on either side of the matched ones that may carry the law's denial
RESTRICTIONS = (EXCEPTIONS - {"notwithstanding"}) | {"until", "without", "only"}
Match = tuple[bool, frozenset[bool]]
"""Whether the claim denies a word, and how the law has it: denied, said, or both in different places."""


def check_negation(evidence: Evidence) -> list[Problem]:
    """The claim denies what the law says, says what the law denies, or makes a rule of its exception."""
    claim, law = evidence.claim_words, evidence.best_words
    places = [_places(word, law) for word in claim]
    anywhere, places = places, _in_one_clause(places, law)
    polarity, law_polarity = denied(claim), denied(law)
    matches = [
        (own, frozenset(law_polarity[place] for place in there))
        for own, there in zip(polarity, places, strict=True)
        if there
    ]
    unmatched = [word for word, there in zip(claim, places, strict=True) if not there]
    flat = not any(polarity) and not leans_negative(unmatched)
    silent = not leans_negative(_around(anywhere, law))
    plain = _is_plain(claim)
    readings = (
        (_turns_verb(evidence), "The claim and the law have one verb, with a “not” and without."),
        (_waives(claim, law, places, law_polarity), "The claim does without what the law asks for."),
        (silent and _denies_more(matches), "The claim denies what the law says without a “not”."),
        (silent and plain and _undoes(claim, places), "The claim undoes what the law says."),
        (
            flat and _denies_less(matches) and not _is_restricted(evidence, law),
            "The law denies what the claim says without a “not”.",
        ),
        (
            plain and (_rests_on_exception(anywhere, law) or _holds_despite(claim, anywhere, law)),
            "The claim makes a rule of what the law excepts from it.",
        ),
    )
    return [_problem(detail) for wrong, detail in readings if wrong][:1]


def _turns_verb(evidence: Evidence) -> bool:
    """The verb of the claim's modal is that of the law's, and one of the two is denied."""
    ours, theirs = _modal_verbs(evidence.claim_words), _modal_verbs(evidence.best_words)
    if _is_restricted(evidence, evidence.best_words):
        return False
    for verb, negative in ours.items():
        there = {other for name, other in theirs.items() if same_meaning(name, verb)}
        if there and negative not in there:
            return True
    return False


def _modal_verbs(words: Sequence[Word]) -> dict[str, bool]:
    """The first content word behind each modal verb, by stem, and whether the modal is denied."""
    found: dict[str, bool] = {}
    for index, word in enumerate(words):
        if word.text not in MODALS:
            continue
        following = words[index + 1 : index + 6]
        verb = next((other.stem for other in following if other.is_content), "")
        subject = words[max(0, index - REACH) : index]
        negative = word.text == "cannot" or any(other.text in {"not", "never"} for other in following[:2])
        found.setdefault(
            verb, negative or any(other.text in {"no", "nobody", "neither", "none"} for other in subject)
        )
    found.pop("", None)
    return found


def _places(word: Word, law: Sequence[Word]) -> list[int]:
    if not word.is_content:
        return []
    same = [index for index, other in enumerate(law) if other.stem == word.stem]
    return same or [
        index for index, other in enumerate(law) if other.is_content and same_meaning(word.stem, other.stem)
    ]


def _in_one_clause(places: list[list[int]], law: Sequence[Word]) -> list[list[int]]:
    """Where the clause with most of the claim's words has a word, its other places in the law do not count."""
    clauses = clauses_of(law)
    start, end = max(
        clauses, key=lambda span: sum(any(span[0] <= at < span[1] for at in there) for there in places)
    )
    return [[at for at in there if start <= at < end] or there for there in places]


def _is_plain(claim: Sequence[Word]) -> bool:
    """Without any denial or exception."""
    return not _denies(claim) and not any(word.text in EXCEPTIONS for word in claim)


def _denies_more(matches: Sequence[Match]) -> bool:
    """The claim denies words that the law only says, and none that the law denies."""
    ours = [there for own, there in matches if own]
    return (
        bool(ours)
        and all(True not in there for there in ours)
        and not any(True in there for _, there in matches)
    )


def _denies_less(matches: Sequence[Match]) -> bool:
    """Half or more of the words that both have are denied by the law only."""
    only = [there for own, there in matches if not own and there == {True}]
    return len(only) >= 1 and 2 * len(only) >= len(matches)


def _undoes(claim: Sequence[Word], places: Sequence[Sequence[int]]) -> bool:
    """A verb of the claim denies (`refuse to`, `excludes`), and the law has no such verb."""
    denying = [
        there
        for word, there in zip(claim, places, strict=True)
        if word.stem in UNDOING and word.text not in REFUSED
    ]
    return bool(denying) and not any(denying)


def _around(places: Sequence[Sequence[int]], law: Sequence[Word]) -> Sequence[Word]:
    """The law's own words between the first and the last that the claim has too, and a few on either side."""
    every = {place for there in places for place in there}
    first, last = max(0, min(every, default=0) - AROUND), max(every, default=len(law)) + AROUND + 1
    return [word for index, word in enumerate(law) if first <= index < last and index not in every]


def _waives(
    claim: Sequence[Word], law: Sequence[Word], places: Sequence[Sequence[int]], law_polarity: Sequence[bool]
) -> bool:
    """`may … without X`, where the law speaks of X and denies it nowhere."""
    denials = [index for index in range(len(claim)) if is_denial(claim, index)]
    if (
        len(denials) != 1
        or claim[denials[0]].text != "without"
        or not any(w.text in PERMITTING for w in claim)
    ):
        return False
    if any(word.text == "without" for word in law):
        return False
    behind = places[denials[0] + 1 : denials[0] + 4]
    return any(there and not any(law_polarity[at] for at in there) for there in behind)


def _is_restricted(evidence: Evidence, law: Sequence[Word]) -> bool:
    """`no … unless`: what the law denies, it also allows or demands on a condition. A bare permission is not that."""
    if not any(word.text in RESTRICTIONS for word in law):
        return False
    return read_modalities(evidence.claim) != {Modality.PERMISSION}


def _rests_on_exception(places: Sequence[Sequence[int]], law: Sequence[Word]) -> bool:
    """Most words that the claim shares with the law stand in the law's exception."""
    inside = excepted(law)
    if True not in inside or _denies(law[: inside.index(True)]):
        return False  # `no … save by X`: only X
    shared = [there for there in places if there]
    held = [there for there in shared if all(inside[place] for place in there)]
    return len(held) >= 2 and 2 * len(held) >= len(shared)


def _holds_despite(claim: Sequence[Word], places: Sequence[Sequence[int]], law: Sequence[Word]) -> bool:
    """`P unless Q` in the law, and the claim has P together with Q."""
    at = next((index for index, word in enumerate(law) if word.text == "unless"), None)
    if at is None or any(word.text in CONDITIONAL for word in claim):
        return False
    verbs = _modal_verbs(law[:at]) or {"": _denies(law[:at])}
    main = [there for there in places if there and min(there) < at]
    exception = [there for there in places if there and min(there) > at]
    return not any(verbs.values()) and len(main) >= 1 and len(exception) >= 2


def _problem(detail: str) -> Problem:
    return Problem(check="negation", detail=detail)


def check_opposites(evidence: Evidence) -> list[Problem]:
    """The claim says the opposite of a word of the law, with as many denials."""
    claim, law = evidence.claim_words, evidence.supporting_words
    if _turned_without(claim, law):
        return [_problem("The claim says “with” where the law says “without”, or the reverse.")]
    if _denials(claim) % 2 != _denials(evidence.best_words) % 2:
        return []
    there = {one.stem: one for one in law}
    ours = {word.stem for word in claim}
    for word in claim:
        if word.stem in there or (word.text in FUNCTION_WORDS and word.text not in DIRECTIONS):
            continue
        if any(same_meaning(word.stem, other) for other in there):
            continue
        other = next(
            (law for name, law in there.items() if name not in ours and _are_opposite(word, law)), None
        )
        if other is not None:
            return [_problem(f"The claim says “{word.text}” where the law says “{other.text}”.")]
    return []


def _are_opposite(left: Word, right: Word) -> bool:
    """Opposites of the lexicon, or one word the other with a negative prefix: `invisible` and `visibly`."""
    if opposite(left.stem, right.stem):
        return True
    return any(
        len(one.text) > len(other.text) > 4
        and one.text.startswith(prefix)
        and stem(one.text[len(prefix) :]) == other.stem
        for one, other in ((left, right), (right, left))
        for prefix in NEGATIVE_PREFIXES
    )


def _turned_without(claim: Sequence[Word], law: Sequence[Word]) -> bool:
    """`with permission` for `without permission`, or the reverse, of one thing."""
    ours, theirs = (_had(words) for words in (claim, law))
    return any(
        had != other
        and same_meaning(name, another)
        and name not in {stem for stem, has in theirs if has == had}
        for name, had in ours
        for another, other in theirs
    )


def _had(words: Sequence[Word]) -> set[tuple[str, bool]]:
    """What stands behind `with` (True) or `without` (False)."""
    found = set()
    for index, word in enumerate(words):
        if word.text in {"with", "without"}:
            following = next((other.stem for other in words[index + 1 : index + 4] if other.is_content), "")
            found |= {(following, word.text == "with")} if following else set()
    return found


def _denials(words: Sequence[Word]) -> int:
    return sum(is_denial(words, index) for index in range(len(words)))


def _denies(words: Sequence[Word]) -> bool:
    return any(is_denial(words, index) for index in range(len(words)))
