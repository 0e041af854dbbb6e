"""References joined to the instruments named beside them: the grammar of statute citations."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from corpus.citations.folding import Folded
from corpus.citations.instruments import InstrumentName, find_names
from corpus.citations.references import Item, Reference, find_references, read_items
from corpus.types import Citation

_NAME_FIRST = re.compile(r"(?:'s)?\s{0,3}(?:[,:-]\s{0,3})?(?:\(|under\s{1,2}|at\s{1,2}|in\s{1,2})?")
_NUMBER_FIRST = re.compile(
    r"(?:\s{1,2}et\s{1,2}seq\.?)?\s{0,3},?\s{0,3}(?:\(|(?P<of>of|in|under|from|to|per)\s{1,3})?(?:the\s{1,3})?"
    r"(?:(?:EU|Union|EU's|European|consolidated|amended|revised)\s{1,2})?",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\s{0,2}(?:,|;|and|or|&|to|,\s?and|,\s?or|as well as|together with|with)\s{0,2}(?:in\s|under\s|of\s)?"
)
_LONGEST_GAP = 40
_ACRONYM = r"(?:[A-Z][A-Za-z]{0,4}[A-Z]|[A-Z]{2,3}[A-Z0-9]{0,5})"
_ACRONYM_AFTER = re.compile(rf"(?P<of>\s(?:of|under|in)\s(?:the\s)?)?\s?(?P<name>{_ACRONYM})(?![\w-])")
_ACRONYM_BEFORE = re.compile(rf"(?<![\w.])(?P<name>{_ACRONYM})\s$")
_NO_ACRONYM = frozenset(
    """AND OR THE OF IN TO EU US USA UK UN EC EEC NOT NO IF IS ARE BE BY ON FOR SEE ACT LAW AI ICT IT HR PC PDF FAQ CEO
    CFO DPO NGO IRS FBI CIA FTC FCC SEC EPA DOJ HUD DHS ICE WTO WHO NATO EDPB ECB EBA ESMA ENISA CJEU ECJ SA LLC INC LTD
    PLC GMBH AG ID OK TV PM AM BC AD ETC EG IE""".split()
)
# `section 5 of the contract` is about a contract; `Article 5 of the Regulation` about one named elsewhere.
_OF_SOMETHING = re.compile(
    r",?\s{1,2}(?:of|to)\s{1,2}(?:(?:the|this|that|these|our|your|my|his|her|its|their|an?|any|each|such|said|part|chapter|"
    r"schedule|appendix|exhibit|article|section|sections|articles)(?!\w)|[A-Z][a-z])(?P<rest>(?:\s{1,2}[\w'-]{1,30}){0,3})"
)
_LEGAL = re.compile(
    r"(?<!\w)(?:acts?|codes?|regulations?|directives?|constitution|statutes?|laws?|legislation|treaty|convention|charter|"
    r"ordinance|title|rules)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A reference with its instrument; `document` is empty for a bare one. The span covers both."""

    reference: Reference
    start: int
    end: int
    document: str = ""


def find_statutes(folded: Folded) -> tuple[list[Citation], list[Citation]]:
    """Citations of sections and articles, and the instruments that are named without one."""
    text = folded.text
    names = find_names(text)
    references = _all_references(text, names)
    joined, used = _join(text, references, names)
    joined = _inherit(text, joined)
    citations = [cite for one in joined if _is_law(text, one) for cite in _citations(folded, one)]
    alone = [
        _instrument(folded, name) for place, name in enumerate(names) if place not in used and name.strong
    ]
    return citations, alone


def _all_references(text: str, names: list[InstrumentName]) -> list[Reference]:
    """Those with a sign or word, and the bare numbers behind `17 U.S.C.`, outside of names."""
    starts = [name.start for name in names]
    found = [ref for ref in find_references(text) if not _inside(ref, names, starts)]
    taken = {ref.items[0].start for ref in found}
    for name in names:
        gap = re.compile(r",?\s{0,3}(?:(?:Rule|R\.)\s)?").match(text, name.end) if name.bare_number else None
        items = read_items(text, gap.end(), plural=False) if gap else ()
        if items and items[0].start not in taken:
            found.append(Reference(items[0].start, items[-1].end, "section", items))
    return sorted(found, key=lambda ref: ref.start)


def _inside(ref: Reference, names: list[InstrumentName], starts: list[int]) -> bool:
    """`Articles of Association Act 12` or `Title 17, section 3 Code`: what is part of a name is no reference."""
    place = bisect_left(starts, ref.start + 1) - 1
    return place >= 0 and names[place].end > ref.items[0].start


