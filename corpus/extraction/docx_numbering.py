"""The numbers that Word shows before paragraphs and keeps out of their text: counted again from the lists' rules. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.extraction.counting import counted
from corpus.extraction.docx_parts import Element, child, local, number, value
from corpus.extraction.docx_styles import Styles

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_PLAIN_BULLETS = frozenset("-–—*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level of a list counts and looks."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    gap: str = " "
    legal: bool = False
    """Whether all numbers in its text appear as 1, 2, 3 whatever the formats of their levels."""
    restart: int | None = None
    """The level (from 1) after which it begins anew; 0: never; None: any level above."""
    style: str = ""

    @classmethod
    def read(cls, element: Element) -> Level:
        restart = child(element, "lvlRestart")
        legal = child(element, "isLgl")
        return cls(
            start=number(child(element, "start"), 1),
            format=value(child(element, "numFmt")) or "decimal",
            text=value(child(element, "lvlText")),
            gap="" if value(child(element, "suff")) == "nothing" else " ",
            legal=legal is not None and value(legal) not in {"0", "false", "off"},
            restart=None if restart is None else number(restart, 0),
            style=value(child(element, "pStyle")),
        )


@dataclass(slots=True)
class _List:
    """One numbered list: the levels of its abstract definition with the changes of this use."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]
    used: bool = False


@dataclass(slots=True)
class Numbering:
    """Counts as the paragraphs pass by, in order."""

    root: Element | None
    styles: Styles
    _lists: dict[str, _List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        abstracts = {value(found, "abstractNumId"): found for found in self._named("abstractNum")}
        uses = {value(found, "numId"): found for found in self._named("num")}
        for name, use in uses.items():
            self._lists[name] = _read_list(use, self._target(use, abstracts, uses), abstracts)

    def _named(self, name: str) -> list[Element]:
        return [found for found in self.root if local(found) == name] if self.root is not None else []

    def _target(self, use: Element, abstracts: dict[str, Element], uses: dict[str, Element]) -> str:
        """The definition that holds the levels: one may only point to a style, and that to a list."""
        abstract = value(child(use, "abstractNumId"))
        link = value(child(abstracts.get(abstract), "numStyleLink"))
        for _, style in self.styles.chain(link):
            other = uses.get(value(child(style, "pPr", "numPr", "numId")))
            return value(child(other, "abstractNumId")) or abstract
        return abstract

    def prefix(self, properties: Element | None) -> str:
        """What stands before the next paragraph, with the gap after it; empty where nothing does."""
        place = self._place(properties)
        return self._count(*place) if place else ""

    def _place(self, properties: Element | None) -> tuple[_List, int] | None:
        """The list and level of a paragraph: its own, else those of its style."""
        chain = list(self.styles.chain(self.styles.of_paragraph(properties)))
        stated = [child(properties, "numPr"), *(child(style, "pPr", "numPr") for _, style in chain)]
        name = next((found for each in stated if (found := value(child(each, "numId")))), "")
        used = self._lists.get(name)
        if used is None:
            return None
        by_style = {level.style: depth for depth, level in used.levels.items() if level.style}
        linked = [by_style[style] for style, _ in chain if style in by_style]
        levels = [number(level, 0) for each in stated if (level := child(each, "ilvl")) is not None]
        own = child(stated[0], "ilvl") is not None
        depth = next(iter(levels if own else linked + levels), 0)
        return used, min(max(depth, 0), LEVELS - 1)

    def _count(self, found: _List, depth: int) -> str:
        level = found.levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(found.abstract, [None] * LEVELS)
        if not found.used:
            found.used = True
            for start in found.starts:
                counts[start] = None
        for above in range(depth):
            if counts[above] is None:
                counts[above] = _start(found, above)
        now = counts[depth]
        counts[depth] = _start(found, depth) if now is None else now + 1
        for below in range(depth + 1, LEVELS):
            if _restarts(found.levels.get(below), depth):
                counts[below] = None
        return _shown(found, level, counts)


def _read_list(use: Element, abstract: str, abstracts: dict[str, Element]) -> _List:
    levels = _levels(abstracts.get(abstract))
    starts: dict[int, int] = {}
    for change in use:
        if local(change) == "lvlOverride":
            depth = number(change, 0, "ilvl")
            levels.update((depth, own) for own in _levels(change).values())
            if (start := child(change, "startOverride")) is not None and 0 <= depth < LEVELS:
                starts[depth] = number(start, 1)
    return _List(abstract, levels, starts)


def _levels(parent: Element | None) -> dict[int, Level]:
    found = [each for each in parent if local(each) == "lvl"] if parent is not None else []
    return {depth: Level.read(each) for each in found if 0 <= (depth := number(each, 0, "ilvl")) < LEVELS}


def _start(found: _List, depth: int) -> int:
    level = found.levels.get(depth)
    return found.starts.get(depth, level.start if level else 1)


def _restarts(level: Level | None, used: int) -> bool:
    if level is None or level.restart is None:
        return True
    return used < level.restart


def _shown(found: _List, level: Level, counts: list[int | None]) -> str:
    if level.format == "bullet":
        bullet = level.text.strip()
        return f"{bullet if bullet in _PLAIN_BULLETS else '•'} " if bullet else ""
    if level.format == "none" and not level.text:
        return ""

    def number_at(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        return counted(
            counts[depth] or 0, "decimal" if level.legal else found.levels.get(depth, level).format
        )

    shown = _PLACE.sub(number_at, level.text).strip()
    return f"{shown}{level.gap}" if shown else ""
