"""What stands above a judgment: title page, headnote or syllabus, order; each a section of its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.structure import blocks
from corpus.structure.blocks import Block
from corpus.types import SectionText

_APART = frozenset({"title page", "headnote", "syllabus", "summary"})
LONG_BLOCK = 400  # characters from which a paragraph belongs to no title page

_HEADNOTE = re.compile(
    r"^\W{0,3}(?P<word>head[ -]?notes?|syllabus|summary|catchwords|flynote|abstract|synopsis)\b(?=\W{0,3}$|\s?[:—–-]|\s*\()",
    re.IGNORECASE,
)
_HELD = re.compile(r"^\W{0,3}(?:Held|HELD)\b")
_ORDER = re.compile(r"^\W{0,6}(?:O ?R ?D ?E ?R|Order)\W{0,6}$")
_JUDGMENT = re.compile(
    r"^\W{0,6}(?:J ?U ?D ?G ?E? ?M ?E ?N ?T|Judge?ment|REASONS(?: FOR .{3,20})?|OPINION|Opinion)\W{0,6}$"
)


@dataclass(frozen=True, slots=True)
class Names:
    """How labels above a judgment are made: what goes before, what follows in brackets."""

    short_title: str

    def label(self, what: str) -> str:
        return f"{self.short_title} ({what})"


def sections(front: Sequence[Block], names: Names) -> Iterator[SectionText]:
    """The parts above the first paragraph of the judgment, in order. Title page and headnote have their words as notes."""
    for part, group in _parts(front).items():
        if part in _APART:
            yield apart(part, group, names)
            continue
        text, breaks = blocks.joined(group[1:] if len(group) > 1 and _ORDER.match(group[0].text) else group)
        yield SectionText(
            path=part, label=names.label(part), heading=part.capitalize(), text=text, page_breaks=breaks
        )


def apart(part: str, group: Sequence[Block], names: Names) -> SectionText:
    """A section that is no law: its words stand in its notes, shown and never quoted."""
    text, breaks = blocks.joined(group)
    return SectionText(
        path=part.replace(" ", "-"), label=names.label(part), heading=part.capitalize(), text="", notes=text, page_breaks=breaks[:1]
    )  # fmt: skip


def _parts(front: Sequence[Block]) -> dict[str, list[Block]]:
    """The blocks of each part."""
    parts: dict[str, list[Block]] = {}
    part = "title page"
    for block in front:
        part = _part_of(block.text, part)
        if part == "headnote" and _HELD.match(block.text) and "opening" in parts:
            # What is held closes a headnote that nothing announced.
            parts["headnote"] = parts.pop("opening")
        parts.setdefault(part, []).append(block)
    return parts


def is_landmark(line: str) -> bool:
    """Whether a line says which part of a judgment follows."""
    return any(pattern.match(line) for pattern in (_HEADNOTE, _ORDER, _JUDGMENT))


def _part_of(text: str, before: str) -> str:
    """The part to which a block belongs, given that of the one before it."""
    if found := _HEADNOTE.match(text):
        word = found["word"].lower()
        return word if word in {"syllabus", "summary"} else "headnote"
    if _HELD.match(text) and before in {"title page", "opening"}:
        return "headnote"
    if _ORDER.match(text):
        return "order"
    if _JUDGMENT.match(text):
        return "title page"
    if before == "title page" and len(text) >= LONG_BLOCK:
        return "opening"
    return before
