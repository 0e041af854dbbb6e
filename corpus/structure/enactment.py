"""Enactments from pages: their sections in the drafting styles of many legislatures. Pure.

The style is not presumed: numbered headings of every style are looked for, and the one in which most sections can
be counted upwards is the enactment's own. Everything else, parts, schedules, headings in the margin, is read around it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.structure import statute
from corpus.structure.enactments import assembly, units
from corpus.structure.enactments.above import Above, find_schedules, places_above
from corpus.structure.enactments.assembly import Scope
from corpus.structure.enactments.contents import without_contents
from corpus.structure.enactments.naming import code_title, naming
from corpus.structure.enactments.paragraphs import Flow, flow
from corpus.structure.enactments.patterns import EXPLANATORY, Style
from corpus.structure.enactments.recitals import with_recitals
from corpus.structure.enactments.units import Chain
from corpus.types import PageText, SectionText

LEAST_SCORE = 0.4
"""Below this, numbered paragraphs are taken for those of something else: a judgment, a letter, a form."""

_NAMED = frozenset(Style) - {Style.DOTTED, Style.PLAIN, Style.COMPOUND}
_ENACTING = re.compile(
    r"\b(?:[Bb][Ee] it (?:therefore |hereby )?enacted|An Act (?:to|for|of|further)\b|AN ACT\b|enacted by|H(?:AS|AVE) ADOPTED THIS"
    r"|may be (?:cited|called) as|may be called the|short title|Short title|SHORT TITLE|in exercise of the powers?"
    r"|(?:comes?|enters?|came) into (?:force|operation)|(?:In|in) (?:this|these) (?:Act|Regulations?|Rules|Order|Code|Ordinance|Law)\b"
    r"|Code of|this Constitution|[Ww]e,? [Tt]he [Pp]eople|WE,? THE PEOPLE|ordain and establish|the following (?:Act|law|decree)|RULES OF|Rules of)"
)
_FIRST_BLOCKS = 40
_LAST_BLOCK_SHARE = 0.6
"""An enactment's sections begin before this share of its text."""
_SHORTEST_PARAGRAPH = 100
"""Mean length from which the numbered paragraphs of a schedule are sections, and not rows of a list."""


@dataclass(frozen=True, slots=True)
class _Read:
    """An enactment with its body and schedules told apart."""

    flow: Flow
    body: Chain
    end: int
    """The block behind the body."""
    schedules: tuple[Above, ...]
    tail: int
    """The block behind the law: explanatory notes follow."""
    had_contents: bool


def sections(pages: Sequence[PageText], short_title: str) -> tuple[SectionText, ...]:
    """The sections of an enactment in order; none if the text is not one.

    What stands before the first section is the section `preamble` (and `recitals`); schedules follow, as `sch_1`
    or, where they have numbered paragraphs, `sch_1/p_3`. A table of contents is left out, for it says nothing else.
    """
    read = _read(pages)
    if read is None or _score(read) < LEAST_SCORE:
        return ()
    made = [draft for scope in _scopes(read, short_title) for draft in assembly.drafts(scope)]
    made = with_recitals(made)
    assembly.add_footnotes(made, read.flow.footnotes)
    if made:
        made[-1].notes.extend(block.text for block in read.flow.blocks[read.tail :])
    paths: Counter[str] = Counter()
    return tuple(statute.unique(draft.finished(), paths) for draft in made)


def score(pages: Sequence[PageText]) -> float:
    """How much speaks for an enactment, from 0 to 1; `sections` wants `LEAST_SCORE`."""
    read = _read(pages)
    return _score(read) if read else 0.0


def _read(pages: Sequence[PageText]) -> _Read | None:
    whole, had_contents = without_contents(flow(pages))
    blocks = whole.blocks
    restarts = places_above(whole, 0, len(blocks))
    schedules = find_schedules(whole, 0)
    body: Chain | None = None
    for place in range(len(schedules) + 1):
        end = schedules[place].index if place < len(schedules) else len(blocks)
        body = units.best(blocks, 0, end, restarts) if end > 0 else None
        if body and _is_whole(whole, body, schedules[place:]):
            tail = _tail(whole, body.units[-1].index)
            kept = [one for one in schedules[place:] if one.index < tail]
            return _Read(whole, body, min(end, tail), tuple(kept), tail, had_contents)
        if place >= _MOST_TRIES and end < len(blocks):
            break
    body = units.best(blocks, 0, len(blocks), restarts)
    return _Read(whole, body, len(blocks), (), len(blocks), had_contents) if body else None


_MOST_TRIES = 5


def _is_whole(whole: Flow, body: Chain, schedules: Sequence[Above]) -> bool:
    """Whether the body ends before the first of these schedules: behind it, numbers must not simply go on."""
    if not schedules:
        return True
    end = schedules[1].index if len(schedules) > 1 else len(whole.blocks)
    behind = units.best(whole.blocks, schedules[0].end, end)
    if behind is None or behind.style is not body.style:
        return True
    return behind.units[0].key <= body.units[-1].key or len(behind.units) < 2


def _tail(whole: Flow, start: int) -> int:
    """The block from which explanatory notes, not law, follow."""
    found = (
        index
        for index in range(start + 1, len(whole.blocks))
        if len(whole.blocks[index].text) < 80 and EXPLANATORY.match(whole.blocks[index].text)
    )
    return next(found, len(whole.blocks))


def _scopes(read: _Read, short_title: str) -> Iterator[Scope]:
    title = code_title(short_title)
    names = naming(short_title, read.body.style, title)
    yield Scope(read.flow, 0, read.end, read.body, names)
    ends = [*(one.index for one in read.schedules[1:]), read.tail][: len(read.schedules)]
    for schedule, end in zip(read.schedules, ends, strict=True):
        chain = _chain_of_schedule(read.flow, schedule, end)
        yield Scope(read.flow, schedule.end, end, chain, names, schedule)


def _chain_of_schedule(whole: Flow, schedule: Above, end: int) -> Chain:
    """The numbered paragraphs of a schedule, if they are more than the rows of a list."""
    chain = units.best(whole.blocks, schedule.end, end)
    none = Chain(Style.DOTTED, (), 0)
    if chain is None or len(chain.units) < 2 or chain.units[0].key[0][0] > 2:
        return none
    if chain.style in _NAMED:
        return chain
    length = sum(len(block.text) for block in whole.blocks[chain.units[0].index : end])
    annexed = schedule.kind != "schedule" or length < _SHORTEST_PARAGRAPH * len(chain.units)
    return none if annexed else replace(chain, starts=(0,))


def _score(read: _Read) -> float:
    blocks, chain = read.flow.blocks, read.body
    total = sum(len(block.text) for block in blocks) or 1
    before = sum(len(block.text) for block in blocks[: chain.units[0].index])
    scope = Scope(read.flow, 0, read.end, chain, naming("", chain.style))
    headed = assembly.headed_share(scope)
    opening = " ".join(block.text for block in blocks[:_FIRST_BLOCKS])[:20_000]
    enacting = _ENACTING.search(opening) is not None
    few = len(chain.units) < (1 if enacting else 3)
    points = (
        0.25 * (chain.style in _NAMED)
        + 0.3 * headed
        + 0.3 * enacting
        + 0.1 * read.had_contents
        + 0.1 * min(len(chain.units), 10) / 10
    )
    late = before > _LAST_BLOCK_SHARE * total
    return 0.0 if few else round(min(points / 2 if late else points, 1.0), 3)
