"""The headings above a section of the United States Code, from a file that has them as last lines of the section before.

Such a file names each section's chapter; of what stands below a chapter, or above it, it has only those lines. Where
the next section is in another chapter, the lines may belong to the chapter that ended (a subchapter whose sections
were repealed), or stand above the one that begins (a part of the title): what a title has inside its chapters never
stands above them. The first heading of a title, subtitle or chapter is not in such a file, so where the numbers of
chapters leap and no part is said to begin, none is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from corpus.structure import uscode

_HEADING = re.compile(
    r"#*\s*\[?((?:subchapter|(?:sub)?part|(?:sub)?division)\s+[\dA-Z]{1,7}(?:-\d+)?)\s?[—–]\s?(\S.*?)\]?$",
    re.IGNORECASE,
)
_RANK = {"subchapter": 0, "part": 1, "subpart": 2, "subdivision": 3}
"""From the widest. A division may stand anywhere among them: above parts in one chapter, below subparts in another."""
_CHAPTER_NUMBER = re.compile(r"\[?chapter (\d+)", re.IGNORECASE)
LEAP = 10
"""Chapter numbers left free in front of what stands apart: chapter 147 of one subtitle, 301 of the next."""


class Heading(NamedTuple):
    """`kind` is its first word in lower case."""

    kind: str
    text: str

    @classmethod
    def of(cls, line: str) -> Self | None:
        found = _HEADING.match(line)
        if found is None:
            return None
        repealed = uscode.heading_above(found[1], found[2].strip("[]"))
        return cls(found[1].split()[0].lower(), repealed)


@dataclass(slots=True)
class Above:
    """What stands above the sections of one title, read in order."""

    chapter: str = ""
    section: str = ""
    """Number of the last section that had one."""
    outside: list[Heading] = field(default_factory=list)
    """What the chapter stands under, outermost first."""
    inside: list[Heading] = field(default_factory=list)
    """What stands between chapter and section, outermost first."""
    within: set[str] = field(default_factory=lambda: {"subchapter"})
    """The kinds that this title has inside chapters."""
    coming: list[Heading] = field(default_factory=list)
    """Read at the end of the last section."""

    def of(self, chapter: str) -> tuple[str, ...]:
        """Headings above a section of this chapter, outermost first."""
        if chapter == self.chapter:
            self.within |= {heading.kind for heading in self.coming}
            self.inside = _followed(self.inside, self.coming)
        else:
            new = [heading for heading in self.coming if heading.kind not in self.within]
            known = self.outside if new or not _leaps(self.chapter, chapter) else []
            self.outside, self.inside = _followed(known, new), []
        self.chapter, self.coming = chapter, []
        inside = (heading.text for heading in self.inside)
        return tuple(text for text in (*(one.text for one in self.outside), chapter, *inside) if text)

    def take_from(self, lines: list[str]) -> list[str]:
        """The lines without the headings at their end, which belong to what follows."""
        end = len(lines)
        while end and (found := Heading.of(lines[end - 1])):
            self.coming.insert(0, found)
            end -= 1
        return lines[:end]


def _leaps(before: str, chapter: str) -> bool:
    numbers = [int(found[1]) for text in (before, chapter) if (found := _CHAPTER_NUMBER.match(text))]
    return len(numbers) == 2 and numbers[1] - numbers[0] >= LEAP


def _followed(stack: Sequence[Heading], coming: Sequence[Heading]) -> list[Heading]:
    """The headings that stand above a section, outermost first, behind those that come one after another."""
    open_ = list(stack)
    for place, heading in enumerate(coming):
        following = coming[place + 1] if place + 1 < len(coming) else None
        open_ = [*open_[: _depth(open_, heading, following)], heading]
    return open_


def _depth(stack: Sequence[Heading], heading: Heading, following: Heading | None) -> int:
    """How many of the open headings a new one stands under."""
    kinds = [open_.kind for open_ in stack]
    if heading.kind in kinds:
        return kinds.index(heading.kind)
    rank = _RANK.get(heading.kind)
    if rank is None and following is not None:  # a division is as wide as what follows directly below it
        rank = _RANK.get(following.kind)
    deeper = (place for place, kind in enumerate(kinds) if rank is not None and _RANK.get(kind, -1) >= rank)
    return next(deeper, len(stack))
