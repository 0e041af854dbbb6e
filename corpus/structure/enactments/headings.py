"""Where the heading of a section ends and its law begins: run in, on its own line, or above the number. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from corpus.structure.enactments.above import heading_lines, is_heading_like
from corpus.structure.enactments.paragraphs import Flow
from corpus.structure.enactments.patterns import ENUMERATOR, Style
from corpus.structure.enactments.units import LONGEST_HEADING, Unit, is_sentence
from corpus.structure.uscode import title_case

_RUN_IN = re.compile(
    r"(?P<heading>[^\s(][^;]{1,240}?)(?:\.\s?[—–]+|\.\s?-{1,2}(?=\s?[(A-Z“\"])|:\s?[—–]+|\s?[—–](?=\s?\())\]?\s*"
)
_CAPITALS = re.compile(r"(?P<heading>[^a-z]{3,240}?)\.(?:\s+|$)")
_FIRST_SENTENCE = re.compile(
    r"(?P<heading>[A-Z“\"‘\[0-9][^;:]{1,158}?[^\s.;:A-Z][)”\"’\]]?)\.[”\"]?\s+(?=[A-Z(“\"\[‘§])"
)
_GONE = re.compile(
    r"[\[(]?\s?(?:(?:(?:is |was |are |were |has been )?(?:hereby )?"
    r"(?:Repealed|Omitted|Reserved|Rep\.(?=\s)|Deleted|Revoked|Transferred|Renumbered|Spent)(?!\w))|[.*…](?:\s?[.*…]){2,})",
    re.IGNORECASE,
)
_GONE_BEHIND_HEADING = re.compile(
    r"\[(?P<heading>[^\]]{2,200}?)\.?\]\.?\s*(?=(?:Rep\.|Repealed|Omitted|Deleted)\s)"
)
_MOST_ABOVE = 2
LONGEST_GONE = 400


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of one section and where its law begins."""

    heading: str
    text_at: int
    """Offset into the section's first block."""
    used: int = 0
    """Blocks behind the first one that are the heading."""
    gone: bool = False
    """Whether all that stands there is that the section was repealed, omitted or transferred."""


def inline_head(flow: Flow, unit: Unit, end: int, taken: Container[int]) -> Head:
    """The heading behind the number, or on the lines that follow it."""
    block = flow.blocks[unit.index]
    rest = block.text[unit.rest :]
    if not rest:
        stop = heading_lines(flow, unit.index + 1, end, taken)
        lines = flow.blocks[unit.index + 1 : stop]
        return Head(tidy(" ".join(one.text for one in lines)), len(block.text), len(lines))
    if _GONE.match(rest) and len(rest) < LONGEST_GONE:
        return Head("", unit.rest, gone=True)
    if found := _marked_off(rest):
        behind = rest[found.end() :]
        return Head(tidy(found["heading"]), unit.rest + found.end(), gone=_is_gone(behind))
    set_apart = block.bold or block.level or rest.isupper() or _stands_alone(flow, unit, rest)
    if len(rest) <= LONGEST_HEADING and set_apart:
        return _whole(flow, unit, rest)
    found = _FIRST_SENTENCE.match(rest)
    if found and not is_sentence(f"{found['heading']}."):
        behind = rest[found.end() :]
        return Head(tidy(found["heading"]), unit.rest + found.end(), gone=_is_gone(behind))
    return Head("", unit.rest)


def _marked_off(rest: str) -> re.Match[str] | None:
    """A heading that brackets, a dash or capitals set apart from what follows."""
    found = _GONE_BEHIND_HEADING.match(rest) or _RUN_IN.match(rest)
    if found:
        return found
    found = _CAPITALS.match(rest)
    return found if found and any(map(str.isalpha, found["heading"])) else None


def _whole(flow: Flow, unit: Unit, rest: str) -> Head:
    """The whole block is the heading; a bold one may have been broken into two."""
    block = flow.blocks[unit.index]
    following = flow.blocks[unit.index + 1] if unit.index + 1 < len(flow.blocks) else None
    if (
        following and block.bold and following.bold and not block.centred and following.text[:1].islower()
        and len(following.text) < 150
    ):  # fmt: skip
        return Head(tidy(f"{rest} {following.text}"), len(block.text), 1)
    return Head(tidy(rest), len(block.text))


def _stands_alone(flow: Flow, unit: Unit, rest: str) -> bool:
    """A short line that is no sentence, before the text of the section."""
    if is_sentence(rest) or ENUMERATOR.match(rest):
        return False
    behind = unit.index + 1
    if behind >= len(flow.blocks):
        return unit.style not in {Style.DOTTED, Style.PLAIN, Style.COMPOUND}
    following = flow.blocks[behind].text
    return not rest.endswith(".") or bool(
        ENUMERATOR.match(following) or following[:1].isupper() or following[:1] in "“\"‘'["
    )


def _is_gone(text: str) -> bool:
    return bool(_GONE.match(text)) and len(text) < LONGEST_GONE


def tidy(heading: str) -> str:
    """Without the stops and brackets around it, and capitals as one would write them."""
    bare = heading.strip().rstrip(".—–:- ").strip()
    if bare.startswith("[") and bare.count("[") > bare.count("]"):
        bare = bare[1:].strip()
    if bare.endswith("]") and bare.count("]") > bare.count("["):
        bare = bare[:-1].rstrip(". ")
    return title_case(bare)


def lines_above(flow: Flow, index: int, start: int, taken: Container[int]) -> list[int]:
    """Blocks without a number directly above a section that look like headings, in order."""
    found: list[int] = []
    place = index - 1
    while place >= start and len(found) < _MOST_ABOVE and place not in taken and is_heading_like(flow, place):
        found.append(place)
        place -= 1
    return found[::-1]


def stand_above(heads: Sequence[Head], above: Sequence[Sequence[int]]) -> bool:
    """Whether this enactment prints the headings of its sections above their numbers."""
    inline = sum(bool(head.heading) for head in heads)
    over = sum(bool(places) for places in above)
    return len(heads) > 1 and inline * 2 < len(heads) and over * 2 >= len(heads) and over > inline
