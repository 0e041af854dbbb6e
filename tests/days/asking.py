"""Asks random questions and checks what each retriever, and their fusion, finds against the rows.

Vectors are made by chance, so that no text is embedded: a passage has a vector of its own, and a question one near that
of some passage of any day. What matters is which passages the filters let through, and that they do so before ranking:
a list is as long as the law of the day allows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus import rows
from corpus.index import source
from corpus.index.lexical import MAIN_FIELD, question_terms, terms_in
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Encoder, Passage
from corpus.types import Filters
from lawqa.retrieval import dense, lexical, rank, retrieve
from lawqa.retrieval.wording import WEIGHINGS
from lawqa.types import Keywords, Query

DEPTH, BEST, READ_BACK = 100, 10, 50
FIRST, LAST = dt.date(1990, 1, 1), dt.date(2030, 12, 31)
Vectors = NDArray[np.float32]


class WrongDay(AssertionError):
    """A passage of another day was found, or one of the day was lost to one of another."""


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
    """What the rows say of every passage, read without the index."""

    days: dict[int, tuple[dt.date, dt.date]]
    having: defaultdict[str, set[int]]
    """Index term → the passages that have it themselves; what refers to them may have others."""
    vectors: Vectors
    words: list[str]
    _on: dict[dt.date, set[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, encoder: Encoder) -> Law:
        days = {}
        for row in Passage.objects.select_related("section").defer("embedding", "section__text"):
            begins = row.section.entered_into_force or row.section.valid_from or dt.date.min
            days[row.pk] = (begins, row.section.valid_to or dt.date.max)
        having: defaultdict[str, set[int]] = defaultdict(set)
        words: dict[str, None] = {}
        vectors = []
        for chunk in source.chunks(encoder):
            vectors.append(chunk.vectors)
            for text in chunk.texts:
                words |= dict.fromkeys(f"{text.heading} {text.text}".split())
                for term in set(terms_in(text, MAIN_FIELD)):
                    having[term].add(text.passage_id)
        return cls(days, having, np.concatenate(vectors), list(words))

    def on(self, day: dt.date) -> set[int]:
        """The passages that are law on a day."""
        if day not in self._on:
            self._on[day] = {pk for pk, (begins, ends) in self.days.items() if begins <= day < ends}
        return self._on[day]


class Asker:
    """Asks questions by chance, from a seed; counts what it found by who found it."""

    def __init__(self, encoder: Encoder, seed: int) -> None:
        self.law = Law.read(encoder)
        self.shelf: Shelf = shelf_of(encoder)
        self.found: Counter[str] = Counter()
        self.empty = 0
        self._random = random.Random(seed)  # noqa: S311  chance, no secret
        self._vectors = np.random.default_rng(seed)
        self.vector = self.law.vectors[0]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """In the place of the encoder: the vector of the question that is being asked."""
        return np.stack([self.vector] * len(texts))

    def ask_all(self, count: int) -> None:
        """So many questions. Raises WrongDay."""
        for number in range(count):
            self.ask(number)

    def ask(self, number: int) -> None:
        """One question of one day. Raises WrongDay."""
        days = (LAST - FIRST).days
        day = FIRST + dt.timedelta(days=self._random.randint(0, days))
        text = f"{' '.join(self._random.choices(self.law.words, k=self._random.randint(1, 12)))} {number}"
        near = self.law.vectors[self._random.randrange(len(self.law.vectors))]
        vector = near + 0.6 * by_chance([text], len(near))[0]
        self.vector = vector / np.linalg.norm(vector)
        query = Query(text=text, keywords=Keywords(terms=()), named=(), filters=Filters(as_of=day))
        law = self.law.on(day)
        self._dense(query, law)
        self._lexical(query, law)
        self._fused(query, law)
        if number % READ_BACK == 0:
            self._check("sources", query, [one.passage_id for one in retrieve(query)], law)
        self.empty += not law

    def _dense(self, query: Query, law: set[int]) -> None:
        hits = dense.search(self.shelf, query, WEIGHINGS["none"], depth=DEPTH)
        self._check("dense", query, [hit.passage_id for hit in hits], law, least=min(DEPTH, len(law)))

    def _lexical(self, query: Query, law: set[int]) -> None:
        terms = question_terms(query.text)
        matching = law & set().union(*(self.law.having[term] for term in terms))
        hits = lexical.search(self.shelf, query, WEIGHINGS["none"], depth=DEPTH)
        self._check("lexical", query, [hit.passage_id for hit in hits], law, least=min(DEPTH, len(matching)))

    def _fused(self, query: Query, law: set[int]) -> None:
        found = [one.passage_id for one in rank(query, limit=BEST)]
        self._check("fused", query, found, law, least=1 if law else 0)

    def _check(self, who: str, query: Query, found: list[int], law: set[int], *, least: int = 0) -> None:
        wrong = [pk for pk in found if pk not in law]
        if wrong:
            said = f"{who}: passages {wrong[:5]} are not law on {query.filters.as_of}"
            raise WrongDay(f"{said}, and were found for {query.text!r}")
        if len(found) < least:
            said = f"{who}: {len(found)} passages of {query.filters.as_of} where there are {least}"
            raise WrongDay(f"{said}, for {query.text!r}")
        self.found[who] += len(found)
