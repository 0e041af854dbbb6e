"""The law that a sentence cites: sections, and of those cited by a subdivision also that subdivision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.types import Named
from lawqa.checking.held import Held, Text, is_judgment
from lawqa.checking.statements import Compared, compare
from lawqa.checking.types import Agreement

MOST_SECTIONS = 4
"""Cited in one sentence: of more nobody can tell which says what."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A section, and the stretch `[start, end)` of its text that is cited; the whole where no subdivision is named."""

    text: Text
    start: int
    end: int

    def compared(self, statement: str, *, whole: bool) -> list[Compared]:
        """What departs from the section, told by the subdivision cited.

        What agrees with the section and not with that subdivision is doubted only: subdivisions speak of each other.
        """
        found = compare(statement, self.text.text, self.text.label, whole=whole)
        if (self.start, self.end) == (0, len(self.text.text)):
            return found
        nearer = compare(statement, self.text.text[self.start : self.end], self.text.label, whole=whole)
        differing = [self._moved(one) for one in nearer if one.agreement is Agreement.DIFFERS]
        if objections(found)[0]:
            return differing or found
        return [replace(one, certain=False) for one in differing] or found

    def _moved(self, one: Compared) -> Compared:
        """With offsets of the whole text."""
        if one.start is None or one.end is None:
            return one
        return replace(one, start=one.start + self.start, end=one.end + self.start)


def objections(found: Sequence[Compared]) -> tuple[int, int]:
    """How many differ, and how many stand nowhere there."""
    differing = sum(one.agreement is Agreement.DIFFERS for one in found)
    return differing, sum(one.agreement is Agreement.NOT_THERE for one in found)


def cited_law(named: Sequence[Named], held: Held) -> list[Cited]:
    """What a sentence cites, if it is little; what judgments say in figures is about their own case."""
    pins: dict[int, set[tuple[str, ...]]] = {}
    for one in named:
        for key in one.section_ids if one.citation.section else ():
            pins.setdefault(key, set()).add(tuple(one.citation.pin))
    texts = [text for text in held.texts(pins) if not is_judgment(text)]
    return [_cited(text, pins[text.section_id]) for text in texts] if len(texts) <= MOST_SECTIONS else []


def _cited(text: Text, pins: set[tuple[str, ...]]) -> Cited:
    part = text.subdivision(next(iter(pins))) if len(pins) == 1 and pins != {()} else None
    return Cited(text, part.start, part.end) if part else Cited(text, 0, len(text.text))
