"""Tables of contents: runs of entries whose numbers and headings come again as sections, taken out of the law. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.structure.enactments.paragraphs import Block, Flow
from corpus.structure.enactments.patterns import ABOVE, ENUMERATOR, SCHEDULE, UNITS, Style, word_value
from corpus.structure.enactments.units import is_sentence
from corpus.structure.statute import roman_value

_HEADING = re.compile(
    r"(?:(?:table of |detailed )?contents?(?: page)?|(?:arrangement|list|table|index|analysis) of "
    r"(?:contents|sections|clauses|provisions|articles|chapters|parts|act|regulations|rules|the act|ordinance))\W*$",
    re.IGNORECASE,
)
_COLUMN_HEADING = re.compile(
    r"(?:sections?|sec\.|clauses?|articles?|regulations?|rules?|chap\. ?sec\.|chapter page|page|sections? page)\W*$",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    r"\b(?:table of contents|contents)\b.{0,80}(?:as follows|following|is)\s?[:—.–-]*$", re.IGNORECASE
)
_LEADER = re.compile(r"[.…·_](?:\s?[.…·_]){2,}\s*[0-9ivxlc]{0,5}$")
_WIDEST_LEADER = 80
_WORD = re.compile(r"[^\W_]+")
LONGEST_ENTRY = 260
FEWEST_ENTRIES = 3
"""Entries that make a table of contents where no heading says that there is one."""

_SCHEDULES = frozenset({"schedule", "annex", "appendix", "annexure", "exhibit"})

_Key = tuple[str, str, str]
"""Kind, number, first word of the heading."""


@dataclass(slots=True)
class _Run:
    """Consecutive short blocks, from `start` on."""

    start: int
    led: bool
    """Whether a heading such as `Contents` stands at its beginning."""
    anywhere: bool
    """Whether its entries may also have been sections before: a table inside of section 2."""
    last: int = -1
    """The last block that is surely an entry."""
    entries: int = 0
    numbered: int = 0
    seen: set[_Key] = field(default_factory=set)

    def has_had(self, key: _Key | None) -> bool:
        """Whether the numbers begin again: the law itself begins."""
        return key is not None and (key in self.seen or ("unit", key[1], key[2]) in self.seen)

    @property
    def is_contents(self) -> bool:
        fewest = 1 if self.led else FEWEST_ENTRIES
        return self.entries >= fewest and self.entries * 2 >= self.numbered


def without_contents(flow: Flow) -> tuple[Flow, bool]:
    """The flow without its tables of contents, and whether there was one."""
    dropped: set[int] = set()
    for run in _runs(flow.blocks):
        if run.is_contents:
            dropped.update(range(run.start, run.last + 1))
    if not dropped:
        return flow, False
    kept = [index for index in range(len(flow.blocks)) if index not in dropped]
    places = {old: new for new, old in enumerate(kept)}
    footnotes, place = [], 0
    for index, text in flow.footnotes:
        while place < len(kept) and kept[place] < index:
            place += 1
        footnotes.append((places.get(index, place), text))
    blocks = tuple(flow.blocks[index] for index in kept)
    return replace(flow, blocks=blocks, footnotes=tuple(footnotes)), True


def _runs(blocks: Sequence[Block]) -> Iterator[_Run]:
    keys = [_key(blocks, index) for index in range(len(blocks))]
    last = _last_places(blocks, keys)
    first: dict[_Key, int] = {}
    run: _Run | None = None
    for index, block in enumerate(blocks):
        key = keys[index]
        titled = _HEADING.match(block.text) is not None
        heads = titled or _COLUMN_HEADING.match(block.text) is not None
        ends = run is not None and (not _is_short(block) or run.has_had(key))
        if run is not None and (ends or (titled and run.entries)):
            yield run
            run = None
        if run is None and _is_short(block):
            led_in = index > 0 and bool(_LEADS_IN.search(blocks[index - 1].text))
            run = _Run(index, heads or led_in, led_in)
        if run is not None:
            _take(run, index, key, heads=heads, again=_comes_again(key, index, last, first, run))
        if key:
            first.setdefault(key, index)
    if run is not None:
        yield run


def _take(run: _Run, index: int, key: _Key | None, *, heads: bool, again: bool) -> None:
    if heads and not run.entries:
        run.start, run.led, run.last, run.numbered = (run.start if run.led else index), True, index, 0
    if not key:
        return
    run.seen.add(key)
    run.numbered += 1
    if again:
        if not run.entries and not run.led:
            run.start = index
        run.entries += 1
        run.last = index


def _comes_again(
    key: _Key | None, index: int, last: dict[_Key, int], first: dict[_Key, int], run: _Run
) -> bool:
    if key is None:
        return False
    bare = (key[0], key[1], "")
    later = last.get(key, -1) > index or (key[0] in _SCHEDULES and last.get(bare, -1) > index)
    return later or (run.anywhere and first.get(key, index) < index)


def _is_short(block: Block) -> bool:
    """Whether a block can be a line of a table of contents."""
    text = block.text
    if _LEADER.search(text[-_WIDEST_LEADER:]):
        return len(text) < 2 * LONGEST_ENTRY
    if len(text) > LONGEST_ENTRY or ENUMERATOR.match(text):
        return False
    return not is_sentence(text) or _is_numbered_heading(text)


def _is_numbered_heading(text: str) -> bool:
    """`12. Persons who may apply.`"""
    return len(text) < 160 and text[:1].isdigit() and ".—" not in text and text.count(". ") <= 1


def _key(blocks: Sequence[Block], index: int) -> _Key | None:
    """What an entry and its section have in common: the number and the first word of the heading."""
    text = blocks[index].text
    numbered = _numbered(text)
    if numbered:
        number, rest = numbered
        behind = rest or (blocks[index + 1].text if index + 1 < len(blocks) else "")
        return ("unit", number, _first_word(behind))
    if len(text) > LONGEST_ENTRY:
        return None
    above = SCHEDULE.match(text) or ABOVE.match(text)
    if not above or not text[:1].isupper() or above["rest"][:1].islower():
        return None
    number = above["number"] or ""
    if "ordinal" in above.groupdict():
        number = str(word_value(above["ordinal"] or "") or number)
    roman = roman_value(number.lower()) if number.isupper() else 0
    behind = above["rest"] or (blocks[index + 1].text if index + 1 < len(blocks) else "")
    return (above["kind"].lower(), str(roman) if roman else number.lower(), _first_word(behind))


def _numbered(text: str) -> tuple[str, str] | None:
    for style in Style:
        if style is Style.COMPOUND or not text:
            continue
        found = UNITS[style].match(text)
        if found and not found["rest"][:1].islower():
            number = found["number"].rstrip(".").lower()
            return number, found["rest"]
    found = UNITS[Style.COMPOUND].match(text)
    return (found["number"].lower(), found["rest"]) if found else None


def _first_word(text: str) -> str:
    found = _WORD.search(text[:80])
    return found[0].lower() if found else ""


def _last_places(blocks: Sequence[Block], keys: Sequence[_Key | None]) -> dict[_Key, int]:
    """The last block of each key: of a section also under the heading above it, of a chapter under its number alone."""
    last: dict[_Key, int] = {}
    for index, key in enumerate(keys):
        if not key:
            continue
        last[key] = index
        if key[0] != "unit":
            last["unit", key[1], key[2]] = last[key[0], key[1], ""] = index
        if key[0] == "unit" and index and not keys[index - 1]:
            last["unit", key[1], _first_word(blocks[index - 1].text)] = index
    return last
