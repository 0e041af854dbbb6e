"""Judgments with numbered paragraphs: sections are runs of them under one heading. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.structure import blocks, decision_front
from corpus.structure.blocks import Block
from corpus.structure.decision_front import Names
from corpus.structure.decision_numbers import Mark
from corpus.types import SectionText

MOST_PARAGRAPHS = 15
LARGEST = 8000  # characters of a section, where a numbered paragraph may begin another
LARGEST_WITHOUT_NUMBER = 16_000
LONGEST_HEADING = 160

_OFFICE = r"(?:A?C\.?J\.?I?|A?J\.?A?|JJ\.?A?|A?D?P|A?DCJ|DJP|JP|JSC|SCJ|CJN|L\.?JJ?|M\.?R|V-?C|CJ)"
_JUDGE = re.compile(
    rf"\W{{0,3}}(?P<name>(?:(?:The )?(?:Rt\.? )?(?:Hon(?:ourable|’ble|'ble|\.)? )?(?:THE |The )?(?:CHIEF |Chief |LORD |Lord |LADY |Lady |MR\.? |Mr\.? |MRS\.? |Mrs\.? |MS\.? |Ms\.? )*(?:JUSTICE|Justice) "
    r"[A-Z][\w.’' -]{2,50}"
    r"|(?:LORD|Lord|LADY|Lady|SIR|Sir|DAME|Dame) [A-Z][\w.’' -]{2,60}"
    rf"|[A-Z][\w.’'-]+(?:(?: |, | and )[A-Z][\w.’'-]+){{0,6}},? {_OFFICE}(?: and [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)?,? {_OFFICE})?))"
    r"(?P<rest>\s?[(,:—–-].{0,120}|)\W{0,3}$"
)
_OPINION_WORDS = re.compile(r"\s?[(:—–]|,? (?:concurring|dissenting|with whom)", re.IGNORECASE)
_AGREES = re.compile(r"\b(?:concurring|dissenting|agree|with whom)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Piece:
    """A paragraph with its number, or something that has none."""

    block: Block
    number: int = 0


@dataclass(slots=True)
class _Section:
    """A section while paragraphs are added to it."""

    opinion: str = ""
    above: tuple[str, ...] = ()
    heading: str = ""
    blocks: list[Block] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, piece: _Piece) -> None:
        self.blocks.append(piece.block)
        self.size += len(piece.block.text)
        if piece.number:
            self.numbers.append(piece.number)

    def is_full(self, piece: _Piece) -> bool:
        if not piece.number:
            return self.size > LARGEST_WITHOUT_NUMBER
        return len(self.numbers) >= MOST_PARAGRAPHS or self.size + len(piece.block.text) > LARGEST

    def next(self) -> _Section:
        """An empty one that goes on under the same heading."""
        return _Section(self.opinion, self.above, self.heading)


def sections(body: Sequence[Block], marks: Sequence[Mark], names: Names) -> Iterator[SectionText]:
    """What stands above the first paragraph, then runs of paragraphs. Paths may repeat."""
    pieces = list(_pieces(body, marks))
    first = next(place for place, piece in enumerate(pieces) if piece.number)
    start = first - _headings_before(pieces, first)
    yield from decision_front.sections([piece.block for piece in pieces[:start]], names)
    number = pieces[first].number
    for section in _grouped(pieces[start:]):
        number = section.numbers[0] if section.numbers else number
        yield _made(section, number, names)


def authors(found: Iterable[SectionText]) -> tuple[str, ...]:
    """Who wrote the opinions, in order, from the lines that stand above their sections."""
    titles = (title for section in found for title in section.ancestors[:1] if judge(title))
    return tuple(dict.fromkeys(_OPINION_WORDS.split(title)[0].strip(" ,(:") for title in titles))


def judge(text: str) -> str:
    """The line that says whose opinion follows, `Mokoena JA (dissenting)`; empty if it is none."""
    found = _JUDGE.match(text) if len(text) <= LONGEST_HEADING else None
    if found is None:
        return ""
    if not found["rest"].strip(" :.—–-") or _AGREES.search(found["rest"]):
        return text.strip(" :—–-")
    return ""


def _pieces(body: Sequence[Block], marks: Sequence[Mark]) -> Iterator[_Piece]:
    """The blocks, cut where a numbered paragraph begins inside one, a number alone put before what follows it."""
    at: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        at[mark.block].append(mark)
    place = 0
    while place < len(body):
        block, found = body[place], at.get(place, [])
        following = at.get(place + 1, [])
        place += 1
        if found and found[0].alone and place < len(body) and not any(mark.offset == 0 for mark in following):
            block, shift = _put_before(block, body[place])
            found = [found[0], *(replace(mark, offset=mark.offset + shift) for mark in following)]
            place += 1
        yield from _cut(block, found)


def _put_before(lone: Block, block: Block) -> tuple[Block, int]:
    """A block behind the number that stands alone before it, and by how much its words moved."""
    shift = len(lone.text) + 1
    moved = ((offset + shift if offset else 0, page) for offset, page in block.breaks)
    starts = (0, *(start + shift for start in block.starts if start))
    text = f"{lone.text} {block.text}"
    return replace(block, text=text, breaks=tuple(moved), starts=starts), shift


def _cut(block: Block, found: Sequence[Mark]) -> Iterator[_Piece]:
    numbers = {mark.offset: mark.number for mark in found}
    inside = [offset for offset in numbers if offset]
    for offset, part in zip([0, *inside], block.split(inside), strict=True):
        yield _Piece(part, numbers.get(offset, 0))


def _grouped(pieces: Sequence[_Piece]) -> Iterator[_Section]:
    current = _Section()
    place = 0
    while place < len(pieces):
        count = 0 if pieces[place].number else _headings_at(pieces, place)
        if count:
            if current.blocks:
                yield current
            texts = [piece.block.text for piece in pieces[place : place + count]]
            current = _under(texts, current.opinion)
            place += count
            continue
        if current.blocks and current.is_full(pieces[place]):
            yield current
            current = current.next()
        current.add(pieces[place])
        place += 1
    if current.blocks:
        yield current


def _under(texts: Sequence[str], opinion: str) -> _Section:
    """A section below headings that follow each other: whose opinion it is, and what it is about."""
    above: list[str] = []
    for text in texts:
        if judge(text):
            opinion = text.strip(" :—–-")
        else:
            above.append(text)
    return _Section(opinion, tuple(above[:-1]), above[-1] if above else "")


def _headings_at(pieces: Sequence[_Piece], place: int) -> int:
    """How many pieces from this one on are headings right above a numbered paragraph; 0 if it is none."""
    for count, piece in enumerate(pieces[place : place + 4]):
        if piece.number:
            return count
        if not _like_heading(piece.block):
            return 0
    return 0


def _headings_before(pieces: Sequence[_Piece], first: int) -> int:
    """How many pieces right above the first paragraph belong to it: the heading, or whose opinion it is."""
    count = 0
    for piece in reversed(pieces[max(0, first - 3) : first]):
        if not _is_own_heading(piece.block):
            break
        count += 1
        if judge(piece.block.text):
            break
    return count


def _is_own_heading(block: Block) -> bool:
    return bool(judge(block.text)) or (_like_heading(block) and not block.text.isupper() and block.is_marked)


def _like_heading(block: Block) -> bool:
    text = block.text
    if len(text) > LONGEST_HEADING:
        return False
    if judge(text):
        return True
    return not text.endswith((".", ";", ":", ",", "”", "’", '"')) and (
        text[0].isupper() or text[0] in "(0123456789"
    )


def _made(section: _Section, number: int, names: Names) -> SectionText:
    text, breaks = blocks.joined(section.blocks)
    last = section.numbers[-1] if section.numbers else number
    place = f"[{number}]" if last == number else f"[{number}]–[{last}]"
    return SectionText(
        path=f"para{number}",
        label=f"{names.short_title} {place}",
        heading=section.heading,
        text=text,
        ancestors=tuple(filter(None, (section.opinion, *section.above))),
        page_breaks=breaks,
    )
