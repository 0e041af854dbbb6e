"""Which paragraphs begin a section: candidates in every style, and the style that the enactment is written in. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.structure.enactments.notes import is_amendment_note
from corpus.structure.enactments.numbers import Key, best_chain, key, without_strays
from corpus.structure.enactments.paragraphs import Block
from corpus.structure.enactments.patterns import UNITS, Style

_NUMBERS = re.compile(r"[0-9]+[A-Za-z]*(?:[-.:][0-9A-Za-z]+)*|[IVXLC]+")
_TO = re.compile(r"\bto\b|\bthrough\b|\.\.|[–—-]")
_DATE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b.{0,8}\b[0-9]{4}|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\."
)
_DATE_IN_FIGURES = re.compile(r"[0-9]{1,2}[.-][0-9]{1,2}[.-](?:19|20)?[0-9]{2}$")
_GONE = re.compile(r"(?:Omitted|Rep\.|Repealed) by\b")
_DASH = re.compile(r"\.\s?[—–-]")
_DOTS = re.compile(r"[.*…](?:\s?[.*…]){2,}")
_VERB = re.compile(
    r"\b(?:shall|must|may|is|are|was|were|has|have|means|includes|applies|apply|does|do|will|cannot|extends)\b"
)
_BEGINS_A_SENTENCE = re.compile(
    r"(?:The|A|An|No|Any|Every|Each|If|Where|When|In|This|That|These|It|There|Subject|Notwithstanding|For|Nothing|Upon)\b"
)
_UPPER = re.compile(r"[A-Z“\"‘'(\[*§]|\.\s?\.|[0-9]{1,2}\[|[^\W\d_a-z]")
LONGEST_HEADING = 250
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_QUOTES = "‘“\"'"

_WEIGHTS = {
    Style.SIGN: 1.3, Style.SECTION: 1.2, Style.ARTICLE: 1.3, Style.RULE: 1.2, Style.REGULATION: 1.2, Style.CLAUSE: 1.1,
    Style.DOTTED: 1.0, Style.PLAIN: 0.95, Style.COMPOUND: 0.8,
}  # fmt: skip
_NAMED = frozenset({Style.SIGN, Style.SECTION, Style.ARTICLE, Style.RULE, Style.REGULATION, Style.CLAUSE})
"""Styles whose word or sign says that a section begins: only they may count from 1 again in each part."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph that begins with the number of a section."""

    index: int
    """Of its block."""
    style: Style
    number: str
    several: str
    """The numbers of a range or list such as `[13 to 15. Repealed]`; empty: one section."""
    rest: int
    """Where in the block the words behind the number begin."""
    stopped: bool
    """Whether a stop or dash stands behind the number."""
    weight: float

    @property
    def key(self) -> Key:
        return key(self.number)


@dataclass(frozen=True, slots=True)
class Chain:
    """The sections of one scope in order, all of one style."""

    style: Style
    units: tuple[Unit, ...]
    weight: float
    starts: tuple[int, ...] = (0,)
    """Block indexes from which the numbers count anew."""


def is_sentence(text: str) -> bool:
    """Whether words read like a sentence of the law rather than like a heading."""
    if len(text) > LONGEST_HEADING or text.endswith((";", ":", ",", "—")):
        return True
    return bool(_VERB.search(text)) and (text.endswith(".") or bool(_BEGINS_A_SENTENCE.match(text)))


def candidates(blocks: Sequence[Block], start: int, end: int) -> dict[Style, list[Unit]]:
    """For each style, the paragraphs of `[start, end)` that could begin a section in it."""
    found: dict[Style, list[Unit]] = {style: [] for style in Style}
    for index in range(start, end):
        for style in _styles(blocks[index].text):
            unit = _unit(blocks, index, style)
            if unit and unit.weight > 0:
                found[style].append(unit)
    return found


def _styles(text: str) -> tuple[Style, ...]:
    """The styles worth trying, by the first letters."""
    head = text.lstrip(_QUOTES + "[ ")[:4]
    if not head:
        return ()
    if head[0].isdigit():
        return (Style.DOTTED, Style.PLAIN, Style.COMPOUND)
    if head[0] == "§":
        return (Style.SIGN,)
    by_letter = {
        "S": (Style.SECTION,), "A": (Style.ARTICLE,), "R": (Style.RULE, Style.REGULATION), "C": (Style.CLAUSE,),
    }  # fmt: skip
    return by_letter.get(head[0], ())


def _unit(blocks: Sequence[Block], index: int, style: Style) -> Unit | None:
    block = blocks[index]
    found = UNITS[style].match(block.text)
    if not found or any(quote in found["mark"] for quote in _QUOTES):
        return None
    first, several = _ends(found["number"], found["more"], block.text[: found.start("number")])
    rest = found["rest"]
    stopped = bool(found["stop"])
    weight = _weight(block, style, found, rest) * _WEIGHTS[style]
    if not rest and index + 1 < len(blocks) and blocks[index + 1].text[:1].islower():
        weight = 0
    return Unit(index, style, first, several, found.start("rest"), stopped, weight)


