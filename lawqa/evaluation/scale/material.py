"""What the bench fills its shelf with: the law of the installation, and copies of it that are not quite the same.

The law is written to plain files once, so that a process with a database of its own can read it. A copy has other
words of the same length in some places, so that passages keep their places in the text, and vectors with noise.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.models import Encoder, Passage, Section

TEXTS, VECTORS, WORDS = "law.jsonl", "law.f2", "words.json"
BATCH = 500
EVERY = 20
"""Of so many sections one gives its words to those that are swapped in: as frequent there as in the law."""
SHORTEST, MOST_WORDS = 4, 20_000
SWAPPED = 0.15
"""Of a copy's words."""
NOISE = 0.6
"""Length of the noise beside a unit vector: the cosine of copy and original is .86."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SectionOfLaw:
    """A section with the passages it was cut into, and their vectors."""

    label: str
    heading: str
    text: str
    passages: Sequence[tuple[int, int]]
    vectors: Vectors


def write_law(folder: Path, encoder: Encoder) -> int:
    """Write all embedded passages of this installation, section by section; returns how many there are."""
    words: defaultdict[int, list[str]] = defaultdict(list)
    written = 0
    with (folder / TEXTS).open("w", encoding="utf-8") as texts, (folder / VECTORS).open("wb") as vectors:
        for number, (section, passages) in enumerate(_sections(encoder)):
            places = [(passage.start, passage.end) for passage in passages]
            line = {
                "label": section.number,
                "heading": section.heading,
                "text": section.text,
                "passages": places,
            }
            texts.write(json.dumps(line) + "\n")
            vectors.write(b"".join(bytes(passage.embedding or b"") for passage in passages))
            written += len(passages)
            if number % EVERY == 0:
                _collect(section.text, words)
    (folder / WORDS).write_text(json.dumps(words))
    return written


def _sections(encoder: Encoder) -> Iterator[tuple[Section, list[Passage]]]:
    """Sections with embedded passages, in order of their keys, a batch in memory."""
    above = 0
    while sections := list(
        Section.objects.filter(pk__gt=above).select_related("document").order_by("pk")[:BATCH]
    ):
        above = sections[-1].pk
        passages: defaultdict[int, list[Passage]] = defaultdict(list)
        for passage in Passage.objects.filter(section__in=sections, encoder=encoder, embedding__isnull=False):
            passages[passage.section_id].append(passage)
        yield from ((section, passages[section.pk]) for section in sections if section.pk in passages)


def _collect(text: str, words: defaultdict[int, list[str]]) -> None:
    for word in text.split():
        if _may_be_swapped(word) and len(words[len(word)]) < MOST_WORDS:
            words[len(word)].append(word)


def _may_be_swapped(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and word.islower()


class Law:
    """The law as written, read from a place on; behind its end come copies of it, again and again."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._vectors = np.memmap(folder / VECTORS, dtype="<f2", mode="r").reshape(-1, dimension)
        self._words = {
            int(length): words for length, words in json.loads((folder / WORDS).read_text()).items()
        }

    def read(self, place: dict[str, int]) -> Generator[SectionOfLaw, None, None]:
        """Endlessly; `place` says where the next section stands and follows. Empty: from the beginning."""
        while True:
            copy = place.setdefault("copy", 0)
            for line in self._lines(place):
                section = self._section(line, place)
                yield self._perturbed(section, copy, place) if copy else section
            place.update(copy=copy + 1, byte=0, vector=0)

    def _lines(self, place: dict[str, int]) -> Iterator[dict[str, Any]]:
        with (self._folder / TEXTS).open("rb") as file:
            file.seek(place.setdefault("byte", 0))
            while line := file.readline():
                place["byte"] = file.tell()
                yield json.loads(line)

    def _section(self, line: dict[str, Any], place: dict[str, int]) -> SectionOfLaw:
        first = place.setdefault("vector", 0)
        place["vector"] = first + len(line["passages"])
        vectors = self._vectors[first : place["vector"]].astype(np.float32)
        return SectionOfLaw(line["label"], line["heading"], line["text"], line["passages"], vectors)

    def _perturbed(self, section: SectionOfLaw, copy: int, place: dict[str, int]) -> SectionOfLaw:
        chance = np.random.default_rng((copy, place["byte"]))
        return SectionOfLaw(
            section.label, self._swapped(section.heading, chance), self._swapped(section.text, chance),
            section.passages, perturbed(section.vectors, NOISE, chance),
        )  # fmt: skip

    def _swapped(self, text: str, chance: np.random.Generator) -> str:
        words = text.split(" ")
        for at in chance.integers(len(words), size=int(SWAPPED * len(words))).tolist():
            others = self._words.get(len(words[at]))
            if others and _may_be_swapped(words[at]):
                words[at] = others[chance.integers(len(others))]
        return " ".join(words)


def perturbed(vectors: Vectors, noise: float, chance: np.random.Generator) -> Vectors:
    """Unit vectors with Gaussian noise of that length, again of length 1; shape (n, dimension)."""
    found = vectors + chance.normal(size=vectors.shape).astype(np.float32) * (
        noise / np.sqrt(vectors.shape[1])
    )
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit
