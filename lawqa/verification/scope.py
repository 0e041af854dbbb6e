"""How far a claim reaches: only, every, never, at any time, whatever the circumstances. Pure."""

from __future__ import annotations

import re

from lawqa.types import Problem
from lawqa.verification.clauses import sentences
from lawqa.verification.evidence import Evidence
from lawqa.verification.words import fold, read_words

NEARLY = 0.7
LONGEST_PASSAGE = 60_000  # characters that are searched for other sentences about the same thing

ONLY = re.compile(
    r"\b(?:only|solely|exclusively|nothing but|limited to|restricted to|confined to|no other|sole|alone)\b"
)
ONLY_IN_LAW = re.compile(
    r"\b(?:only|solely|sole|exclusive(?:ly)?|limited|restricted|confined|unless|except|save|until|without|other than|no|not|"
    r"alone|shall consist)\b"
)
ONLY_IF = re.compile(
    r"\b(?:only|solely) (?:if|when|where|after|once|with|on|upon|in|for|by|to|under|from|at|against|as|during)\b"
)
CONDITION_IN_LAW = re.compile(
    r"\b(?:only|solely|exclusive(?:ly)?|if|when|where|after|upon|unless|until|except|subject to|provided|without|"
    r"on condition|save|no|in (?:the )?cases?|to the extent|limited|other than|in accordance|pursuant|for the purposes?)\b"
)
ANYBODY = re.compile(r"^\W*(?:any(?:body|one)|every(?:body|one)|all persons|everyone) (?:may|can|is|has)\b")
RESERVED = re.compile(r"(?<!not )\b(?:only|solely|exclusive(?:ly)?|sole)\b")
UNIVERSAL = re.compile(
    r"\b(?:all|every|each|always|everyone|everybody|in (?:all|every|any) (?:case|circumstance|event)s?)\b"
)
UNIVERSAL_IN_LAW = re.compile(
    r"\b(?:all|every|each|any|always|at all times|everyone|whoever|whatever|no|whole|entire|throughout|irrespective|regardless)\b"
)
ABSOLUTE = re.compile(
    r"\b(?:always|automatically|unconditional(?:ly)?|absolute(?:ly)?|in (?:all|every) (?:cases?|circumstances?)|under any "
    r"circumstances|under no circumstances|in no (?:case|circumstances)|without (?:any )?(?:exceptions?|conditions?|"
    r"restrictions?|limits?|limitation)|no exceptions?|no matter|regardless|irrespective|whatever|whether or not|never|"
    r"in any (?:case|event)|for any reason|at will|even (?:if|when|where|without)|any reason)\b"
)
ABSOLUTE_IN_LAW = re.compile(
    r"\b(?:always|automatic\w*|absolute\w*|in (?:all|every|no) (?:case|circumstance)s?|whatever|regardless|irrespective|"
    r"without exception|notwithstanding|whether or not|never|in any (?:case|event)|at all times|even|any reason|ipso|"
    r"at (?:its|his|her|their) (?:own )?discretion|despite|no matter|without regard)\b"
)
QUALIFIED_IN_LAW = re.compile(
    r"\b(?:unless|except|save|if|where|when|only|provided|subject to|shall not apply|does not apply|until|without|"
    r"other than|however|derogation|likely|certain|to the extent|in (?:the )?cases? (?:of|where|in)|which|that)\b"
)
UNTIMED = re.compile(
    r"\b(?:at any (?:time|moment|stage|point)|any time|at all times|indefinitely|for ?ever|in perpetuity|perpetual(?:ly)?|permanent(?:ly)?|"
    r"(?:no|without(?: any)?) (?:time limit|deadline|limit of time|limitation period|limit in time)|"
    r"unlimited(?: time| period)?|endless(?:ly)?|for life|as long as (?:it|he|she|they) (?:likes?|wants?|wish(?:es)?))\b"
)
UNTIMED_IN_LAW = re.compile(
    r"\b(?:at any (?:time|moment|stage)|any time|at all times|indefinite(?:ly)?|for ever|forever|perpetu\w*|permanent(?:ly)?|"
    r"without limit(?:ation)?|unlimited|for life|throughout|continu\w+|no limitation)\b"
)
AT_ONCE = re.compile(
    r"\b(?:immediately|at once|instantly|straight ?away|right away|on the same day|the same day)\b"
)
AT_ONCE_IN_LAW = re.compile(
    r"\b(?:immediate(?:ly)?|forthwith|at once|without (?:undue |unreasonable |further )?delay|prompt(?:ly)?|upon|as soon as|"
    r"on the same day|instant\w*|effective on)\b"
)


def check_scope(evidence: Evidence) -> list[Problem]:
    """The claim reaches further, or less far, than the law it rests on."""
    claim, law, best = (
        fold(evidence.claim),
        fold(evidence.supporting),
        fold(evidence.best or evidence.supporting),
    )
    readings = (
        ("only", _only(claim, law)),
        ("everybody", bool(ANYBODY.search(claim) and RESERVED.search(best))),
        ("all", bool(UNIVERSAL.search(claim) and RESERVED.search(best) and not ONLY_IN_LAW.search(claim))),
        ("every", bool(QUALIFIED_IN_LAW.search(best)) and _reaches(UNIVERSAL, UNIVERSAL_IN_LAW, evidence)),
        (
            "in every case",
            bool(QUALIFIED_IN_LAW.search(law)) and _reaches(ABSOLUTE, ABSOLUTE_IN_LAW, evidence),
        ),
        ("without limit of time", _reaches(UNTIMED, UNTIMED_IN_LAW, evidence)),
        ("at once", _reaches(AT_ONCE, AT_ONCE_IN_LAW, evidence)),
    )
    return [
        Problem(check="scope", detail=f"The claim says “{words}” or as much; the law it rests on does not.")
        for words, wrong in readings
        if wrong
    ]


def _reaches(claimed: re.Pattern[str], granted: re.Pattern[str], evidence: Evidence) -> bool:
    """The claim says it, and neither the supporting words nor another sentence about the same thing does."""
    if not claimed.search(fold(evidence.claim)) or granted.search(fold(evidence.supporting)):
        return False
    return not any(granted.search(text) for text in _related(evidence))


def _related(evidence: Evidence) -> list[str]:
    """The other sentences of the passage that share as many words with the claim as the best piece, or nearly."""
    if evidence.quoted:
        return []
    texts = [evidence.passage[start:end] for start, end in sentences(evidence.passage[:LONGEST_PASSAGE])]
    shared = [len(evidence.claim_stems & {word.stem for word in read_words(text)}) for text in texts]
    needed = max(2, round(NEARLY * len(evidence.claim_stems & {word.stem for word in evidence.best_words})))
    return [fold(text) for text, count in zip(texts, shared, strict=True) if count >= needed]


def _only(claim: str, law: str) -> bool:
    """`only if …` needs a condition in the law, `only` of a thing or person needs its like or a denial."""
    if ONLY_IF.search(claim):
        return not CONDITION_IN_LAW.search(law)
    return bool(ONLY.search(claim)) and not ONLY_IN_LAW.search(law)
