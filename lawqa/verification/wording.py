"""A claim that repeats the law but for a few words: what each added, dropped or replaced word changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from lawqa.types import Problem
from lawqa.verification.evidence import Evidence
from lawqa.verification.lexicon import EXCEPTIONS, NEGATIONS, NEGATIVE_VERBS, actor_in, same_meaning
from lawqa.verification.numerals import MULTIPLES, TENS, UNITS
from lawqa.verification.order import Change, check_order, content, without_moves
from lawqa.verification.phrases import FORMED, in_one_form, is_denied
from lawqa.verification.words import Word, stem

LONGEST_NAME = 3  # words of a party that stands in another's place
LONGEST = 600  # words of a claim or quote that are compared one by one
LEAST_SHARED = 0.72  # share of the claim's words that stand in the quote in their order
BEFORE_EXCEPTION = 4  # words in which a denial and its exception belong together
FEWEST_HELD = 5  # words of the law
SHARE_HELD = 0.9
LEAST_OF_SAME_WORDS = 0.5  # if the claim has no content word besides those of the law
DUTIES = frozenset({"shall", "must"})
MODALS = frozenset("shall must may can could might should will would".split())
FREEING = frozenset("required obliged bound necessary".split())  # where a denial governs: need not
ONLY = frozenset("only solely exclusively".split())
LIMITS = frozenset("all every each any always never both either some".split())
BOUNDS = frozenset("atleast atmost notlater notearlier".split())
RIVALS = tuple(
    frozenset(words.split())
    for words in (
        "and or",
        "with without",
        "before after during since",
        "more less fewer",
        "above below over",
        "to from by against",
    )
)
OPENING = 2  # words at the beginning of the law in front of which a claim may add some
NUMBER_WORDS = frozenset(UNITS) | frozenset(TENS) | frozenset(MULTIPLES)


def is_near_verbatim(claim: Sequence[Word], law: Sequence[Word], least: float = LEAST_SHARED) -> bool:
    """Whether most words of the claim, or the share `least` of them, stand in the law in the same order."""
    if not claim or not law or max(len(claim), len(law)) > LONGEST:
        return False
    shared = sum(block.size for block in _matcher(claim, law).get_matching_blocks() if block.size > 1)
    return shared >= least * len(claim)


def holds_all(claim: Sequence[Word], law: Sequence[Word]) -> bool:
    """Whether the claim repeats all of the law, or nearly, whatever it adds."""
    if not law or max(len(claim), len(law)) > LONGEST:
        return False
    shared = sum(block.size for block in _matcher(claim, law).get_matching_blocks() if block.size > 1)
    return len(law) >= FEWEST_HELD and shared >= SHARE_HELD * len(law)


def _matcher(claim: Sequence[Word], law: Sequence[Word]) -> SequenceMatcher[str]:
    return SequenceMatcher(
        None, [_form(word) for word in claim], [_form(word) for word in law], autojunk=False
    )


def _form(word: Word) -> str:
    return "shall" if word.text in DUTIES else word.text


def check_wording(evidence: Evidence) -> list[Problem]:
    """Word by word: a changed number, bound, modal verb, denial, limit or party; an exception left out; a new order."""
    if not evidence.near_verbatim:
        return []
    claim, law = in_one_form(evidence.claim_words), in_one_form(evidence.supporting_words)
    codes = _matcher(claim, law).get_opcodes()
    changes = [_change(claim, law, code) for code in codes if code[0] != "equal"]
    problems = check_order(changes) if evidence.quoted else []
    kept = without_moves(changes) if evidence.quoted else changes
    for change in kept:
        if evidence.quoted or not change.opens:
            problems += _read_change(change, evidence)
    return problems


def check_places(evidence: Evidence) -> list[Problem]:
    """A quoted claim of the law's words alone, half of them in its order: parties that change places."""
    claim, law = in_one_form(evidence.claim_words), in_one_form(evidence.supporting_words)
    known = {word.stem for word in law}
    if not evidence.quoted or not claim or max(len(claim), len(law)) > LONGEST:
        return []
    if any(word.is_content and word.stem not in known for word in claim):
        return []
    matcher = _matcher(claim, law)
    if sum(block.size for block in matcher.get_matching_blocks()) < LEAST_OF_SAME_WORDS * len(claim):
        return []
    codes = matcher.get_opcodes()
    return check_order([_change(claim, law, code) for code in codes if code[0] != "equal"])


def _change(claim: Sequence[Word], law: Sequence[Word], code: tuple[str, int, int, int, int]) -> Change:
    tag, start, end, law_start, law_end = code
    return Change(
        added=tuple(claim[start:end]),
        dropped=tuple(law[law_start:law_end]),
        opens=tag == "insert" and law_start == 0 and law_end > OPENING,
        trailing=law_end == len(law),
        denied=law_end < len(law) and law[law_end].text == "not",
        of_nobody=is_denied(claim, start) and is_denied(law, law_start),
    )


def _read_change(change: Change, evidence: Evidence) -> list[Problem]:
    added, dropped, quoted = change.added, change.dropped, evidence.quoted
    new, old = {word.text for word in added}, {word.text for word in dropped}
    modal = bool(new & MODALS and old & MODALS)
    readings = (
        ("number", bool(_numbers(new)) and _numbers(new) != _numbers(old)),
        ("number", quoted and _changes_bound(new, old)),
        (
            "modal",
            modal and _changes_modal(new, old, evidence, change),
        ),
        ("modal", quoted and bool(new & FREEING and old & MODALS)),
        ("negation", (new & NEGATIONS) != (old & NEGATIONS) and not (change.trailing and not added)),
        ("exception", _drops_condition(new, old) and not _cancels(dropped, evidence)),
        ("scope", _changes_scope(new, old, quoted=quoted)),
        ("scope", quoted and any(new & pair and old & pair and new & pair != old & pair for pair in RIVALS)),
        ("party", _changes_party(added, dropped)),
        ("support", quoted and bool(new & MODALS) and not old & MODALS and len(content(added)) > 1),
        ("support", quoted and bool(_foreign(added, evidence))),
    )
    said = f"“{_text(added)}” for “{_text(dropped)}”"
    return [Problem(check=check, detail=f"The claim has {said}.") for check, wrong in readings if wrong][:2]


def _text(words: Sequence[Word]) -> str:
    shown = " ".join(word.text for word in words[:12])
    return f"{shown} …" if len(words) > 12 else shown


def _changes_modal(new: set[str], old: set[str], evidence: Evidence, change: Change) -> bool:
    """`shall`, `must` and `may` forbid alike before `not`; beside its own quote a claim may say `must not` for both."""
    if change.denied and (not evidence.quoted or new & DUTIES):
        return False
    if change.of_nobody and "may" in new and old & DUTIES:
        return False
    softened = not evidence.quoted and bool(new & {"can", "could"})
    return _modals(new) != _modals(old) and not softened


def _changes_bound(new: set[str], old: set[str]) -> bool:
    """`at least` for `at most`, or where the law bounds nothing."""
    return bool(new & BOUNDS) and new & BOUNDS != old & BOUNDS


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
    near = dropped[max(0, first - BEFORE_EXCEPTION) if evidence.quoted else 0 : first]
    return far or any(word.text in NEGATIONS or word.stem in NEGATIVE_VERBS for word in near)


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
    unknown = [
        word for word in added if word.is_content and word.stem not in stems and word.text not in FORMED
    ]
    return [
        word
        for word in unknown
        if not any(same_meaning(word.stem, stem) for stem in evidence.supporting_stems)
    ]
