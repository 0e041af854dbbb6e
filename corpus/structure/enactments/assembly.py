"""Sections put together from the paragraphs of one scope: the body of an enactment, or one of its schedules. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from corpus.structure import uscode
from corpus.structure.enactments.above import (
    LONGEST,
    LONGEST_BETWEEN_WITHOUT_LAYOUT,
    Above,
    Ancestors,
    find_above,
)
from corpus.structure.enactments.headings import Head, inline_head, lines_above, stand_above, tidy
from corpus.structure.enactments.naming import Naming
from corpus.structure.enactments.notes import Standing, standing
from corpus.structure.enactments.paragraphs import Block, Flow
from corpus.structure.enactments.units import Chain, Unit
from corpus.structure.enactments.writing import written
from corpus.types import SectionText

LONGEST_STATUS = 250
"""Characters of `Repealed. Pub. L. …` that stand for a heading."""


@dataclass(slots=True)
class Draft:
    """A section while its paragraphs are gathered."""

    index: int
    """Of its first block."""
    path: str
    label: str
    heading: str = ""
    ancestors: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    noting: bool = False
    """Whether what follows is notes."""
    page: int = 1

    def finished(self) -> SectionText:
        text, breaks = written(self.blocks)
        return SectionText(
            path=self.path,
            label=self.label,
            heading=self.heading,
            text=text,
            ancestors=self.ancestors,
            notes="\n".join(self.notes),
            page_breaks=breaks or ((0, self.page),),
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Blocks `[start, end)` with the chain of sections in them, if there is one."""

    flow: Flow
    start: int
    end: int
    chain: Chain
    naming: Naming
    root: Above | None = None
    """The schedule that this is; None: the body."""


@dataclass(slots=True)
class _Plan:
    """What each block of a scope is."""

    units: dict[int, tuple[Unit, Head]]
    above: dict[int, Above]
    cross: dict[int, tuple[str, ...]]
    """First block of a section → headings without a number that stand above it."""
    skipped: set[int]
    """Blocks that are part of a heading."""


def drafts(scope: Scope) -> list[Draft]:
    """The sections of a scope in order, with what stands before the first one."""
    plan = _plan(scope)
    return _Walk(scope, plan).run()


def headed_share(scope: Scope) -> float:
    """Share of the sections that have a heading."""
    heads = [head for _, head in _plan(scope).units.values()]
    return sum(bool(head.heading) or head.gone for head in heads) / len(heads) if heads else 0.0


def _plan(scope: Scope) -> _Plan:
    flow, chain = scope.flow, scope.chain
    taken = {unit.index for unit in chain.units}
    above = {one.index: one for one in find_above(flow, scope.start, scope.end, chain.style, taken)}
    skipped = {place for one in above.values() for place in range(one.index, one.end)}
    closed = taken | skipped
    ends = [*(unit.index for unit in chain.units[1:]), scope.end][: len(chain.units)]
    heads = [inline_head(flow, unit, end, closed) for unit, end in zip(chain.units, ends, strict=True)]
    used = {
        unit.index + more
        for unit, head in zip(chain.units, heads, strict=True)
        for more in range(1, head.used + 1)
    }
    first = scope.start + (scope.root is None)  # the first line of all is the enactment's own title
    over = [lines_above(flow, unit.index, first, closed | used) for unit in chain.units]
    cross: dict[int, tuple[str, ...]] = {}
    if stand_above(heads, over):
        used = set()
        heads = [
            _head_above(flow, unit, head, places)
            for unit, head, places in zip(chain.units, heads, over, strict=True)
        ]
        named = [places[:-1] for places in over]
    else:
        named = over = [_between(flow, places) for places in over]
    for unit, places, all_of_them in zip(chain.units, named, over, strict=True):
        skipped.update(all_of_them)
        if places:
            cross[unit.index] = tuple(tidy(flow.blocks[place].text) for place in places)
    units = {unit.index: (unit, head) for unit, head in zip(chain.units, heads, strict=True)}
    return _Plan(units, above, cross, skipped | used)


def _between(flow: Flow, places: Sequence[int]) -> list[int]:
    """Headings above several sections: where there is no layout, short ones only."""
    most = LONGEST if flow.has_layout else LONGEST_BETWEEN_WITHOUT_LAYOUT
    return list(takewhile(lambda place: len(flow.blocks[place].text) <= most, reversed(places)))[::-1]


def _head_above(flow: Flow, unit: Unit, head: Head, places: Sequence[int]) -> Head:
    if not places:
        return Head("", unit.rest, gone=head.gone)
    return Head(tidy(flow.blocks[places[-1]].text), unit.rest, gone=head.gone)


