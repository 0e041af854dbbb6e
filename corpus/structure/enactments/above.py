"""Headings above sections: parts, chapters, schedules, and the headings between sections that have no number. Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from corpus.structure.enactments.paragraphs import Block, Flow
from corpus.structure.enactments.patterns import ABOVE, ENUMERATOR, SCHEDULE, UNITS, Style, word_value
from corpus.structure.enactments.units import is_sentence
from corpus.structure.statute import roman_value
from corpus.structure.uscode import title_case

_ENDS_WITH_STOP = (".", ";", ":", ",", "—", "–")
LONGEST = 200
LONGEST_WITHOUT_LAYOUT = 150
LONGEST_BETWEEN_WITHOUT_LAYOUT = 90
"""Characters of a heading above several sections, where nothing but its words tells it from text."""
_MOST_LINES = 3
"""Paragraphs that the heading of one part may be printed on."""


@dataclass(frozen=True, slots=True)
class Above:
    """The heading of a part, chapter or schedule: blocks `[index, end)`."""

    index: int
    end: int
    kind: str
    """`part`, `chapter`, `schedule` …"""
    number: str
    """As printed, `IV`; a word (`FIRST`) as a figure; empty: it has none."""
    heading: str
    leads: tuple[int, ...] = ()
    """Blocks among these that are words of its own, such as `[See section 3]`."""

    @property
    def title(self) -> str:
        """`Chapter IV Remedies`"""
        return " ".join(word for word in (self.kind.capitalize(), self.number, self.heading) if word)

    @property
    def name(self) -> str:
        """`Chapter IV`, `Art. I`"""
        return " ".join(word for word in (_NAMES.get(self.kind, self.kind.capitalize()), self.number) if word)

    @property
    def path(self) -> str:
        """`part_4`: Roman and Arabic numbers give the same identity."""
        roman = roman_value(self.number.lower()) if self.number.isupper() else 0
        number = str(roman) if roman else self.number
        return f"{_SHORT.get(self.kind, self.kind)}_{number}" if number else _SHORT.get(self.kind, self.kind)


_NAMES = {"article": "Art."}
_SHORT = {"schedule": "sch", "annexure": "annex", "article": "art", "section": "sec", "amendment": "amdt"}


def places_above(flow: Flow, start: int, end: int) -> list[tuple[int, str]]:
    """(block, kind) of everything that may be the heading of a part, whatever the style of the sections."""
    found = []
    for index in range(start, end):
        match = ABOVE.match(flow.blocks[index].text[:400]) if flow.blocks[index].text[:1].isupper() else None
        if match and _is_heading_of(flow.blocks[index], match["rest"], bool(match["stop"])):
            found.append((index, match["kind"].lower()))
    return found


def find_above(flow: Flow, start: int, end: int, style: Style, taken: Container[int]) -> list[Above]:
    """Parts, chapters and titles in `[start, end)` in order; `taken` are the blocks that begin a section."""
    found: list[Above] = []
    index = start
    while index < end:
        one = None if index in taken else _above(flow, index, end, style, taken)
        if one:
            found.append(one)
        index = one.end if one else index + 1
    return found


def _above(flow: Flow, index: int, end: int, style: Style, taken: Container[int]) -> Above | None:
    block = flow.blocks[index]
    match = ABOVE.match(block.text) if len(block.text) <= LONGEST + 60 else None
    if not match or block.text[:1] in "‘“\"'" or not block.text.lstrip("[")[:1].isupper():
        return None
    kind = match["kind"].lower().replace("-", "")
    if not _may_stand_above(kind, style) or not _is_heading_of(block, match["rest"], bool(match["stop"])):
        return None
    number = str(word_value(match["number"]) or match["number"].upper())
    rest = match["rest"].strip()
    if rest:
        return Above(index, index + 1, kind, number, _tidy(rest))
    lines = heading_lines(flow, index + 1, end, taken)
    heading = " ".join(flow.blocks[place].text for place in range(index + 1, lines))
    return Above(index, lines, kind, number, _tidy(heading))


def _may_stand_above(kind: str, style: Style) -> bool:
    """`Section 2` stands above articles, `Article 2` above sections; neither above itself."""
    if kind == "section":
        return style is Style.ARTICLE
    if kind == "article":
        return style in {Style.SECTION, Style.SIGN, Style.COMPOUND}
    return True


def _is_heading_of(block: Block, rest: str, stopped: bool) -> bool:
    """Whether what stands behind `Part 2` is its heading: `Part 2 of this Act applies` is none."""
    if not rest:
        return True
    if rest[:1].islower() or is_sentence(rest) or len(rest) > LONGEST:
        return False
    capitals = block.text.split(maxsplit=1)[0].isupper()
    looks = block.bold or block.centred or block.level > 0
    return stopped or capitals or looks or not rest.endswith(_ENDS_WITH_STOP)


def _tidy(heading: str) -> str:
    return title_case(heading.strip(" .—–[]").strip())


def heading_lines(flow: Flow, start: int, end: int, taken: Container[int]) -> int:
    """The block behind the last one of a heading that begins at `start`; `start` where there is none."""
    place = start
    while place < min(end, start + _MOST_LINES) and place not in taken:
        block = flow.blocks[place]
        if not _can_be_heading(block) or (place > start and not _goes_on(flow.blocks[place - 1], block)):
            break
        place += 1
    return place


def _can_be_heading(block: Block) -> bool:
    text = block.text
    if len(text) > LONGEST or ENUMERATOR.match(text) or is_sentence(text) or text[:1].islower():
        return False
    if ABOVE.match(text) and text[:1].isupper() and (len(text) < 12 or text.split()[0].isupper()):
        return False
    if text.endswith("."):
        return text.isupper() or block.bold or block.centred
    return any(letter.isalpha() for letter in text) and not any(
        text.startswith(sign) for sign in ("§", "“", '"', "(")
    )


def _goes_on(before: Block, block: Block) -> bool:
    """A heading that was broken into two blocks: both look the same, and both are in capitals."""
    alike = (before.bold, before.italic, before.centred) == (block.bold, block.italic, block.centred)
    return alike and before.text.isupper() and block.text.isupper()


def is_heading_like(flow: Flow, index: int) -> bool:
    """Whether a block can be a heading without a number: short, no sentence, and set apart by its look if any is."""
    block = flow.blocks[index]
    text = block.text
    plain = text.rstrip("—–- ")
    if not _can_be_heading(block) or plain.endswith(_ENDS_WITH_STOP) or not any(map(str.isalpha, plain[:3])):
        return False
    apart = block.bold or block.italic or block.centred or block.level > 0
    if apart or (flow.body_size and abs(block.size - flow.body_size) > 0.8):
        return True
    if flow.has_layout:
        return False
    ended = index == 0 or flow.blocks[index - 1].text.endswith((".", ";", "]", ")", "—", "*"))
    return len(text) <= LONGEST_WITHOUT_LAYOUT and (ended or _can_be_heading(flow.blocks[index - 1]))


def find_schedules(flow: Flow, start: int) -> list[Above]:
    """Schedules, annexes and appendices behind `start`, in order."""
    found: list[Above] = []
    index = start
    while index < len(flow.blocks):
        one = _schedule(flow, index)
        if one:
            found.append(one)
        index = one.end if one else index + 1
    return found


def _schedule(flow: Flow, index: int) -> Above | None:
    block = flow.blocks[index]
    match = SCHEDULE.match(block.text) if len(block.text) <= LONGEST + 60 else None
    if not match or block.text[:1] in "‘“\"'" or not block.text.lstrip("[0123456789")[:1].isupper():
        return None
    rest = match["rest"].strip()
    capitals = block.text[match.start("kind") : match.end("kind")].isupper()
    looks = bool(block.bold or block.centred or block.level or capitals)
    named = bool(match["number"] or match["ordinal"] or match["stop"])
    if rest and (rest[:1].islower() or is_sentence(rest) or not (looks or named)):
        return None
    if not rest and not looks and not named and flow.has_layout:
        return None
    if rest and not rest.startswith(("(", "[")) and not capitals and rest.endswith("."):
        return None
    number = str(word_value(match["ordinal"] or "") or match["number"] or "")
    if rest and not _is_reference(rest):
        return Above(index, index + 1, match["kind"].lower(), number, _tidy(rest))
    first = index + 1
    leads = (first,) if first < len(flow.blocks) and _is_reference(flow.blocks[first].text) else ()
    first += len(leads)
    nearby = range(first, min(first + _MOST_LINES, len(flow.blocks)))
    taken = {place for place in nearby if _numbered(flow.blocks[place])}
    end = heading_lines(flow, first, len(flow.blocks), taken)
    heading = _tidy(" ".join(flow.blocks[place].text for place in range(first, end)))
    return Above(index, end, match["kind"].lower(), number, f"{heading} {rest}".strip(), leads)


def _is_reference(text: str) -> bool:
    plain = text.strip("[]() .")
    return len(plain) < 60 and plain.lower().startswith(
        ("section", "see section", "sections", "see", "article", "regulation")
    )


def _numbered(block: Block) -> bool:
    return any(
        UNITS[style].match(block.text) for style in (Style.DOTTED, Style.PLAIN, Style.ARTICLE, Style.RULE)
    )


@dataclass(slots=True)
class Ancestors:
    """The headings that stand above the section that is being read."""

    open: list[Above] = field(default_factory=list)
    depths: dict[str, int] = field(default_factory=dict)
    cross: tuple[str, ...] = ()

    def enter(self, above: Above) -> None:
        """A chapter closes the chapter before it and what stood below that; kinds keep the depth they had first."""
        kinds = [one.kind for one in self.open]
        depth = kinds.index(above.kind) if above.kind in kinds else len(self.open)
        depth = min(depth, self.depths.setdefault(above.kind, depth))
        self.open[depth:] = [above]
        self.cross = ()

    def titles(self) -> tuple[str, ...]:
        return (*(one.title for one in self.open), *self.cross)
