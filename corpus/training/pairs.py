"""What is learned from: texts that ask for a section, and the section that answers.

Three kinds. `written`: questions that the authors wrote about sections drawn at random: in everyday words, in a lawyer's,
and, for half of the sections, in full sentences about one point (questions.jsonl). `heading`: a section's own heading,
with or without its chapter. `judgment`: sentences of judgments that cite one section, without the citation. No section
that an evaluation is labelled with is learned from, and no sentence that shares a run of words with its questions.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from corpus.citations import find_citations
from corpus.models import Section

QUESTIONS = Path(__file__).with_name("questions.jsonl")
WRITTEN, HEADING, JUDGMENT = "written", "heading", "judgment"
WAYS = ("lay", "pro", "officer")
"""Of asking, as questions.jsonl calls them."""
RUN = 6
"""Words in a row that a sentence may not share with an evaluation's question."""
MOST_OF_A_SECTION = 12
"""Sentences of judgments that cite the same section, at most."""
SHORTEST, LONGEST = 10, 120
"""Words of a sentence."""
_HOUSEKEEPING = re.compile(
    r"repealed|omitted|transferred|renumbered|reserved|^short title|^definitions?$|effective date"
    r"|authorization of appropriations|^regulations$|^purposes?$|^findings",
    re.IGNORECASE,
)
"""Headings that many sections share, so that they ask for none of them."""
_NUMBERED = re.compile(r"^(?:Title|Subtitle|Chapter|Subchapter|Part|Subpart|Article)\s+\S+?—")
_SENTENCE = re.compile(r"(?<=[a-z\)”\"]{2}[.?!])\s+(?=[A-Z“\"])")
_SECTION_NUMBER = re.compile(r"(?:§+|\b[Ss]ections?\b)\s*\d+[\w.-]*(?:\(\w+\))*")


class Pair(NamedTuple):
    """A text that asks and the section that answers."""

    text: str
    section_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What must not be learned from: labels of evaluations, and runs of words of their questions."""

    labels: frozenset[str] = frozenset()
    runs: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, files: Iterable[Path]) -> HeldOut:
        """Of evaluation files, one JSON object a line with `question` and `gold`."""
        lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
        labels = frozenset(label for line in lines for label in line["gold"])
        return cls(labels, frozenset(run for line in lines for run in _runs(line["question"])))


def validates(label: str, share: float) -> bool:
    """Whether a section is among the share that only checks what was learned; by its label, for ever the same."""
    return hashlib.sha256(label.encode()).digest()[0] < 256 * share


def written(held: Mapping[str, int], without: HeldOut, path: Path = QUESTIONS) -> list[Pair]:
    """The authors' questions about the sections that are held (label → section)."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    known = [line for line in lines if line["section"] in held and line["section"] not in without.labels]
    return [Pair(line[way], held[line["section"]], WRITTEN) for line in known for way in WAYS if way in line]


def headings(sections: Iterable[Section], without: HeldOut) -> list[tuple[Pair, str]]:
    """Headings that say what a section is about, each with the name of its chapter (or nothing)."""
    return [
        (Pair(section.heading, section.pk, HEADING), _chapter(section))
        for section in sections
        if section.label not in without.labels
        and len(section.heading.split()) > 1
        and not _HOUSEKEEPING.search(section.heading)
    ]


def _chapter(section: Section) -> str:
    return _NUMBERED.sub("", section.ancestors[-1]) if section.ancestors else ""


def judgments(texts: Iterable[str], held: Mapping[str, int], without: HeldOut) -> list[Pair]:
    """Sentences of judgments, by the section that they cite, at most a dozen a section."""
    found: dict[str, Pair] = {}
    of_section: Counter[int] = Counter()
    for pair in (pair for text in texts for pair in _cited(text, held, without)):
        if pair.text not in found and of_section[pair.section_id] < MOST_OF_A_SECTION:
            found[pair.text] = pair
            of_section[pair.section_id] += 1
    return list(found.values())


def _cited(text: str, held: Mapping[str, int], without: HeldOut) -> Iterator[Pair]:
    for sentence in _SENTENCE.split(" ".join(text.split())):
        citations = [one for one in find_citations(sentence) if one.document and one.section]
        labels = {f"{one.document} § {one.section}" for one in citations}
        if len(labels) != 1 or not labels <= held.keys() or labels & without.labels:
            continue
        bare = _without_numbers(sentence, [(one.start, one.end) for one in citations])
        if SHORTEST <= len(bare.split()) <= LONGEST and not without.runs & _runs(bare):
            yield Pair(bare, held[labels.pop()], JUDGMENT)


def _without_numbers(sentence: str, spans: Collection[tuple[int, int]]) -> str:
    """The sentence without its citations, so that nothing but words can tell the section."""
    for start, end in sorted(spans, reverse=True):
        sentence = sentence[:start] + sentence[end:]
    return re.sub(r"\s+([,.;)])", r"\1", " ".join(_SECTION_NUMBER.sub("", sentence).split()))


def _runs(text: str) -> set[str]:
    words = re.findall(r"[a-z]+", text.lower())
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
