"""Words that the end of a line divided, put together again. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.types import Line

_DIVIDED = re.compile(r"(?P<stem>[^\W\d_]{1,40})[-\u00ad]$")
_REST = re.compile(r"(?P<letters>[^\W\d_]+(?:['’][^\W\d_]+)?)\S*")
_DIVIDED_FIGURES = re.compile(r"\d[-–]$")
_FIGURES = re.compile(r"\d\S*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
KEEP_HYPHEN = frozenset({"self", "non", "ex", "quasi", "cross", "well", "vice", "anti", "pre", "post", "co"})
"""First parts that law writes with a hyphen before a word that stands alone as well."""


def vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """The words of the document, hyphenated ones too, but not what the ends of lines divide."""
    words: set[str] = set()
    for line in lines:
        text = line.text.casefold()
        words.update(_WORD.findall(text.removesuffix("-")))
    return frozenset(words)


def joined(flow: Sequence[tuple[int, Line]], known: frozenset[str]) -> list[tuple[int, Line]]:
    """(page, line) in reading order, each divided word whole in the first of its two lines.

    A line that loses all its text goes.
    """
    found: list[tuple[int, Line]] = []
    for page, line in flow:
        whole = _whole(found[-1][1].text, line.text, known) if found else None
        if whole is None:
            found.append((page, line))
            continue
        first, rest = whole
        found[-1] = found[-1][0], replace(found[-1][1], text=first)
        if rest:
            found.append((page, replace(line, text=rest)))
    return found


def _whole(above: str, below: str, known: frozenset[str]) -> tuple[str, str] | None:
    """Both lines with the divided word in the first; None when no word is divided."""
    divided, rest = _DIVIDED.search(above), _REST.match(below)
    if divided is None or rest is None:
        figures = _FIGURES.match(below) if _DIVIDED_FIGURES.search(above) else None
        return (above + figures[0], below[figures.end() :].lstrip()) if figures else None
    kept = _keeps_hyphen(divided["stem"], rest["letters"], known)
    start = above if kept else above[:-1]
    return start.replace("\u00ad", "") + rest[0], below[rest.end() :].lstrip()


def _keeps_hyphen(stem: str, rest: str, known: frozenset[str]) -> bool:
    one, other = stem.casefold(), rest.casefold()
    if one + other in known:
        return False
    if f"{one}-{other}" in known:
        return True
    capital = rest[0].isupper() and not (stem.isupper() and rest.isupper())
    return capital or (one in KEEP_HYPHEN and other in known)
