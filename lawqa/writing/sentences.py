"""Cuts a section's text into the pieces that can be quoted: sentences, and points with what leads into them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.structure.outline import outline

_END = re.compile(r"[.?!][)”’\"']*(?=\s+[(“‘\"']?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:arts?|paras?|secs?|nos?|vols?|chs?|pts?|regs?|cls?|cf|eg|ie|e\.g|i\.e|et seq|viz|vs?|inc|corp|ltd|co|"
    r"mr|mrs|ms|dr|prof|st|stat|pub|supp|cong|rev|fed|ed|ibid|op|cit|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"|\b[A-Z]|\b[A-Z]\.[A-Z])\.$",
    re.IGNORECASE,
)
_ENUMERATOR = re.compile(r"\s*(?P<mark>\(?(?:\d{1,3}[A-Za-z]?|[A-Za-z]{1,5})\)|\d{1,3}[A-Za-z]?\.)\s*")
_LEADS_IN = re.compile(
    r"(?:[:—–-]|\b(?:if|where|when|unless|that|of|to|by|the following)"
    r"|(?<![;,] )\b(?:and|or))$"  # `…; and` ends the last point but one of a list, which says something itself
)
# A line before a deeper list leads into it, unless it is closed: some publishers lose the dash before lists.
_CLOSED = re.compile(r"[.;?!][)”’\"']*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch `[start, end)` of a section's text that makes sense by itself or after its lead-in."""

    start: int
    end: int
    line: int
    lead: int | None = None
    """Index of the piece that leads into this one, when it is a point of a list."""
    leads: bool = False
    """It ends open (`… the following:`) and says nothing without what follows."""


def pieces(text: str, *, offset: int = 0) -> list[Piece]:
    """All pieces in order. Offsets are characters of the text, plus `offset`; nothing overlaps."""
    lines = _lines(text)
    found: list[Piece] = []
    open_leads: list[tuple[int, int]] = []
    for number, (start, line, depth) in enumerate(lines):
        # A point belongs to the nearest open lead-in above it; text without a mark ends the list.
        while open_leads and (open_leads[-1][1] >= depth):
            open_leads.pop()
        lead = open_leads[-1][0] if open_leads else None
        below = lines[number + 1][2] if number + 1 < len(lines) else 0
        spans = _sentences(line)
        for left, right in spans:
            goes_on = (left, right) == spans[-1] and below > depth and not _CLOSED.search(line[left:right])
            leads = goes_on or bool(_LEADS_IN.search(line[left:right]))
            found.append(Piece(offset + start + left, offset + start + right, number, lead, leads))
        if spans and found[-1].leads:
            open_leads.append((len(found) - 1, depth))
    return found


def _lines(text: str) -> list[tuple[int, str, int]]:
    """Each line with its start and the depth of its mark, 0 for a line without one."""
    depths = {point.start: point.depth + 1 for point in outline(text) if point.marker}
    found, start = [], 0
    for line in text.split("\n"):
        found.append((start, line, depths.get(start + len(line) - len(line.lstrip()), 0)))
        start += len(line) + 1
    return found


def _sentences(line: str) -> list[tuple[int, int]]:
    cuts = [
        match.end()
        for match in _END.finditer(line)
        if not _ABBREVIATION.search(line[max(0, match.start() - 12) : match.start() + 1])
        and not _ENUMERATOR.fullmatch(line[: match.end()])
    ]
    spans, start = [], 0
    for end in (*cuts, len(line)):
        left, right = start + len(line[start:end]) - len(line[start:end].lstrip()), end
        while right > left and line[right - 1].isspace():
            right -= 1
        if right > left:
            spans.append((left, right))
        start = end
    return spans
