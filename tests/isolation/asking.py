"""Asks as each person, other matters' very words among them, and compares all that is found with what he may read.

A question goes the product's own way: who asks decides the shelves, by the rows, and the retrievers search these. What
each of them hands to the fusion is listened to on its way. Lists are as long as his own shelves allow, so that a filter
behind the ranking is found out too: what others have would take the places of what is his.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from corpus import embedding, late_interaction
from corpus.index import source
from corpus.index.lexical import MAIN_FIELD, question_terms, terms_in
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Collection, Passage, Section, User
from corpus.resolve import resolve_all
from corpus.types import Filters, Hit
from lawqa import retrieval
from lawqa.retrieval import dense, lexical, rank, retrieve
from lawqa.types import Keywords, Query
from tests.isolation.firm import FIRST_DAY, WORDS, Firm, Vectors, a_vector

BEST, READ_BACK, IN_A_ROW = 10, 20, 5
"""Sections of a question; one question in so many goes on to the rows that a writer is given, and is put in order by the
reranker, which brings nothing in; questions that one person asks after each other."""


class Foreign(AssertionError):
    """Something of a matter was found by who does not belong to it, or something of his own was lost."""


class Held(NamedTuple):
    """A passage as its row has it."""

    passage: int
    shelf: int
    text: str
    label: str


class Asker:
    """Asks from a seed; counts what it found by who found it."""

    def __init__(self, firm: Firm, seed: int = 0) -> None:
        self.firm = firm
        self.found: Counter[str] = Counter()
        self.shelf: Shelf = shelf_of(firm.encoder)
        self.vector: Vectors = a_vector(np.random.default_rng(seed))
        self._chance = random.Random(seed)  # noqa: S311  chance, no secret
        self._numbers = np.random.default_rng(seed)
        self._person: User
        self._own = cache(self._passages_on)
        self._read()

    def _read(self) -> None:
        """What the rows hold, read without the index."""
        self._held: list[Held] = []
        self._on: defaultdict[int, set[int]] = defaultdict(set)
        self._of: defaultdict[int, set[int]] = defaultdict(set)
        self._having: defaultdict[str, set[int]] = defaultdict(set)
        self._near: dict[int, Vectors] = {}
        rows = Passage.objects.select_related("section__document").defer("embedding").order_by("pk")
        for row in rows:
            shelf = row.section.document.collection_id
            self._held.append(Held(row.pk, shelf, row.text, row.section.label))
            self._on[shelf].add(row.pk)
            self._of[row.section.document_id].add(row.pk)
        ids = [row.passage for row in self._held]
        for chunk in source.chunks_of(self.firm.encoder, ids, of_matters=True):
            for text, vector in zip(chunk.texts, chunk.vectors, strict=True):
                self._near[text.passage_id] = vector
                for term in set(terms_in(text, MAIN_FIELD)):
                    self._having[term].add(text.passage_id)
        self._of_matters = [row for row in self._held if row.shelf in self.firm.canaries]
        self._documents = dict(
            Section.objects.values_list("document_id", "document__collection_id").distinct()
        )

    def _passages_on(self, shelves: frozenset[int]) -> frozenset[int]:
        return frozenset().union(*(self._on[shelf] for shelf in shelves))

    def ask_all(self, count: int) -> None:
        """So many questions. Raises Foreign."""
        with self._listening():
            for number in range(count):
                self.ask(number)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """To what the retrievers find. Vectors of questions and the reranker's scores are drawn: neither knows of access."""
        with ExitStack() as changed:
            for module in (dense, lexical):
                heard = self._heard(module.search, module.__name__.rpartition(".")[2])
                changed.enter_context(mock.patch.object(module, "search", heard))
            for name in ("encode_question", "encode_query"):
                changed.enter_context(mock.patch.object(embedding, name, self._encoded))
            changed.enter_context(mock.patch.object(late_interaction, "scores", self._scores))
            yield

    def _encoded(self, text: str) -> Vectors:
        return self.vector

    def _scores(self, question: str, passages: Sequence[str]) -> Vectors:
        return self._numbers.random(len(passages), dtype=np.float32)

    def _heard(self, search: Callable[..., list[Hit]], who: str) -> Callable[..., list[Hit]]:
        """The retriever, and what it found compared with the rows: none of others, and none lost to others."""

        def searched(shelf: Shelf, query: Query, *known: Any, depth: int) -> list[Hit]:
            hits = search(shelf, query, *known, depth=depth)
            may = self._own(self.firm.permitted(self._person))
            if query.filters.documents is not None:
                may &= frozenset().union(*(self._of[key] for key in query.filters.documents))
            if len(hits) < depth and who == "lexical":
                may &= frozenset().union(*(self._having[term] for term in question_terms(query.text)))
            self._check(who, query, [hit.passage_id for hit in hits], least=min(depth, len(may)))
            return hits

        return searched

    def ask(self, number: int) -> None:
        """One question of one person. Raises Foreign."""
        if not number % IN_A_ROW:
            self._person = User.objects.get(pk=self._chance.choice(self.firm.people).pk)
        shelves = frozenset(Collection.objects.readable_by(self._person).values_list("pk", flat=True))
        if shelves != self.firm.permitted(self._person):
            raise Foreign(
                f"{self._person} reads the shelves {set(shelves)}, not {self.firm.permitted(self._person)}"
            )
        text = self._text(number)
        filters = Filters(as_of=FIRST_DAY, collections=shelves)
        named = resolve_all(text, filters)
        strange = [key for one in named for key in one.document_ids if self._documents[key] not in shelves]
        if strange:
            raise Foreign(f"{self._person}: {text!r} names the documents {strange}")
        query = Query(text=text, keywords=Keywords(terms=()), named=named, filters=filters)
        if number % READ_BACK:
            with mock.patch.object(retrieval, "reranked", lambda text, found: list(found)):
                found = [one.passage_id for one in rank(query, limit=BEST)]
            self._check("fused", query, found, least=1)
        else:
            self._check("sources", query, [one.passage_id for one in retrieve(query)], least=1)

    def _text(self, number: int) -> str:
        """Whatever words; the exact words of some matter, whoever asks; a part of them; the name of a section of it."""
        some = self._chance.choice(self._of_matters)
        self.vector = a_vector(self._numbers)
        kind = number % 4
        if kind == 0:
            return " ".join(self._chance.choices(WORDS, k=self._chance.randint(1, 12)))
        self.vector = self._near[some.passage]
        if kind == 1:
            return some.text
        if kind == 2:
            return f"{' '.join(self._chance.choices(WORDS, k=4))} {some.text.split()[-1]}"
        return f"What does {some.label} say of a {self._chance.choice(WORDS)}?"

    def _check(self, who: str, query: Query, found: list[int], *, least: int) -> None:
        strange = [pk for pk in found if pk not in self._own(self.firm.permitted(self._person))]
        if strange:
            raise Foreign(f"{who}: {self._person} found the passages {strange[:5]} for {query.text!r}")
        if len(found) < least:
            raise Foreign(f"{who}: {self._person} found {len(found)} passages of {least} for {query.text!r}")
        self.found[who] += len(found)
