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
_COMMAND = re.compile(r"\b(?:shall|must)\b")
_LONGEST_HEADING = 160
_COMPARED = 24
"""Letters of a heading that are the same in the contents and above the section."""
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
    """Whether a heading such as `Contents`, or one of its columns, stands at its beginning."""
    titled: bool
    """Whether that heading can be nothing but a heading of contents."""
    anywhere: bool
    """Whether its entries may also have been sections before: a table inside of section 2."""
    last: int = -1
    """The last block that is surely an entry."""
    entries: int = 0
    sections: int = 0
    """How many of the entries are of sections, not of parts."""
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
    entries = [_entry(blocks, index) for index in range(len(blocks))]
    places = _Places(blocks, entries)
    run: _Run | None = None
    for index, block in enumerate(blocks):
        entry, short = entries[index], _is_short(block)
        titled = _HEADING.match(block.text) is not None
        ends = run is not None and (not short or (entry is not None and run.has_had(entry.key)))
        if run is not None and (ends or (titled and run.sections)):
            yield run
            run = None
        if run is None and short:
            led_in = index > 0 and bool(_LEADS_IN.search(blocks[index - 1].text))
            run = _Run(index, led_in, led_in, led_in)
        if run is not None:
            if titled or _COLUMN_HEADING.match(block.text):
                _begin(run, index, titled=titled)
            if entry:
                _take(run, index, entry, again=places.again(entry, index, run))
    if run is not None:
        yield run


def _begin(run: _Run, index: int, *, titled: bool) -> None:
    """A heading of contents, or of their columns, at the beginning of a run."""
    if run.sections:
        return
    run.start = run.start if run.led else index
    run.led, run.titled, run.last = True, run.titled or titled, index
    run.numbered = run.entries = 0


def _take(run: _Run, index: int, entry: _Entry, *, again: bool) -> None:
    run.seen.add(entry.key)
    run.numbered += 1
    if again:
        if not run.entries and not run.led:
            run.start = index
        run.entries += 1
        run.sections += entry.key[0] == "unit"
        run.last = index


@dataclass(frozen=True, slots=True)
class _Entry:
    """A numbered block, be it a line of contents or the section itself."""

    key: _Key
    said: str
    """The beginning of its heading, letters only."""


class _Places:
    """Where each number with its heading stands first and last."""

    def __init__(self, blocks: Sequence[Block], entries: Sequence[_Entry | None]) -> None:
        self.first: dict[_Key, int] = {}
        self.last: dict[_Key, tuple[int, str]] = {}
        for index, entry in enumerate(entries):
            if not entry:
                continue
            kind, number, word = entry.key
            self.first.setdefault(entry.key, index)
            self.last[entry.key] = (index, entry.said)
            if kind != "unit":  # a list of chapters gives their numbers alone, one of schedules no heading
                self.last["unit", number, word] = self.last[kind, number, ""] = (index, entry.said)
            elif index and not entries[index - 1]:  # the heading may stand above the number
                above = blocks[index - 1].text
                self.last["unit", number, _first_word(above)] = (index, _letters(above))

    def again(self, entry: _Entry, index: int, run: _Run) -> bool:
        """Whether the entry comes again as a section, and with the same heading where nothing says `Contents`."""
        kind, number, _ = entry.key
        place, said = self.last.get(entry.key, (-1, ""))
        if place <= index and kind in _SCHEDULES:
            place, said = self.last.get((kind, number, ""), (-1, ""))[0], entry.said
        if run.anywhere and self.first[entry.key] < index:
            return True
        return place > index and (run.titled or said.startswith(entry.said))


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
    numbered = _numbered(text) if len(text) < _LONGEST_HEADING else None
    return (
        numbered is not None
        and ".—" not in text
        and not _COMMAND.search(text)
        and not _begins_a_sentence(numbered[1])
    )


def _begins_a_sentence(text: str) -> bool:
    return is_sentence(text) and is_sentence(text.rstrip("."))


def _entry(blocks: Sequence[Block], index: int) -> _Entry | None:
    text = blocks[index].text
    numbered = _numbered(text)
    following = blocks[index + 1].text if index + 1 < len(blocks) else ""
    if numbered:
        behind = numbered[1] or following
        return _Entry(("unit", numbered[0], _first_word(behind)), _letters(behind))
    if len(text) > LONGEST_ENTRY:
        return None
    above = SCHEDULE.match(text) or ABOVE.match(text)
    if not above or not text[:1].isupper() or above["rest"][:1].islower():
        return None
    number = above["number"] or ""
    if "ordinal" in above.groupdict():
        number = str(word_value(above["ordinal"] or "") or number)
    roman = roman_value(number.lower()) if number.isupper() else 0
    behind = above["rest"] or following
    number = str(roman) if roman else number.lower()
    return _Entry((above["kind"].lower(), number, _first_word(behind)), _letters(behind))


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


def _letters(text: str) -> str:
    """The first letters, without the page number and dots at the end of a line of contents."""
    return "".join(filter(str.isalpha, text[: 2 * _COMPARED])).lower()[:_COMPARED]
