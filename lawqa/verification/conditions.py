"""Exceptions and conditions of the law that a claim, or the end of a quote, leaves out. Pure."""

from __future__ import annotations

import re

from lawqa.types import Problem, Quote
from lawqa.verification.clauses import ENUMERATOR
from lawqa.verification.evidence import Evidence
from lawqa.verification.polarity import is_denial
from lawqa.verification.support import contents_of, how_said, read_passage, share_said
from lawqa.verification.words import fold, read_words, stem

EXCEPTION = re.compile(
    r"(?<=[\w,;)])\s+(?:unless|except(?! as (?:otherwise |expressly )?provided)|save (?:where|that|as|for|in)|"
    r"only (?:if|when|where|after|upon)|provided,? that|on condition that|but not)\b"
)
DENIAL = re.compile(r"\b(?:no|not|nor|neither|never|none|nothing)\b")
QUALIFIED = re.compile(
    r"\b(?:unless|except\w*|save|if|when|where|provided|condition\w*|subject|but|exclud\w*|however|only|other than|"
    r"without|until|as long as|so long as|in general|generally|as a rule|in principle|normally|usually|outside|apart from|"
    r"may|some|certain|otherwise|barring|absent|besides|limited|extent)\b"
)
FOLLOWED = re.compile(
    r"[\s,;—-]{0,3}(?:unless|except|save (?:where|that|as|for|in|if|when|with|after|by|on|under)|"
    r"only (?:if|when|where|after)|provided,? that|if\b|where\b|when\b|other than|as long as|so long as|"
    r"subject to|but not|but only)\b"  # in small letters: a capital begins a sentence of its own
)
PRECEDED = re.compile(
    r"\b(?:no|not|never|neither|nor|nothing|none|without|unless|except|cannot|only|(?:nothing|none) (?:in|of) [^.;\n]{1,80})\s+$",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"(?:^|[.;:\n])\s*(?:\(?\w{1,4}[.)]\s*)*"
    r"((?:Where|If|When|Whenever|Unless|Except|Until|Provided|Once|In the event|In cases?|Subject to)\b[^.;:\n]+,)\s*$"
)
LONGEST_OPENING = 500  # characters in front of a quote
CLAUSE = re.compile(r"[^.;:\n]*")
MOSTLY = 0.5  # share of a condition's content words that a claim which states it has
STOPS = (".", ";", ":", "?", "!", "”", '"', ")")


def check_conditions(evidence: Evidence) -> list[Problem]:
    """A quote states an exception or a condition, and the claim made of it is unconditional."""
    if not evidence.quoted or evidence.near_verbatim:
        return []
    law, claim = fold(evidence.supporting), fold(evidence.claim)
    found = EXCEPTION.search(law)
    if found is None or QUALIFIED.search(claim):
        return []
    # `no … unless X` demands X: a claim that demands it too has dropped nothing.
    if DENIAL.search(law[: found.start()]) and not DENIAL.search(claim):
        return []
    detail = f"The law goes on “{found[0].strip()} …”; the claim says nothing of it."
    return [Problem(check="exception", detail=detail)]


def check_cut(claim: str, quote: Quote, passage: str, *, verbatim: bool) -> list[Problem]:
    """The quote stops in front of an exception or a condition, or begins behind one or a denial, of its own sentence.

    A whole item of a list, under its mark, is seen to be one: as a verbatim claim it may stand for itself. What the
    claim says besides its quote may make up for it.
    """
    if quote.start is None or quote.end is None:
        return []
    problems = []
    before = PRECEDED.search(passage[max(0, quote.start - 100) : quote.start])
    if before is not None and not (verbatim and ENUMERATOR.match(f"{quote.text} ")):
        problems.append(
            Problem(check="negation", detail=f"The quote leaves out “{before[0].strip()}” in front of it.")
        )
    for cut in _cut_conditions(quote, passage):
        if verbatim or not _says(claim, cut):
            shown = " ".join(cut.split()[:6]).strip(" ,;—-")
            problems.append(Problem(check="exception", detail=f"The quote leaves out “{shown} …”."))
    return problems[:2]


def _cut_conditions(quote: Quote, passage: str) -> list[str]:
    """What the quote's own sentence makes it depend on, in front of it or behind it."""
    start, end = quote.start or 0, quote.end or 0
    opening = OPENING.search(passage, max(0, start - LONGEST_OPENING), start)
    found = [opening[1]] if opening else []
    if not quote.text.rstrip().endswith(STOPS):
        rest = CLAUSE.match(passage, end)
        last = rest.end() if rest else end
        following = FOLLOWED.match(passage, end) or EXCEPTION.search(passage, end, last)
        found += [passage[following.start() : max(last, following.end())]] if following else []
    return found


def _says(claim: str, condition: str) -> bool:
    """Whether a claim has most of the words of a condition."""
    return share_said(condition, claim) >= MOSTLY


def denying_lead(quote: Quote, passage: str) -> str:
    """The opening of the list that the quote is an item of, if it denies (`shall not:`); else empty."""
    if quote.start is None:
        return ""
    for piece in read_passage(passage)[0]:
        if piece.leads and piece.start <= quote.start < piece.end:
            lead = passage[slice(*piece.leads[-1])]
            opening = read_words(lead)[-LAST_WORDS:]
            return lead if any(is_denial(opening, index) for index in range(len(opening))) else ""
    return ""


LAST_WORDS = 4  # of the opening of a list, in which a denial governs every item
ADDED = re.compile(
    r"\b(?:only (?:if|when|where|after|with|upon|once|in|for|on)|unless|except (?:if|when|where|for|in)|provided that|(?<=, )provided|"
    r"as long as|so long as|on condition that|(?<!\A)if|whenever|when|lawful if|but only)\b([^.;]*)"
)
SHARE_OF_CONDITION = 0.4  # of its content words that one piece of the law must have
GENERAL_TERMS = frozenset(
    stem(word)
    for word in """exception exceptions exempt condition conditions law provide rule rules apply applies case otherwise
    possible feasible necessary appropriate reason justify different require specific special certain limited general
    agree regulation wish want like choose""".split()
)


def check_added_condition(evidence: Evidence) -> list[Problem]:
    """The claim makes something depend on a condition of which the passage never speaks."""
    for match in ADDED.finditer(fold(evidence.claim)):
        content = {word.stem for word in read_words(match[1]) if word.is_content} - GENERAL_TERMS
        if content and not _is_spoken_of(content, evidence.passage):
            return [Problem(check="condition", detail=f"The passage says nothing of “{match[0].strip()}”.")]
    return []


def _is_spoken_of(content: set[str], passage: str) -> bool:
    """Whether some piece of the passage has enough of the condition's words."""
    needed = SHARE_OF_CONDITION * len(content)
    return any(
        sum(how_said(one, stems, groups) > 0 for one in content) >= needed
        for stems, groups, _ in contents_of(passage)
    )
