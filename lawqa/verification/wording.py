"""A claim that repeats the law but for a few words: what each added, dropped or replaced word changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import EXCEPTIONS, NEGATIONS, NEGATIVE_VERBS, actor_in, same_meaning
from lawqa.verification.numerals import MULTIPLES, TENS, UNITS
from lawqa.verification.words import Word, stem

LONGEST_NAME = 3  # words of a party that stands in another's place
LONGEST = 600  # words of a claim or quote that are compared one by one
LEAST_SHARED = 0.72  # share of the claim's words that stand in the quote in their order
DUTIES = frozenset({"shall", "must"})
MODALS = frozenset("shall must may can could might should will would".split())
ONLY = frozenset("only solely exclusively".split())
LIMITS = frozenset("all every each any always never both either some".split())
NUMBER_WORDS = frozenset(UNITS) | frozenset(TENS) | frozenset(MULTIPLES)


def is_near_verbatim(claim: Sequence[Word], law: Sequence[Word]) -> bool:
    """Whether most words of the claim stand in the law in the same order."""
    if not claim or not law or max(len(claim), len(law)) > LONGEST:
        return False
    shared = sum(block.size for block in _matcher(claim, law).get_matching_blocks() if block.size > 1)
    return shared >= LEAST_SHARED * len(claim)


def _matcher(claim: Sequence[Word], law: Sequence[Word]) -> SequenceMatcher[str]:
    return SequenceMatcher(
        None, [_form(word) for word in claim], [_form(word) for word in law], autojunk=False
    )


def _form(word: Word) -> str:
    return "shall" if word.text in DUTIES else word.text


def check_wording(evidence: Evidence) -> list[Problem]:
    """Word by word: a changed number, modal verb, denial, limit or party; an exception left out; an added condition."""
    if not evidence.near_verbatim:
        return []
    claim, law = evidence.claim_words, evidence.supporting_words
    problems: list[Problem] = []
    for tag, start, end, law_start, law_end in _matcher(claim, law).get_opcodes():
        opening = tag == "insert" and law_start == 0 and law_end > 2 and not evidence.quoted
        if tag != "equal" and not opening:
            added, dropped = claim[start:end], law[law_start:law_end]
            denied = law_end < len(law) and law[law_end].text == "not"
            problems += _read_change(added, dropped, evidence, trailing=law_end == len(law), denied=denied)
    return problems


def _read_change(
    added: Sequence[Word], dropped: Sequence[Word], evidence: Evidence, *, trailing: bool, denied: bool
) -> list[Problem]:
    new, old = {word.text for word in added}, {word.text for word in dropped}
    readings = (
        ("number", bool(_numbers(new)) and _numbers(new) != _numbers(old)),
        ("modal", bool(new & MODALS and old & MODALS) and _changes_modal(new, old, evidence, denied=denied)),
        ("negation", (new & NEGATIONS) != (old & NEGATIONS) and not (trailing and not added)),
        ("exception", _drops_condition(new, old) and not _cancels(dropped, evidence)),
        ("scope", _changes_scope(new, old, quoted=evidence.quoted)),
        ("party", _changes_party(added, dropped)),
        ("support", evidence.quoted and bool(_foreign(added, evidence))),
    )
    change = f"“{_text(added)}” for “{_text(dropped)}”"
    return [Problem(check=check, detail=f"The claim has {change}.") for check, wrong in readings if wrong][:2]


def _text(words: Sequence[Word]) -> str:
    shown = " ".join(word.text for word in words[:12])
    return f"{shown} …" if len(words) > 12 else shown


def _changes_modal(new: set[str], old: set[str], evidence: Evidence, *, denied: bool) -> bool:
    """`shall`, `must` and `may` forbid alike before `not`; beside its own quote a claim may say `must not` for both."""
    if denied and (not evidence.quoted or "must" in new):
        return False
    softened = not evidence.quoted and bool(new & {"can", "could"})
    return _modals(new) != _modals(old) and not softened


def _numbers(texts: set[str]) -> set[str]:
    return {text for text in texts if text[0].isdigit() or text in NUMBER_WORDS}


def _modals(texts: set[str]) -> set[str]:
    return {"shall" if text in DUTIES else text for text in texts & MODALS}


def _drops_condition(new: set[str], old: set[str]) -> bool:
    """`unless`, `provided that`, `only if`, `subject to`, `other than` left out."""
    gone = old - new
    if gone & EXCEPTIONS:
        return True
    phrases = ({"provided", "that"}, {"only", "if"}, {"subject", "to"}, {"other", "than"}, {"if"}, {"until"})
    return any(phrase <= gone for phrase in phrases)


def _cancels(dropped: Sequence[Word], evidence: Evidence) -> bool:
    """A denial with its exception, as in `barred unless`: together they demand what the exception names.

    Without a quote, what follows behind other words left out is not the claim's to repeat.
    """
    texts = [word.text for word in dropped]
    first = next((index for index, text in enumerate(texts) if text in EXCEPTIONS), 0)
    far = first > 1 and not evidence.quoted
    return far or any(word.text in NEGATIONS or word.stem in NEGATIVE_VERBS for word in dropped[:first])


def _changes_scope(new: set[str], old: set[str], *, quoted: bool) -> bool:
    """A limit added or left out, or one put for another: `any` for `all` counts, a dropped `any` does not."""
    limited = (new & ONLY) != (old & ONLY) if quoted else bool((new - old) & ONLY)
    return limited or bool(new & LIMITS and old & LIMITS and (new ^ old) & LIMITS)


def _changes_party(added: Sequence[Word], dropped: Sequence[Word]) -> bool:
    new = {name for word in added if (name := actor_in(word.text))}
    old = {name for word in dropped if (name := actor_in(word.text))}
    if new and old:
        return not new & old
    replaced = [word for word in dropped if word.is_content]
    if not new or len(replaced) != 1 or max(len(added), len(dropped)) > LONGEST_NAME:
        return False
    return not any(same_meaning(stem(name), replaced[0].stem) for name in new)


def _foreign(added: Sequence[Word], evidence: Evidence) -> list[Word]:
    """Content words that the claim adds and the passage never says, in no form."""
    stems = evidence.passage_stems
    unknown = [word for word in added if word.is_content and word.stem not in stems]
    return [
        word
        for word in unknown
        if not any(same_meaning(word.stem, stem) for stem in evidence.supporting_stems)
    ]
