"""Asks questions by chance and checks what each retriever, and their fusion, finds against the rows.

What matters is which passages the filters let through, and that they do so before ranking: a list is as long as the
law of the day allows.
"""

from __future__ import annotations

import random
from collections import Counter

from corpus import embedding
from corpus.embedding import Vectors
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Encoder
from corpus.types import Filters
from lawqa.retrieval import dense, lexical, rank, retrieve
from lawqa.retrieval.wording import WEIGHINGS
from lawqa.types import Keywords, Query
from tests.days.law import Law
from tests.days.questions import Questions, invented

DEPTH, BEST, READ_BACK = 100, 10, 50


class WrongDay(AssertionError):
    """A passage of another day was found, or one of the day was lost to one of another."""


class Asker:
    """Asks questions by chance, from a seed; counts what it found by who found it."""

    def __init__(self, encoder: Encoder, seed: int, questions: Questions = invented) -> None:
        self.law = Law.read(encoder)
        self.shelf: Shelf = shelf_of(encoder)
        self.found: Counter[str] = Counter()
        self.empty = 0
        self._random = random.Random(seed)  # noqa: S311  chance, no secret
        self._questions = questions
        self._encode = embedding.encode_question
        self._vector: Vectors | None = None

    def encode_question(self, text: str) -> Vectors:
        """In the place of the encoder: the vector that the question being asked brings along, else its own."""
        return self._encode(text) if self._vector is None else self._vector

    def ask_all(self, count: int) -> None:
        """So many questions. Raises WrongDay."""
        for number in range(count):
            self.ask(number)

    def ask(self, number: int) -> None:
        """One question of one day. Raises WrongDay."""
        asked = self._questions(self.law, self._random, number)
        self._vector = asked.vector
        query = Query(
            text=asked.text, keywords=Keywords(terms=()), named=(), filters=Filters(as_of=asked.day)
        )
        law = self.law.on(asked.day)
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