def _join(
    text: str, references: list[Reference], names: list[InstrumentName]
) -> tuple[list[_Joined], set[int]]:
    """Each reference takes the nearer of the names on its two sides."""
    starts = [name.start for name in names]
    joined: list[_Joined] = []
    used: set[int] = set()
    begins = [ref.start for ref in references]
    for ref in references:
        after = bisect_left(starts, ref.end)
        before = bisect_left(starts, ref.start) - 1
        costs = [
            (_cost_before(text, ref, names[before]) + (0.5 if before in used else 0), before)
            if before >= 0
            else None,
            (_cost_after(text, ref, names[after]), after)
            if after < len(names) and not _has_own_number(names[after], begins)
            else None,
        ]
        best = min((cost for cost in costs if cost is not None and cost[0] < 9), default=None)
        if best is None:
            joined.append(_join_acronym(text, ref))
            continue
        name = names[best[1]]
        used.add(best[1])
        joined.append(_Joined(ref, min(ref.start, name.start), max(ref.end, name.end), name.document))
    return joined, used


def _has_own_number(name: InstrumentName, begins: list[int]) -> bool:
    """`Rule 10b-5, 17 CFR § 240.10b-5`: the title belongs to the number behind it."""
    place = bisect_left(begins, name.end)
    return name.bare_number and place < len(begins) and begins[place] - name.end <= 3


def _cost_before(text: str, ref: Reference, name: InstrumentName) -> float:
    gap = text[name.end : ref.start] if ref.start - name.end <= _LONGEST_GAP else "#"
    if not _NAME_FIRST.fullmatch(gap):
        return 9
    if name.bare_number and not gap.strip():
        return -1  # `21 U.S.C. § 844(a) of the Controlled Substances Act` is found by its title
    return 2 if gap.strip() else 1


def _cost_after(text: str, ref: Reference, name: InstrumentName) -> float:
    gap = text[ref.end : name.start] if name.start - ref.end <= _LONGEST_GAP else "#"
    match = _NUMBER_FIRST.fullmatch(gap)
    if not match:
        return 9
    if match["of"]:
        return 0 if match["of"].lower() == "of" else 1.5
    return 1 if not gap.strip() else 2


def _join_acronym(text: str, ref: Reference) -> _Joined:
    """`§ 823 BGB`, `§ 5 of the DPA`: an acronym that no table knows, right beside the number."""
    written = text[ref.start : ref.items[0].start]
    bare = _Joined(ref, ref.start, ref.end)
    if ref.kind in {"regulation", "clause", "schedule"}:
        return bare  # `clause 4 of the NDA` is a contract's
    if written.isupper():
        return bare  # in a line of capitals every word looks like an acronym
    if not text[ref.end : ref.end + 1].isspace() and not text[max(0, ref.start - 1) : ref.start].isspace():
        return bare
    after = _ACRONYM_AFTER.match(text, ref.end)
    terse = "§" in written or ref.kind in {"short", "rule"} or "art." in written.lower()
    if after and (after["of"] or terse) and after["name"] not in _NO_ACRONYM:
        return _Joined(ref, ref.start, after.end(), after["name"])
    before = _ACRONYM_BEFORE.search(text[max(0, ref.start - 12) : ref.start])
    if before and terse and before["name"] not in _NO_ACRONYM:
        return _Joined(ref, ref.start - len(before["name"]) - 1, ref.end, before["name"])
    return bare


def _inherit(text: str, joined: list[_Joined]) -> list[_Joined]:
    """`Articles 13 and 14 GDPR`, `Art. 6 and Art. 9 GDPR`, `GDPR Art. 17 and Article 18`: one name for a list."""
    result = list(joined)
    for place in range(len(result) - 2, -1, -1):
        one, other = result[place], result[place + 1]
        if not one.document and other.start == other.reference.start and _listed(text, one, other):
            result[place] = replace(one, document=other.document)
    for place in range(1, len(result)):
        one, other = result[place], result[place - 1]
        if not one.document and _listed(text, other, one):
            result[place] = replace(one, document=other.document)
    return result


def _listed(text: str, one: _Joined, other: _Joined) -> bool:
    gap = text[one.end : other.start]
    return (
        len(gap) <= _LONGEST_GAP and bool(_LIST.fullmatch(gap)) and one.reference.kind == other.reference.kind
    )


def _is_law(text: str, one: _Joined) -> bool:
    """A bare reference is one to law unless it is weak or says that it is part of something else."""
    if one.document:
        return True
    if one.reference.weak or one.reference.kind in {"recital", "annex", "short"}:
        return False
    other = _OF_SOMETHING.match(text, one.end)
    return other is None or bool(_LEGAL.search(other.group()))


def _citations(folded: Folded, one: _Joined) -> list[Citation]:
    """One a number; the first spans from the group's beginning, the last to its end."""
    items = one.reference.items
    starts = [one.start, *(item.start for item in items[1:])]
    ends = [*(item.end for item in items[:-1]), one.end]
    return [_citation(folded, one, *place) for place in zip(items, starts, ends, strict=True)]


def _citation(folded: Folded, one: _Joined, item: Item, start: int, end: int) -> Citation:
    start, end = folded.span(start, end)
    return Citation(
        start=start,
        end=end,
        text=folded.original[start:end],
        document=one.document,
        section=item.number,
        pin=item.pin,
    )


def _instrument(folded: Folded, name: InstrumentName) -> Citation:
    start, end = folded.span(name.start, name.end)
    return Citation(start=start, end=end, text=folded.original[start:end], document=name.document)