class _Walk:
    """Goes through a scope block by block."""

    def __init__(self, scope: Scope, plan: _Plan) -> None:
        self.scope = scope
        self.plan = plan
        self.ancestors = Ancestors()
        self.base = (scope.root.title,) if scope.root else ()
        self.drafts = [self._opening()]
        self.fresh: Above | None = None
        """The heading behind which nothing has come yet."""
        self.pending: list[str] = []
        """Notes that stand above the section that they belong to."""
        self.carried: set[int] = set()
        """Headings, by block, under which there is a section."""
        self.restarted = {plan.above[at].kind for at in scope.chain.starts[1:] if at in plan.above}

    def run(self) -> list[Draft]:
        for index in range(self.scope.start, self.scope.end):
            if index in self.plan.units:
                self._unit(*self.plan.units[index])
            elif index in self.plan.above:
                self._above(self.plan.above[index])
            elif index not in self.plan.skipped:
                self._words(index, self.scope.flow.blocks[index])
        self.drafts[-1].notes.extend(self.pending)
        bare = [one for at, one in self.plan.above.items() if at not in self.carried]
        if self.scope.naming.code_title:
            return self._sections_only(bare)
        kept = [draft for draft in self.drafts if draft.blocks or draft.notes or draft.heading]
        return sorted([*kept, *map(self._bare, bare)], key=lambda draft: draft.index)

    def _above(self, above: Above) -> None:
        self.fresh = above
        self.ancestors.enter(above)
        if self.scope.naming.code_title and above.kind == "title":  # it is the document's own
            self.pending.append(above.title)

    def _sections_only(self, bare: Sequence[Above]) -> list[Draft]:
        """A part of a code as its other editions have it: what stands around its sections becomes their notes."""
        opening, *made = self.drafts
        if not made:
            return self.drafts
        made[0].notes[:0] = [block.text for block in opening.blocks]
        made[-1].notes.extend(one.title for one in bare if one.kind != "title")
        return made

    def _opening(self) -> Draft:
        """The section of what stands before everything else: the preamble, or the schedule itself."""
        root, naming, blocks = self.scope.root, self.scope.naming, self.scope.flow.blocks
        if root is not None:
            page, lead = blocks[root.index].page, [blocks[place] for place in root.leads]
            return Draft(root.index, root.path, naming.label(root.name), root.heading, blocks=lead, page=page)
        page = blocks[self.scope.start].page if self.scope.start < self.scope.end else 1
        return Draft(self.scope.start, "preamble", naming.label("Preamble"), page=page)

    def _unit(self, unit: Unit, head: Head) -> None:
        block = self.scope.flow.blocks[unit.index]
        self.ancestors.cross = self.plan.cross.get(unit.index, self.ancestors.cross)
        self._carry()
        path, label = self._names(unit)
        titles = (*self.base, *self._titles())
        draft = Draft(unit.index, path, label, head.heading, titles, page=block.page)
        draft.notes, self.pending = self.pending, []
        first = block.tail(head.text_at)
        if head.gone:
            status, draft.noting = first.text.strip("[]. "), True
            draft.heading = draft.heading or status[:LONGEST_STATUS]
            draft.notes.extend([first.text] if not draft.heading.startswith(status) else [])
        elif first.text:
            draft.blocks.append(first)
        self.drafts.append(draft)

    def _titles(self) -> tuple[str, ...]:
        """The headings above, as the United States Code's other publishers have them where this is a part of it."""
        ancestors, naming = self.ancestors, self.scope.naming
        if not naming.code_title:
            return ancestors.titles()
        below = [one for one in ancestors.open if one.kind != "title"]
        named = (uscode.heading_above(f"{one.kind} {one.number}", one.heading) for one in below)
        return (*named, *ancestors.cross)

    def _carry(self) -> None:
        self.carried.update(one.index for one in self.ancestors.open)
        self.fresh = None

    def _names(self, unit: Unit) -> tuple[str, str]:
        if self.scope.root is not None:
            return self.scope.naming.of_paragraph(unit, self.scope.root)
        kinds = [one.kind in self.restarted for one in self.ancestors.open]
        deepest = max((depth for depth, restarts in enumerate(kinds) if restarts), default=-1)
        return self.scope.naming.of(unit, self.ancestors.open[: deepest + 1])

    def _words(self, index: int, block: Block) -> None:
        """Law or a note of the section that is open; behind the heading of a part, of the part itself."""
        style = self.scope.chain.style
        if self.fresh is not None and self.scope.naming.code_title:
            self.pending.append(block.text)
            return
        if self.fresh is not None:
            self.drafts.append(self._part(index, self.fresh))
            self._carry()
        draft = self.drafts[-1]
        stands = standing(block.text, style) if draft.path != "preamble" else Standing.LAW
        draft.noting = draft.noting or stands is Standing.FROM_HERE
        if draft.noting or stands is Standing.NOTE:
            draft.notes.append(block.text)
        else:
            draft.blocks.append(block)

    def _part(self, index: int, above: Above) -> Draft:
        """What a part says before its first section, or a part that has none."""
        outer = (*self.base, *self.ancestors.titles())[:-1]
        parts = [*([self.scope.root] if self.scope.root else []), *self.ancestors.open]
        label = self.scope.naming.label(" ".join(part.name for part in parts))
        path = "/".join(part.path for part in parts)
        return Draft(index, path, label, above.heading, outer, page=self._page(above))

    def _bare(self, above: Above) -> Draft:
        """A part that has neither sections nor words keeps its heading."""
        path = f"{self.scope.root.path}/{above.path}" if self.scope.root else above.path
        label = self.scope.naming.label(above.name)
        heading = above.heading or above.name
        return Draft(above.index, path, label, heading, self.base, page=self._page(above))

    def _page(self, above: Above) -> int:
        return self.scope.flow.blocks[above.index].page


def add_footnotes(made: Sequence[Draft], footnotes: Iterable[tuple[int, str]]) -> None:
    """Put each footnote into the notes of the section in which it stands; `made` are in order."""
    places = [draft.index for draft in made]
    for index, text in footnotes:
        made[max(bisect_right(places, index) - 1, 0)].notes.append(text)
