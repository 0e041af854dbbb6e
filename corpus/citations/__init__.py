"""Citations as written, parsed: what a text cites, where, and which instruments it names. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right

from corpus.citations.cases import find_case_names, find_cases
from corpus.citations.folding import fold
from corpus.citations.grammar import find_statutes
from corpus.types import Citation

__all__ = ["find_all", "find_citations", "named_instruments", "short_titles"]

_SHORT_TITLE = re.compile(
    r"(?:may|shall|to)\s+be\s+(?:cited|referred\s+to)\s+as\s+(?:the\s+)?[“\"'‘](?:the\s+)?([^”\"’“]{4,160})[”\"'’]",
    re.IGNORECASE,
)


def find_citations(text: str) -> list[Citation]:
    """Sections, articles and judgments that a text cites, from left to right; offsets into `text` as given.

    A number whose instrument is not named beside it has an empty `document`.
    """
    return find_all(text)[0]


def named_instruments(text: str) -> list[Citation]:
    """Instruments and cases that a text names without citing a place in them, from left to right."""
    return find_all(text)[1]


def find_all(text: str) -> tuple[list[Citation], list[Citation]]:
    """`find_citations` and `named_instruments` in one reading."""
    folded = fold(text)
    sections, instruments = find_statutes(folded)
    cases = _without_overlap(find_cases(folded), sections)
    citations = sorted([*sections, *cases], key=lambda cite: (cite.start, cite.end))
    taken = [(cite.start, cite.end) for cite in [*citations, *instruments]]
    named = [*instruments, *find_case_names(folded, taken)]
    return citations, sorted(named, key=lambda cite: cite.start)


def short_titles(text: str) -> list[str]:
    """Names that a law gives itself: `may be cited as the "Clean Rivers Act of 1990"`."""
    return [" ".join(name.split()).rstrip(",.") for name in _SHORT_TITLE.findall(text)]


def _without_overlap(cases: list[Citation], sections: list[Citation]) -> list[Citation]:
    """A statute's citation wins: `42 U.S.C. 1983` is no page of a reporter."""
    taken = sorted((cite.start, cite.end) for cite in sections)
    return [cite for cite in cases if not _overlaps(cite, taken)]


def _overlaps(cite: Citation, taken: list[tuple[int, int]]) -> bool:
    place = bisect_right(taken, (cite.end, 0)) - 1
    return place >= 0 and taken[place][1] > cite.start and taken[place][0] < cite.end
