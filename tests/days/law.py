"""The law that is asked, as the rows have it, read without the index; and vectors that stand in for an encoder's."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus import rows
from corpus.embedding import Vectors
from corpus.index import source
from corpus.index.lexical import MAIN_FIELD, terms_in
from corpus.models import Encoder, Passage


def by_chance(texts: Sequence[str], dimension: int) -> Vectors:
    """Unit vectors in the place of embeddings, shape (len(texts), dimension): the same text has the same."""
    seeds = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts)
    found = [np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32) for seed in seeds]
    return np.stack([vector / np.linalg.norm(vector) for vector in found])


def words_as_tokens(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Offsets of words, in the place of an encoder's tokens."""
    return [list(_offsets(text)) for text in texts]


def _offsets(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in text.split():
        at = text.index(word, at)
        yield at, at + len(word)
        at += len(word)


def give_passages(encoder: Encoder) -> None:
    """Cut and embed, by chance, what has no passages yet."""

    def quietly(stage: str, done: int, total: int | None) -> None:
        del stage, done, total

    rows.split_new_sections(words_as_tokens, quietly)
    rows.embed_new_passages(encoder, lambda texts: by_chance(texts, encoder.dimension), quietly)


@dataclass
class Law:
    """What the rows say of every passage."""

    days: dict[int, tuple[dt.date, dt.date]]
    having: defaultdict[str, set[int]]
    """Index term → the passages that have it themselves; what refers to them may have others."""
    vectors: Vectors
    texts: list[list[str]]
    """The words of each passage, under its heading."""
    words: list[str] = field(init=False)
    """All of them, each once."""
    turns: list[dt.date] = field(init=False)
    """Days on which a passage becomes law or ceases to be."""
    _on: dict[dt.date, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = list(dict.fromkeys(word for text in self.texts for word in text))
        known = {day for days in self.days.values() for day in days}
        self.turns = sorted(known - {dt.date.min, dt.date.max})

    @classmethod
    def read(cls, encoder: Encoder) -> Law:
        days = {}
        for row in Passage.objects.select_related("section").defer("embedding", "section__text"):
            begins = row.section.entered_into_force or row.section.valid_from or dt.date.min
            days[row.pk] = (begins, row.section.valid_to or dt.date.max)
        having: defaultdict[str, set[int]] = defaultdict(set)
        texts, vectors = [], []
        for chunk in source.chunks(encoder):
            vectors.append(chunk.vectors)
            for text in chunk.texts:
                texts.append(f"{text.heading} {text.text}".split())
                for term in set(terms_in(text, MAIN_FIELD)):
                    having[term].add(text.passage_id)
        return cls(days, having, np.concatenate(vectors), texts)

    def on(self, day: dt.date) -> set[int]:
        """The passages that are law on a day."""
        if day not in self._on:
            self._on[day] = {pk for pk, (begins, ends) in self.days.items() if begins <= day < ends}
        return self._on[day]
