"""Phrases that say the same in law and in plain words, each put into one form before words are compared. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lawqa.verification.numerals import TENS, UNITS
from lawqa.verification.words import Word, stem

EQUALS = {
    "may": "can|is allowed to|are allowed to|is permitted to|are permitted to|is authorised to|are authorised to|"
    "is authorized to|are authorized to|is free to|are free to|is empowered to|are empowered to",
    "may not": "cannot|can not|is not allowed to|are not allowed to|is not permitted to|are not permitted to",
    "shall": "must|is required to|are required to|has to|have to|is obliged to|are obliged to|is bound to|are bound to",
    "entitled to": "has the right to|have the right to|is entitled to|are entitled to|shall be entitled to|"
    "shall have the right to|has a right to|have a right to",
    "atleast": "at least|not less than|no less than|not fewer than|no fewer than|a minimum of",
    "atmost": "at most|not more than|no more than|not exceeding|not to exceed|up to|a maximum of|not greater than|"
    "no greater than",
    "notlater": "not later than|no later than|at the latest within",
    "notearlier": "not earlier than|no earlier than|not sooner than|no sooner than",
    "under": "pursuant to|in accordance with|in pursuance of|by virtue of|in conformity with",
    "about": "with respect to|in respect of|with regard to|in relation to|regarding|concerning|relating to|as regards|"
    "respecting",
    "before": "prior to|in advance of",
    "after": "subsequent to",
    "if": "in the event that|in case|where|when|whenever|wherever",
    "incase": "in the event of|in case of|in the case of|in cases of",
    "notwithstanding": "despite|in spite of",
    "unless": "except if|except where|except when",
    "provided that": "on condition that|on the condition that|provided always that",
    "eachother": "each other|every other|one another",
    "every": "each",
    "until": "till",
    "on": "upon",
    "becauseof": "by reason of|because of|on account of|on the ground of|on the grounds of|due to|owing to",
    "undue delay": "unreasonable delay",
    "immediately": "forthwith|at once",
    "soon": "as soon as possible|as soon as practicable|as soon as may be",
    "ensure": "make sure|makes sure|ensures",
    "writing": "written form",
    "anytime": "at any time|at any moment",
    "hereafter": "from now on",
    "individual": "natural person",
    "individuals": "natural persons",
    "of it": "thereof",
    "in it": "therein",
    "to it": "thereto",
}
DEMANDING = frozenset("required obliged bound has have".split())
DENYING = frozenset("no nothing nobody none neither nor not".split())
DENIAL_REACH = 12  # words in front of a phrase in which a denial may govern it
LONGEST = 4  # words of a phrase
FORMS = {tuple(said.split()): form.split() for form, every in EQUALS.items() for said in every.split("|")}

FORMED = frozenset(word for form in EQUALS for word in form.split())


def in_one_form(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with every known phrase, and every number up to 99, in one form; places are kept."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        forms, after = _phrase(words, at) or _number(words, at) or (None, at + 1)
        first, last = words[at], words[after - 1]
        if forms is None:
            found.append(first)
        else:
            found += [
                Word(form, stem(form), first.start, last.end, "" if index else first.gap)
                for index, form in enumerate(forms)
            ]
        at = after
    return tuple(found)


def _phrase(words: Sequence[Word], at: int) -> tuple[list[str], int] | None:
    if words[at].text == "within" and _counts(words, at + 1):
        return ["notlater"], at + 1
    for size in range(min(LONGEST, len(words) - at), 0, -1):
        said = tuple(word.text for word in words[at : at + size])
        form = FORMS.get(said)
        if form is not None and not (DEMANDING & set(said) and is_denied(words, at)):
            return form, at + size
    return None


def _counts(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a number, or stands for one as in `within a month`."""
    text = words[at].text if at < len(words) else ""
    return text[:1].isdigit() or text in UNITS or text in TENS or text in {"a", "an"}


def is_denied(words: Sequence[Word], at: int) -> bool:
    """`nobody is required to` frees; `nobody shall` forbids."""
    for index in range(min(at, len(words) - 1) - 1, max(-1, at - DENIAL_REACH), -1):
        if words[index].text in DENYING:
            return True
        if words[index].gap or words[index + 1].gap:
            return False
    return False


def _number(words: Sequence[Word], at: int) -> tuple[list[str], int] | None:
    word = words[at].text
    following = words[at + 1].text if at + 1 < len(words) else ""
    if word in TENS and UNITS.get(following, 10) < 10:
        return [str(TENS[word] + UNITS[following])], at + 2
    value = UNITS.get(word) or TENS.get(word)
    return ([str(value)], at + 1) if value else None