def _ends(number: str, more: str, before: str) -> tuple[str, str]:
    """The first number, and the whole range or list as one cites it: `155, 155A`, `13 to 15`; after `§§`, `7–9` is one."""
    numbers = [number, *_NUMBERS.findall(more)]
    if len(numbers) > 1:
        listed = not _TO.search(more)
        return number, ", ".join(numbers) if listed else f"{number} to {numbers[-1]}"
    one, dash, other = number.replace("–", "-").partition("-")
    plural = "§§" in before.replace(" ", "")
    if dash and plural and one.isdigit() and other.isdigit() and int(other) > int(one):
        return one, f"{one} to {other}"
    return number, ""


def _weight(block: Block, style: Style, found: re.Match[str], rest: str) -> float:
    """How much speaks for a section: 1 for a plain heading, 0 for what cannot be one."""
    if rest and not _UPPER.match(rest):
        return 0
    if is_amendment_note(block.text):
        return (
            0.3 if _GONE.match(rest) else 0
        )  # `12. Omitted by Act 4` may be a footnote or what is left of section 12
    named = style in _NAMED
    stopped = bool(found["stop"])
    if named and not stopped and rest and not _is_named_heading(block, style, found, rest):
        return 0
    if style in {Style.PLAIN, Style.COMPOUND, Style.DOTTED} and _is_other_number(style, found, rest):
        return 0
    weight = 1.0
    if (
        style in {Style.PLAIN, Style.DOTTED}
        and is_sentence(rest)
        and not _DASH.search(rest[:LONGEST_HEADING])
    ):
        weight = 0.5 if style is Style.PLAIN and not stopped else 0.8
    if not rest and not named:
        weight = 0.4
    return weight + (0.3 if block.bold or block.level else 0)


def _is_named_heading(block: Block, style: Style, found: re.Match[str], rest: str) -> bool:
    """`Article 5 Scope` is a heading, `Article 5 The Member States shall …` a sentence about one."""
    if style is Style.SIGN:
        return True
    capitals = found["word"].isupper() and len(found["word"]) > 2
    looks = bool(block.bold or block.centred or block.level or capitals)
    return not is_sentence(rest) and (looks or not rest.endswith("."))


def _is_other_number(style: Style, found: re.Match[str], rest: str) -> bool:
    """A date, a sum, a bare number of a table."""
    if style is Style.COMPOUND:
        return not rest or bool(_DATE_IN_FIGURES.match(found["number"]))
    if style is Style.PLAIN:
        return not rest or bool(_DATE.match(rest)) or len(rest) < 3 or not _is_wordy(rest)
    return bool(_DATE.match(rest)) or len(found["number"].rstrip(_LETTERS)) > 4


def _is_wordy(text: str) -> bool:
    """More letters than figures and signs, which a row of a table has not; or nothing but dots, for what is gone."""
    if _DOTS.match(text):
        return True
    start = text[:80].replace(" ", "")
    return sum(map(str.isalpha, start)) * 2 > len(start)


def best(
    blocks: Sequence[Block], start: int, end: int, restarts: Sequence[tuple[int, str]] = ()
) -> Chain | None:
    """The style in which most sections can be counted from `start` to `end`; None where nothing is counted.

    `restarts` are the (block, kind) of headings of parts, from which numbers may count anew.
    """
    found = candidates(blocks, start, end)
    chains = [_chain(style, units, restarts) for style, units in found.items() if units]
    heaviest = max(chains, key=lambda chain: chain.weight, default=None)
    if heaviest is None or not heaviest.units:
        return None
    if heaviest.style is Style.COMPOUND:
        return _of_its_parts(heaviest, chains) or heaviest
    return heaviest


def _of_its_parts(compound: Chain, chains: Sequence[Chain]) -> Chain | None:
    """Where `1.1` and `1.2` stand under `1.`, the section is `1.`"""
    parts = {unit.key[0] for unit in compound.units}
    for chain in sorted(chains, key=lambda chain: -chain.weight):
        numbers = {unit.key[0] for unit in chain.units}
        if (
            chain.style is not Style.COMPOUND
            and len(chain.units) > 1
            and len(numbers & parts) * 2 > len(parts)
        ):
            return chain
    return None


def _chain(style: Style, units: Sequence[Unit], restarts: Sequence[tuple[int, str]]) -> Chain:
    starts = _starts(units, [at for at, kind in restarts if kind != style.value]) if style in _NAMED else [0]
    places = [*(bisect_left(units, first, key=_index) for first in starts), len(units)]
    chosen: list[Unit] = []
    for first, stop in pairwise(places):
        part = units[first:stop]
        keys = [unit.key for unit in part]
        chain = best_chain(keys, [unit.weight for unit in part])
        if style not in _NAMED:
            chain = without_strays(chain, keys)
        chosen.extend(part[one] for one in chain)
    return Chain(style, tuple(chosen), sum(unit.weight for unit in chosen), tuple(starts))


def _index(unit: Unit) -> int:
    return unit.index


def _starts(units: Sequence[Unit], restarts: Sequence[int]) -> list[int]:
    """The parts in which the numbers begin again at the first number, or at one before it."""
    starts = [0]
    first = units[0].key
    place = 0
    for index in restarts:
        while place < len(units) and units[place].index < index:
            place += 1
        if 0 < place < len(units) and units[place].key <= first and units[place].index > starts[-1]:
            starts.append(index)
            first = units[place].key
    return starts
