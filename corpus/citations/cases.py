"""Judgments cited by reporter or by name: `Roe v. Wade, 410 U.S. 113, 153 (1973)`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from corpus.citations.folding import Folded
from corpus.types import Citation

# What may be `volume reporter page`: only around such places is the reporters' grammar asked at all.
_CANDIDATE = re.compile(
    r"(?<![\w.])[0-9]{1,4}\s{1,2}(?=[A-Z])(?!U\.?\s?S\.?\s?C|C\.?\s?F\.?\s?R)(?:[A-Z][\w.'()&]{0,12}\s{1,2}(?:[0-9]?[a-z]{1,3}\s)?){1,5}[0-9]{1,5}(?!\w)"
)
_REACH_BEFORE = 200
_REACH_AFTER = 60
_VERSUS = re.compile(r"\s(?:v|vs)\.?\s", re.IGNORECASE)
_SINGLE_PARTY = re.compile(r"(?:In re|Ex parte|Matter of|Estate of)(?:\s[A-Z][\w.'&-]*){1,6}")
_JOINING = frozenset("of the and & for ex rel. et al. de la le von van on in".split())
_COMPANY = re.compile(r"(?:inc|co|corp|llc|ltd|l\.l\.c|l\.p|lp|n\.a|jr|sr|s\.a|plc)\.?,?$", re.IGNORECASE)
_NOT_A_PARTY = frozenset(
    """in is are was were did does do can could what which who when where why how under see also cf. cf per as and but
    or if the a an that this after before since although following citing cited overruled by from of on for with
    has have had compare accord contra e.g. quoting unlike like summarise summarize explain describe court""".split()
)
_LONGEST_PARTY = 10
_SIGNAL_END = re.compile(r"[,\s(]*$")


def find_cases(folded: Folded) -> list[Citation]:
    """Reporter citations of the United States' courts, with the case name written before them."""
    found: list[Citation] = []
    for start, end in _windows(folded.text):
        found.extend(_in_window(folded, start, end))
    return found


def find_case_names(folded: Folded, taken: list[tuple[int, int]]) -> Iterator[Citation]:
    """`Roe v. Wade` with no reporter behind it; `taken` are the original's spans that are cited already."""
    for match in _VERSUS.finditer(folded.text):
        begin = _party_before(folded.text, match.start())
        finish = _party_after(folded.text, match.end())
        if begin == match.start() or finish == match.end():
            continue
        start, end = folded.span(begin, finish)
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        name = " ".join(folded.text[begin:finish].split())
        yield Citation(start=start, end=end, text=folded.original[start:end], document=name, case_name=name)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Stretches with candidates in them, merged, so that no character is read twice."""
    start = end = 0
    for match in _CANDIDATE.finditer(text):
        if end and match.start() - _REACH_BEFORE > end:
            yield start, end
            end = 0
        start = start if end else max(0, match.start() - _REACH_BEFORE)
        end = min(len(text), match.end() + _REACH_AFTER)
    if end:
        yield start, end


def _in_window(folded: Folded, start: int, end: int) -> Iterator[Citation]:
    # Imported here: loading the reporters' tables takes half a second.
    from eyecite import get_citations
    from eyecite.models import FullCaseCitation

    # Its remarks on overlapping citations are for its own authors.
    logging.getLogger("eyecite").setLevel(logging.ERROR)
    window = folded.text[start:end]
    last_end, last_name = -1, ""
    cites: list[Any] = [cite for cite in get_citations(window) if isinstance(cite, FullCaseCitation)]
    for cite in cites:
        if not _is_reporter(cite.groups.get("reporter") or "") or "_" in cite.matched_text():
            continue
        first, last = cite.span()
        # A second reporter of the same judgment: `410 U.S. 113, 93 S. Ct. 705`.
        second = last_end >= 0 and re.fullmatch(r"[,\s0-9&n.-]{1,24}", window[last_end:first])
        begin = first if second else _name_before(window, first)
        name = last_name if second else " ".join(window[begin:first].split()).rstrip(", (")
        span = folded.span(start + begin, start + last)
        pin = cite.metadata.pin_cite or ""
        yield Citation(
            start=span[0],
            end=span[1],
            text=folded.original[span[0] : span[1]],
            document=cite.corrected_citation(),
            pin=tuple(re.findall(r"[0-9]+(?:-[0-9]+)?", pin)),
            case_name=name,
        )
        last_end, last_name = last, name


def _is_reporter(name: str) -> bool:
    """A single letter (`5 A 6`) is too little to be a reporter in a question."""
    return len(name.strip(".")) > 1


def _name_before(text: str, place: int) -> int:
    """Where the case name begins that ends right before a reporter citation, or the citation's own place."""
    window = text[max(0, place - _REACH_BEFORE) : place]
    offset = place - len(window)
    tail = _SIGNAL_END.search(window)
    stripped = window[: tail.start()] if tail else window
    single = [match for match in _SINGLE_PARTY.finditer(stripped) if match.end() == len(stripped)]
    if single:
        return offset + single[-1].start()
    versus = list(_VERSUS.finditer(stripped))
    if not versus or re.search(r"[;:?!]|\.\s+[A-Z][a-z]+\s[a-z]", stripped[versus[-1].end() :]):
        return place
    begin = _party_before(stripped, versus[-1].start())
    return place if begin == versus[-1].start() else offset + begin


def _party_before(text: str, place: int) -> int:
    """Where the run of capitalised words begins that ends at a place."""
    begin, kept = place, place
    for _ in range(_LONGEST_PARTY):
        before = text[max(0, begin - 40) : begin]
        words = before.split()
        gap = len(before) - len(before.rstrip())
        if not words or (gap > 2 or (gap == 0 and begin != place)):
            break
        word = words[-1].lstrip("(\"“'")
        following = text[begin:place].split(" ", maxsplit=1)[0]
        if not _is_party_word(word) or (begin != place and _ends_clause(word, following)):
            break
        if _is_headline(word, before[len(before.rstrip()) :]):
            break
        begin -= gap + len(word)
        if word[0].isupper() and word.lower() not in _NOT_A_PARTY:
            kept = begin
        if word != words[-1]:
            break
    return kept


def _ends_clause(word: str, following: str) -> bool:
    if word[-1] == "," and _COMPANY.match(following):
        return False
    return word[-1] in ",.;:" and not _COMPANY.match(word) and len(word) > 5


def _is_headline(word: str, gap: str) -> bool:
    """Captions on top of a page run into the line below them."""
    return "\n" in gap and len(word) > 1 and word.isupper()


def _is_party_word(word: str) -> bool:
    return word in _JOINING or (word[:1].isupper() and not any(char.isdigit() for char in word))


def _party_after(text: str, place: int) -> int:
    """Where the run of capitalised words ends that begins at a place."""
    end, kept = place, place
    for match in re.compile(r"\s{0,2}(\S{1,40})").finditer(text, place, min(len(text), place + 160)):
        word = match[1]
        if match.start() != end or not _is_party_word(word) or _is_headline(word, match.group()):
            break
        end = match.end()
        bare = word.rstrip(".,;:?!)\"'”")
        if word[0].isupper():
            kept = match.start(1) + (len(word.rstrip(",")) if _COMPANY.match(word) else len(bare))
            if bare.endswith("'s"):
                return kept - 2
        following = text[end : end + 6].strip()
        if word[-1] in ";:?!)" or (
            word[-1] in ".," and not _COMPANY.match(following.split(" ")[0]) and len(bare) > 3
        ):
            break
    return kept
