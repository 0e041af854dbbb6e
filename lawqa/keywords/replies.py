"""Reads what a model says of a question, believing only what the question itself bears out. Pure.

A citation, a place, a day that the question does not name is dropped: else a model could put law into the reader's
mouth. Terms are cleaned here; whether they mean anything in the law is for `standing`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.citations import find_all
from lawqa.keywords.asking import CODES, MAX_CITATIONS, MAX_PARTS, MAX_TERMS, PROMPT
from lawqa.prompts import template

MAX_TERM_CHARS = 80
MAX_PART_CHARS = 200
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TERM = re.compile(r"(?=.*[^\W\d_]{2})[^\W_](?:[\w .,'’/()-]*[\w.)])?")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# Words by which a question names a place, besides those that the rules know.
_PLACES = {
    "eu": r"\b(?:Europe(?:an)?|EEA|Brussels|Luxembourg|Member States?|the Union)\b",
    "in": r"\b(?:Indians?|Bharat|Delhi|Mumbai|Lok Sabha|Rajya Sabha)\b",
    "us": r"\b(?:America|Americans?|Congress|the States|Washington|SCOTUS)\b",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a model said, cleaned."""

    terms: tuple[str, ...] = ()
    """In its order; empty when it repeats itself, the sign of a model that has nothing to say."""
    citations: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    as_of: dt.date | None = None
    sub_questions: tuple[str, ...] = ()


def read(reply: Mapping[str, Any], question: str) -> Heard:
    """What of a reply can be used; whatever is in it, nothing is raised."""
    terms = [term for term in map(_term, _strings(reply.get("terms"), 2 * MAX_TERMS)) if term]
    return Heard(
        terms=tuple(terms[:MAX_TERMS]), citations=_citations(reply.get("citations"), question),
        jurisdictions=_jurisdictions(reply.get("jurisdiction"), question), as_of=_day(reply.get("date"), question),
        sub_questions=_parts(reply.get("sub_questions"), question),
    )  # fmt: skip


def repeats_itself(terms: Iterable[str]) -> bool:
    """Whether the same term comes twice."""
    folded = [term.casefold() for term in terms]
    return len(set(folded)) < len(folded)


def repeats_prompt(terms: Iterable[str]) -> bool:
    """Whether two of the terms are those of the prompt's examples; one may be right by chance."""
    examples = template(PROMPT).system.casefold()
    return sum(f'"{term.casefold()}"' in examples for term in terms) > 1


def _strings(value: object, limit: int) -> list[str]:
    """The strings of a list, cleaned, at most `limit`."""
    found = value[:limit] if isinstance(value, list) else []
    return [cleaned(item) for item in found if isinstance(item, str)]


def cleaned(text: str) -> str:
    """One line without control, invisible or unpaired characters."""
    kept = (" " if char.isspace() else char for char in text[:1000])
    shown = "".join(char for char in kept if unicodedata.category(char)[0] != "C")
    return " ".join(shown.split())


def _term(text: str) -> str:
    """A term of words; empty for anything else (numbers, mark-up, addresses)."""
    bare = text.strip(" .,;:-\"'“”")
    return bare if len(bare) <= MAX_TERM_CHARS and _TERM.fullmatch(bare) else ""


def _citations(value: object, question: str) -> tuple[str, ...]:
    """Those that are citations and that the question names in the same words."""
    asked = cleaned(question).casefold()
    named = (text for text in _strings(value, MAX_CITATIONS) if text and text.casefold() in asked)
    return tuple(dict.fromkeys(text for text in named if any(find_all(text))))


def _jurisdictions(value: object, question: str) -> tuple[str, ...]:
    code = value if isinstance(value, str) else ""
    return (code,) if code in CODES and re.search(_PLACES[code], question) else ()


def _day(value: object, question: str) -> dt.date | None:
    """A day whose year, month and day all stand in the question; of a year or month alone, its first day."""
    found = _ISO.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    try:
        day = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    numbers = Counter(int(number) for number in _NUMBER.findall(question) if len(number) <= 4)
    return day if Counter(_numbers_of(day, question)) <= numbers else None


def _numbers_of(day: dt.date, question: str) -> list[int]:
    """The numbers by which a question names a day, each once: it may write the month as a word, or leave out a first."""
    as_word = MONTHS[day.month - 1] in question.lower() or (day.month, day.day) == (1, 1)
    return [day.year, *([] if as_word else [day.month]), *([] if day.day == 1 else [day.day])]


def _parts(value: object, question: str) -> tuple[str, ...]:
    """Sub-questions that ask for less than the question, in mostly its words, and name nothing that it does not."""
    asked = cleaned(question)
    parts = [part for part in _strings(value, MAX_PARTS) if _is_part(part, asked)]
    return tuple(dict.fromkeys(parts))


def _is_part(part: str, asked: str) -> bool:
    words = _stems(part)
    return (
        len(part) <= MAX_PART_CHARS
        and part.endswith("?")
        and part.casefold() != asked.casefold()
        and len(words) >= 2
        and 2 * len(words & _stems(asked)) >= len(words)
        and set(_NUMBER.findall(part)) <= set(_NUMBER.findall(asked))
    )


def _stems(text: str) -> set[str]:
    """Words, cut to what their forms have in common."""
    return {word[:5].casefold() for word in _WORD.findall(text)}
