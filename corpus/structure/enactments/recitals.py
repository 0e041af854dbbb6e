"""The recitals of an act of the European Union, set apart from its preamble. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.structure.enactments.assembly import Draft
from corpus.structure.enactments.paragraphs import Block

_WHEREAS = re.compile(r"Whereas\s?:?$|WHEREAS\s?:?$")
_RECITAL = re.compile(r"\((?P<number>[0-9]{1,3})\)\s")
FEWEST = 2


def with_recitals(made: Sequence[Draft]) -> list[Draft]:
    """The drafts, with numbered recitals of the preamble as a section of their own, one recital a line."""
    if not made or made[0].path != "preamble":
        return list(made)
    preamble = made[0]
    start = _first_recital(preamble.blocks)
    if start is None:
        return list(made)
    recitals = replace(
        preamble,
        index=preamble.index + start,
        path="recitals",
        label=preamble.label.removesuffix("Preamble") + "Recitals",
        heading="Recitals",
        blocks=preamble.blocks[start:],
        notes=[],
        page=preamble.blocks[start].page,
    )
    preamble.blocks = preamble.blocks[:start]
    return [*([preamble] if preamble.blocks or preamble.notes else []), recitals, *made[1:]]


def _first_recital(blocks: Sequence[Block]) -> int | None:
    """Where `(1)` stands, if `(2)` follows; `Whereas:` before it belongs to the recitals."""
    wanted, first = 1, None
    for index, block in enumerate(blocks):
        found = _RECITAL.match(block.text)
        if found and int(found["number"]) == wanted:
            first = index if first is None else first
            wanted += 1
    if first is None or wanted <= FEWEST:
        return None
    return first - 1 if first and _WHEREAS.match(blocks[first - 1].text) else first
