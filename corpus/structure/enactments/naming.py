"""Paths and labels of sections: the identity across editions, and what a citation is resolved to. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.structure import uscode
from corpus.structure.enactments.above import Above
from corpus.structure.enactments.patterns import Style
from corpus.structure.enactments.units import Unit

_CODE = re.compile(r"([0-9]{1,2}[aA]?) U\.S\.C\.( App\.)?$")
_PREFIX = {Style.ARTICLE: "art", Style.RULE: "rule", Style.REGULATION: "reg", Style.CLAUSE: "cl"}
_SIGN = {
    Style.SIGN: ("§", "§§"), Style.SECTION: ("§", "§§"), Style.ARTICLE: ("Art.", "Arts."), Style.RULE: ("Rule", "Rules"),
    Style.REGULATION: ("reg.", "regs."), Style.CLAUSE: ("cl.", "cls."), Style.DOTTED: ("s.", "ss."),
    Style.PLAIN: ("s.", "ss."), Style.COMPOUND: ("§", "§§"),
}  # fmt: skip
_BY_TITLE = (
    (re.compile(r"\bRules\b"), Style.RULE),
    (re.compile(r"\bRegulations\b"), Style.REGULATION),
    (re.compile(r"\bConstitution\b|\bOrder\b"), Style.ARTICLE),
)
"""What numbers without a word are called, by the last words of the short title."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How the sections of one enactment are called."""

    short_title: str
    style: Style
    code_title: str = ""
    """`17` where this is a part of the United States Code."""

    def of(self, unit: Unit, parts: Sequence[Above] = ()) -> tuple[str, str]:
        """Path and label; `parts` are those without which the number would not be unambiguous."""
        number = _number(unit)
        if self.code_title and not parts:
            return uscode.section_path(self.code_title, number), uscode.section_label(self.code_title, number)
        sign = _SIGN[self.style][1 if unit.several else 0]
        own = f"{_PREFIX.get(self.style, 's')}_{_tidy(number)}"
        path = "/".join([*(part.path for part in parts), own])
        return path, self.label(" ".join([*(part.name for part in parts), sign, number]))

    def of_paragraph(self, unit: Unit, schedule: Above) -> tuple[str, str]:
        """Path and label of a numbered paragraph, or an article, of a schedule."""
        number = _number(unit)
        own = _PREFIX.get(unit.style, "p")
        sign = "para." if own == "p" else _SIGN[unit.style][0]
        return f"{schedule.path}/{own}_{_tidy(number)}", self.label(f"{schedule.name} {sign} {number}")

    def label(self, own: str) -> str:
        return f"{self.short_title} {own}".strip()


def _number(unit: Unit) -> str:
    return uscode.plain_number(unit.several or unit.number)


def _tidy(number: str) -> str:
    return re.sub(r"\s*to\s*", "..", number).replace(", ", ",").replace(":", "-")


def naming(short_title: str, style: Style, code_title: str = "") -> Naming:
    """How sections of this style are called in an instrument of this name."""
    if style in {Style.DOTTED, Style.PLAIN}:
        style = next((other for pattern, other in _BY_TITLE if pattern.search(short_title)), style)
    return Naming(short_title, style, code_title if style is Style.SIGN else "")


def code_title(short_title: str) -> str:
    """`17` of `17 U.S.C.`, `11a` of `11 U.S.C. App.`; empty for any other name."""
    found = _CODE.match(short_title.strip())
    if not found:
        return ""
    return found[1].lower().removesuffix("a") + ("a" if found[2] or found[1][-1] in "aA" else "")
