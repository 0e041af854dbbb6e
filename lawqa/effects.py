"""What it means for an answer that the law has moved: decided from the texts then and now. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from corpus.reading import Change, Turn, day
from corpus.typography import bare


class Concern(StrEnum):
    """How the law has moved away from an answer."""

    CHANGED = "changed"
    """The law of the day of asking was meant, and it has changed since."""
    OTHER = "other"
    """The day that was asked for has another text now."""
    CORRECTED = "corrected"
    """The very text was corrected."""
    NO_LAW = "no-law"
    """The day that was asked for has none any more."""
    LEFT = "left"
    """The section has left the shelf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rested:
    """A text that an answer rests on, as it was when the answer was given."""

    source: int
    """Database key of the answer's source."""
    label: str
    section: int | None
    text_sha256: str
    words_sha256: str
    """Of the words alone; empty where it is not known."""
    passage: str
    quotes: tuple[str, ...]
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The text that the shelf has for the day that was asked for."""

    section: int
    text: str
    valid_to: dt.date | None
    went: Change | None
    """How it gives way to the next."""
    next_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What moved under one source of an answer."""

    concern: Concern
    source: int
    label: str
    said: str
    before: int | None = None
    """Database keys of two wordings that can be laid over each other; both or neither."""
    after: int | None = None
    section: int | None = None
    """Of the text that is law now, to be read."""
    stands: bool | None = None
    """Whether every quoted word stands in the text that is law now; None where there is none."""
    key: str = ""
    """The same for the same state of the law: what a reader has seen."""


def as_data(effect: Effect) -> dict[str, Any]:
    """For programs. Keys are those of sections: /sections/AFTER/compare/BEFORE/ lays two of them over each other."""
    return {
        "label": effect.label, "concern": effect.concern.value, "said": effect.said, "quotes_stand": effect.stands,
        "before": effect.before, "after": effect.after, "section": effect.section, "key": effect.key,
    }  # fmt: skip


def words_digest(text: str) -> str:
    """sha256 of the words of a text, whatever its typography."""
    return hashlib.sha256(_words(text).encode(errors="replace")).hexdigest()


@lru_cache(maxsize=256)  # many answers cite the same sections
def _words(text: str) -> str:
    return bare(text)


def effect_of(
    rested: Rested, now: Held | None, *, on_shelf: bool, as_of: dt.date, current: bool
) -> Effect | None:
    """What moved under an answer's source; nothing when its law is as it was. `current`: today's law was meant."""
    label, source = rested.label, rested.source
    if not on_shelf:
        return _keyed(Effect(concern=Concern.LEFT, source=source, label=label, said="It has left the shelf."))
    if now is None:
        said = f"On {day(as_of)}, which was asked for, it was not law, as the shelf has it now."
        return _keyed(
            Effect(concern=Concern.NO_LAW, source=source, label=label, said=said, section=rested.section)
        )
    if not _reads_as_it_did(rested, now.text):
        return _keyed(_other_text(rested, now, as_of), now.text)
    if current and now.went is not None and now.valid_to != rested.valid_to:
        return _keyed(_changed_since(rested, now, now.went))
    return None


def _reads_as_it_did(rested: Rested, text: str) -> bool:
    if hashlib.sha256(text.encode()).hexdigest() == rested.text_sha256:
        return True
    if rested.words_sha256:
        return rested.words_sha256 == words_digest(text)
    return bare(rested.passage) in _words(text)  # of an older record only the passage is known


def _other_text(rested: Rested, now: Held, as_of: dt.date) -> Effect:
    corrected = now.section == rested.section
    said = (
        "Its text was corrected on the shelf after the answer was given."
        if corrected
        else f"For {day(as_of)}, which was asked for, the shelf has another text now."
    )
    return Effect(
        concern=Concern.CORRECTED if corrected else Concern.OTHER, source=rested.source, label=rested.label, said=said,
        before=None if corrected or rested.section is None else rested.section,
        after=None if corrected or rested.section is None else now.section,
        section=now.section, stands=_stand(rested.quotes, now.text),
    )  # fmt: skip


def _changed_since(rested: Rested, now: Held, went: Change) -> Effect:
    follows = went.after if went.turn is Turn.CHANGED else None
    return Effect(
        concern=Concern.CHANGED, source=rested.source, label=rested.label, said=went.said,
        before=now.section if follows else None, after=follows, section=follows or now.section,
        stands=_stand(rested.quotes, now.next_text) if follows else None,
    )  # fmt: skip


def _stand(quotes: Iterable[str], text: str) -> bool:
    words = _words(text)
    return all(bare(quote) in words for quote in quotes)


def _keyed(effect: Effect, text: str = "") -> Effect:
    state = (effect.concern, effect.source, effect.after, effect.section, effect.said, text)
    key = hashlib.sha256("\0".join(map(str, state)).encode(errors="replace")).hexdigest()[:16]
    return replace(effect, key=key)
