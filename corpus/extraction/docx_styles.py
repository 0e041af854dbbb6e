"""What the styles of a Word file say of a paragraph or a run: headings, type and numbering. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.extraction.docx_parts import Element, child, local, number, value

_HEADING = re.compile(r"heading (\d)")
_BODY_LEVEL = 9
_OFF = {"0", "false", "off"}
_HALF_POINTS = 22
"""Of text whose size nothing states."""


@dataclass(frozen=True, slots=True)
class Look:
    """How characters look. `hidden`: not shown on screen or paper."""

    size: float
    bold: bool
    italic: bool
    hidden: bool


@dataclass(slots=True)
class Styles:
    root: Element | None
    _styles: dict[str, Element] = field(default_factory=dict)
    _looks: dict[tuple[str, str], Look] = field(default_factory=dict)
    _defaults: Element | None = None
    default_paragraph: str = ""

    def __post_init__(self) -> None:
        for style in self.root if self.root is not None else ():
            if local(style) == "style":
                self._styles.setdefault(value(style, "styleId"), style)
                if value(style, "type") == "paragraph" and value(style, "default") not in _OFF | {""}:
                    self.default_paragraph = value(style, "styleId")
        self._defaults = child(self.root, "docDefaults", "rPrDefault", "rPr")

    def chain(self, style: str) -> Iterator[tuple[str, Element]]:
        """A style and those on which it is based, with their ids, nearest first."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield style, self._styles[style]
            style = value(child(self._styles[style], "basedOn"))

    def of_paragraph(self, properties: Element | None) -> str:
        return value(child(properties, "pStyle")) or self.default_paragraph

    def name(self, style: str) -> str:
        """As the format names it, in English in every language's Word."""
        return value(child(self._styles.get(style), "name")).lower()

    def heading(self, properties: Element | None) -> int:
        """Level from 1 of a heading, 0 for other paragraphs."""
        style = self.of_paragraph(properties)
        levels = [
            child(properties, "outlineLvl"),
            *(child(found, "pPr", "outlineLvl") for _, found in self.chain(style)),
        ]
        stated = next((level for level in levels if level is not None), None)
        if stated is not None:
            level = number(stated, _BODY_LEVEL)
            return level + 1 if 0 <= level < _BODY_LEVEL else 0
        names = [self.name(found) for found, _ in self.chain(style)]
        heading = next((match for match in map(_HEADING.fullmatch, names) if match), None)
        return int(heading[1]) if heading else int("title" in names)

    def look(self, paragraph: str, run: Element | None) -> Look:
        """Of a run with these properties in a paragraph of that style."""
        key = (paragraph, value(child(run, "rStyle")))
        if key not in self._looks:
            styles = [found for start in reversed(key) for _, found in self.chain(start)]
            self._looks[key] = _look(
                [*(child(style, "rPr") for style in styles), self._defaults],
                Look(_HALF_POINTS / 2, False, False, False),
            )
        return _look([run], self._looks[key])


def _look(properties: list[Element | None], base: Look) -> Look:
    """The first of the properties that says something wins, then `base`."""
    return Look(
        size=_size(properties, base.size),
        bold=_switch(properties, "b", base.bold),
        italic=_switch(properties, "i", base.italic),
        hidden=_switch(properties, "vanish", base.hidden),
    )


def _switch(properties: list[Element | None], name: str, base: bool) -> bool:
    found = next((switch for each in properties if (switch := child(each, name)) is not None), None)
    return base if found is None else value(found) not in _OFF


def _size(properties: list[Element | None], base: float) -> float:
    found = next((size for each in properties if (size := child(each, "sz")) is not None), None)
    return number(found, 0) / 2 or base
