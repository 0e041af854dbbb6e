"""Sentences of law and the pieces of long ones, each with the opening words that it hangs from. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

ABBREVIATION = re.compile(
    r"(?:\b(?:U\.\s?S|U\.S\.C|Art|Arts|No|Nos|Sec|Secs|cf|v|vs|Inc|Co|Corp|Ltd|Mr|Mrs|Ms|Dr|St|Stat|Pub|Cir|App|Reg|"
    r"Fed|Ch|Cl|para|paras|e\.g|i\.e|seq|al|[A-Z])|^\W*\d{1,3}|^\W*[a-z]{1,3})\.$"
)
NEXT_ITEM = re.compile(r"\s*(?:\([a-zA-Z0-9]{1,4}\)\s|[a-z])")
UNFINISHED = re.compile(r"(?:[,;:—–-]|\b(?:and|or|the|of|to|that|if))\s*$")
SENTENCE_END = re.compile(r"[.?!][\"'”’)\]]{0,2}(?=\s+[\"'“‘(\[§$€£]{0,2}[A-Z0-9])|\n+")
BREAK = re.compile(
    r"[;:]\s+(?:(?:and|or|but|nor)\s+)?|\s+(?=\((?:[a-z]{1,2}|[ivx]{1,5}|[IVX]{1,5}|[A-Z]|\d{1,2})\)\s(?!of\b|and\b|or\b))|"
    r"\s+—\s*"
)
REFERENCE = re.compile(
    r"(?:point|paragraph|section|article|clause|rule|annex|letter|item)s?(?:\s+[\d()a-z]{1,6})?$",
    re.IGNORECASE,
)
ENUMERATOR = re.compile(r"[\W_]*\(?([a-z]{1,5}|[A-Z]{1,5}|\d{1,3})[).]\s")
LEAST_ITEMS = 2  # of a list
MOST_LEADS = 3
LONGEST_LEAD = 700  # characters
LONGEST_WHOLE = 45  # words: a sentence no longer than this is read whole, unless it is a list


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets `[start, end)` of the sentences of a text; a line break ends one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        if text[match.start()] == "\n" and _goes_on(text, start, match):
            continue
        if text[match.start()] != "\n" and ABBREVIATION.search(
            text[max(start, match.start() - 12) : match.start() + 1]
        ):
            continue
        if any(map(str.isalnum, text[start : match.end()])):
            spans.append((start, match.end()))
        start = match.end()
    return [*spans, (start, len(text))] if any(map(str.isalnum, text[start:])) else spans


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence, `[start, end)`, and the openings of the lists that it is an item of, outermost first."""

    start: int
    end: int
    leads: tuple[tuple[int, int], ...] = ()


def pieces(text: str) -> list[Piece]:
    """The sentences of a text; a long one is cut at its list items."""
    found: list[Piece] = []
    for start, end in sentences(text):
        breaks = [match for match in BREAK.finditer(text, start, end) if not _is_reference(text, match)]
        items = sum(ENUMERATOR.match(text, match.end(), end) is not None for match in breaks)
        if text.count(" ", start, end) <= LONGEST_WHOLE and items < LEAST_ITEMS:
            found.append(Piece(start, end))
            continue
        cuts = [start, *(match.end() for match in breaks), end]
        found += _with_leads(text, [(a, b) for a, b in pairwise(cuts) if any(map(str.isalnum, text[a:b]))])
    return found


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a line break stands inside a sentence: behind a comma or an opening, or before an item of a list."""
    before = text[max(start, match.start() - 8) : match.start()].rstrip()
    if UNFINISHED.search(before):
        return True
    return not before.endswith((".", "?", "!")) and bool(NEXT_ITEM.match(text, match.end()))


def _with_leads(text: str, spans: list[tuple[int, int]]) -> list[Piece]:
    """An item hangs from the words that open its list, as `(1)` does from `(a)`; so does each item inside it."""
    found: list[Piece] = []
    levels: list[tuple[str, tuple[int, int]]] = []
    for span in spans:
        level = _level(text[slice(*span)])
        if any(name == level for name, _ in levels):
            while levels.pop()[0] != level:
                pass
        opens = [lead for _, lead in levels if lead[1] - lead[0] <= LONGEST_LEAD]
        found.append(Piece(*span, leads=tuple(opens[-MOST_LEADS:])))
        if level or not levels:
            levels.append((level, span))
    return found


def _level(item: str) -> str:
    """The kind of enumerator that an item starts with; empty without one."""
    match = ENUMERATOR.match(item)
    if match is None:
        return ""
    mark = match[1]
    kind = "digit" if mark.isdigit() else ("roman" if set(mark.lower()) <= set("ivx") else "letter")
    return kind + ("" if mark.isdigit() else mark.islower() * " small")


def _is_reference(text: str, match: re.Match[str]) -> bool:
    """An enumerator that belongs to a reference: the `(a)` of `point (a)`."""
    return not match[0].strip() and bool(REFERENCE.search(text[max(0, match.start() - 24) : match.start()]))
