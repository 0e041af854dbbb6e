"""A claim and its quote, laid side by side: how much of the law is read with the quote, and in what order. Pure."""

from __future__ import annotations

import re
from itertools import islice

from lawqa.types import Quote
from lawqa.verification.clauses import sentences
from lawqa.verification.conditions import denying_lead
from lawqa.verification.lexicon import DECISIVE
from lawqa.verification.phrases import in_one_form
from lawqa.verification.support import LONGEST_PIECE, read_passage, share_said
from lawqa.verification.wording import holds_all, is_near_verbatim
from lawqa.verification.words import read_words

OPENER = r"(?:[Ww]here|[Ii]f|[Ww]hen|[Uu]nless|[Ee]xcept|[Ii]n the event|[Pp]rovided that)\b"
OPENED = re.compile(rf"^\W*(?:\(?\w{{1,4}}[.)]\s+)*({OPENER}.*)$", re.DOTALL)
MOST_TURNS = 4  # commas at which a condition in front may end


def quoted_law(claim: str, found: Quote, passage: str) -> str:
    """The quoted words behind the opening that denies them; of a claim that says more, with what stands around them.

    Of several quoted sentences the one that the claim repeats, if it does.
    """
    law = f"{denying_lead(found, passage)} {found.text}".strip()
    around = _around(found, passage)
    if len(around) > len(law) and _telling(claim) - _telling(law):
        law = around
    single = [law[start:end] for start, end in sentences(law)]
    if len(single) == 1 or len(sentences(claim)) > 1:
        return law
    nearest = max(single, key=lambda one: share_said(claim, one))
    return nearest if is_near(claim, nearest) else law


def _around(found: Quote, passage: str) -> str:
    """The sentence, or the items of a list and its openings, in which the quote stands."""
    start, end = found.start or 0, found.end or 0
    parts = [part for part in read_passage(passage)[0] if part.start < end and start < part.end]
    if not parts:
        return found.text
    leads = [passage[slice(*lead)].strip() for lead in parts[0].leads]
    return " ".join([*leads, passage[parts[0].start : parts[-1].end].strip()])[:LONGEST_PIECE]


def side_by_side(claim: str, law: str) -> tuple[str, str, bool]:
    """The claim and the law, whether the claim repeats it; a condition that stands in front of one is put behind."""
    if is_near(claim, law):
        return claim, law, True
    for turned in _turned(law):
        if is_near(claim, turned):
            return claim, turned, True
    for turned in _turned(claim):
        if is_near(turned, law):
            return turned, law, True
    return claim, law, False


def is_near(claim: str, law: str) -> bool:
    """Whether the claim repeats the law but for a few words, however law and claim put common phrases."""
    ours, theirs = in_one_form(read_words(claim)), in_one_form(read_words(law))
    return is_near_verbatim(ours, theirs) or holds_all(ours, theirs)


def _telling(text: str) -> set[str]:
    """The words that tell something: content, numbers, modal verbs, denials, bounds."""
    words = in_one_form(read_words(text))
    return {
        word.text if word.text in DECISIVE else word.stem
        for word in words
        if word.is_content or word.text in DECISIVE or word.text.isdigit()
    }


def _turned(text: str) -> list[str]:
    """`If X, Y.` as `Y if X`, once for each comma at which X may end."""
    opened = OPENED.match(text)
    if opened is None:
        return []
    whole = opened[1].rstrip(" .")
    commas = islice(re.finditer(r",\s", whole), MOST_TURNS)
    return [f"{whole[comma.end() :]} {whole[: comma.start()]}." for comma in commas]
