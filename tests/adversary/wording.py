"""Wrong words: denials added and dropped, modal verbs changed, conditions left out, parties swapped."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.adversary.law import Change, main_modal

NOT = re.compile(
    r"\b(?:shall|must|may|is|are|does|do|can|has|have)( not)\b(?! (?:only|merely|less|more|later|exceed|necessarily))"
)
NO = re.compile(
    r"(?:^|(?<=[,;] ))No(?= \w+)|(?<=There is )no\b|(?<=There are )no\b|(?<=shall have )no\b|(?<=shall be )no\b"
)
NEVER = re.compile(r"\b(?:shall|may|must)( never)\b")
DENIAL = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nothing|without|cannot|unless|except)\b", re.IGNORECASE
)
BE = re.compile(r"\b(?:is|are)\b(?! (?:not|no|to)\b)")
HARMLESS = re.compile(
    r"(?:shall|may|must) (?:not )?(?:be (?:cited|called|construed|deemed|known|entitled|eligible)|have the (?:right|power|same)|have|mean|include|"
    r"come|enter|apply|be (?:the|a|an|as)\b|consist|extend)"
)
EXCEPTIONS = (
    re.compile(
        r",? (?:unless|except|save|provided that|on condition that|only if|only when|only where|but only|other than) [^.]{12,}(?=\.?$)"
    ),
    re.compile(r"^(?:Unless|Except) [^,]{8,}, (?=(?:the|a|an|no|any|each|every|all) )"),
)
CONDITIONS = (
    re.compile(r"^(?:Where|If|When) [^,]{8,}, (?=(?:the|a|an|no|any|each|every|all|he|it) )"),
    re.compile(
        r",? (?:if|where|when|provided) (?:the|a|an|it|he|such|that|any|there|they) [^.,]{12,}(?=\.?$)"
    ),
)
ONLY = re.compile(r"\bonly (?=be)|(?<=\bbe )only |\bonly (?=after|with|on|by|in|to|for)|\bsolely ")
PARTY = (
    r"\b[Tt]he (?:[a-z]+ ){0,2}?(?:[a-z]{3,}(?:er|or|ee|ant|ist|ian)|Commission|Council|President|Governor|Secretary|Administrator|Board|"
    r"Director|Attorney General|Comptroller|[Cc]ourt|authority|State|State Government|Parliament|Congress|Agency|Tribunal|Minister|"
    r"Speaker|Chairman|Member States?|recipient|agent|data subject|county|consumer|provider|Corporation|Committee|agency|"
    r"department|Department|Authority|Bureau|Judge|judge|bank|company|tenant|landlord|owner|keeper|inspector|society)\b"
)
PARTIES = re.compile(PARTY)
NO_PARTY = frozenset(
    "matter order number manner paper letter under over after further rather whether consider another neither order other former latter either register offer water transfer".split()
)


def dropped_denials(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """`shall not` becomes `shall`, `No person` becomes `Any person`."""
    del section, rng
    for pattern in (NOT, NEVER):
        for found in pattern.finditer(sentence):
            yield Change("dropped negation", found.start(1), found.end(1), "")
    for found in NO.finditer(sentence):
        plural = found.start() and not sentence[found.end() + 1 :].startswith(("right", "power", "appeal"))
        yield Change(
            "dropped negation",
            found.start(),
            found.end(),
            "any" if plural else "Any" if not found.start() else "a",
        )


def added_denials(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """`shall` becomes `shall not` where nothing is denied."""
    del section, rng
    modal = main_modal(sentence)
    if modal and not sentence[modal.end() :].startswith((" not", " never", " only")):
        yield Change("added negation", modal.end(), modal.end(), " not")
    being = BE.search(sentence)
    if being and not modal and not DENIAL.search(sentence):
        yield Change("added negation", being.end(), being.end(), " not")


def swapped_modals(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """A duty becomes a choice, a permission a duty."""
    del section
    found = main_modal(sentence)
    if (
        found is None
        or HARMLESS.match(sentence, found.start())
        or " not" in sentence[found.end() : found.end() + 5]
    ):
        return
    if re.search(r"\b(?:no|none|nobody|neither|nothing)\b", sentence[: found.start()], re.IGNORECASE):
        return  # `no appeal may` forbids as `no appeal shall` does
    new = "may" if found[0] in {"shall", "must"} else rng.choice(("shall", "must"))
    yield Change("modal", found.start(), found.end(), new)


def dropped_conditions(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """What the law makes depend on something is said without that."""
    del section, rng
    for kind, patterns in (("dropped exception", EXCEPTIONS), ("dropped condition", CONDITIONS)):
        for pattern in patterns:
            found = pattern.search(sentence)
            if found and len(sentence) - len(found[0]) > 40:
                yield Change(kind, found.start(), found.end(), "")
    found = ONLY.search(sentence)
    if found:
        yield Change("dropped condition", found.start(), found.end(), "")


def swapped_parties(sentence: str, section: str, rng: random.Random) -> Iterator[Change]:
    """The first two parties of the main clause change places."""
    del section, rng
    modal = main_modal(sentence)
    if modal is None:
        return
    parties = [one for one in PARTIES.finditer(sentence) if one[0].split()[-1] not in NO_PARTY]
    front = [one for one in parties if one.end() <= modal.start()]
    behind = [one for one in parties if one.start() >= modal.end()]
    if not front or not behind or "each other" in sentence:
        return
    one, other = front[-1], behind[0]
    if one[0].lower() == other[0].lower() or re.search(
        r"\b(?:of|by|between|from)$", sentence[: one.start()].rstrip()
    ):
        return
    if re.search(r"\b(?:and|or)$", sentence[: other.start()].rstrip()) or sentence[other.end() :].startswith(
        (" and", " or", "'s", "’s")
    ):
        return
    new = f"{other[0]}{sentence[one.end() : other.start()]}{one[0][0].lower()}{one[0][1:]}"
    yield Change("swapped parties", one.start(), other.end(), new)
