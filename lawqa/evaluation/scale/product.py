"""What is measured of the project's own index, each task in a process of its own: see `child`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from corpus import compaction, embedding, expansion
from corpus.index import dense, generations
from corpus.index.facets import Facets, Mask
from corpus.index.lexical import question_terms
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Document, Generation, Passage
from corpus.types import Hit, Terms
from lawqa.evaluation.scale.clients import folder_mb, latencies, memory, summary
from lawqa.evaluation.scale.filling import ALL, SHARES, fill, filters_of
from lawqa.evaluation.scale.questions import (
    UNFILTERED,
    Asked,
    Question,
    exact_answers,
    hit,
    make_questions,
    recall,
)
from lawqa.retrieval import candidates
from lawqa.retrieval.wording import weighing_of
from lawqa.types import Keywords, Query, Ranked

DEPTH = 100
QUESTIONS, WARMING = 200, 30
FOUND = 30
"""Sections that a search is asked for, as retrieval asks for them."""
CLIENTS = (1, 8)


def migrate() -> dict[str, str]:
    """Make the tables."""
    call_command("migrate", verbosity=0)
    return {}


def fill_rows(law: str, count: int) -> dict[str, Any]:
    """Add rows until there are so many passages."""
    began = time.perf_counter()
    passages = fill(Path(law), embedding.current_encoder(), count)
    documents = Document.objects.count()
    return {"passages": passages, "documents": documents, "seconds": round(time.perf_counter() - began, 1)}


def build() -> dict[str, Any]:
    """Build a generation from the rows; nothing is embedded."""
    began, worked = time.perf_counter(), time.process_time()
    generation = compaction.rebuild(lambda *_: None)
    if generation is None:
        raise RuntimeError("another process builds an index in the bench's folder")
    folder = generations.folder_of(generation)
    return {
        "seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(time.process_time() - worked, 1),
        "passages": generation.passage_count, "kind": dense.kind_for(generation.passage_count),
        "disk_mb": folder_mb(folder), "dense_mb": folder_mb_of(folder / dense.FILE), "mb": memory()["mb"],
    }  # fmt: skip


def folder_mb_of(path: Path) -> float:
    return round(path.stat().st_size / 1e6, 1)


def prepare() -> dict[str, int]:
    """Make the questions for the shelf as it is, and the exact answers; returns how many passages each filter allows."""
    facets = Facets.load(_folder())
    exact = np.memmap(_folder() / dense.EXACT, dtype="<f2", mode="r").reshape(len(facets), -1)
    masks: dict[str, Mask] = {share: facets.allowed(filters_of(share)) for share in (ALL, *SHARES)}
    questions = make_questions(facets, exact, filters_of(ALL), QUESTIONS)
    answers = exact_answers(questions, facets, exact, masks | {UNFILTERED: None})
    allowed = {
        name: len(facets) if mask is None else int(np.count_nonzero(mask)) for name, mask in masks.items()
    }
    Asked(questions, answers, allowed).save(Path(settings.LAWQA_DATA))
    return allowed


def search() -> dict[str, Any]:
    """A fresh process that only searches: its memory, and times with one client and with eight."""
    questions = questions_of_the_shelf()
    with known_vectors(questions):
        began = time.perf_counter()
        hybrid(questions[0])
        opened = time.perf_counter() - began
        for question in questions[:WARMING]:
            hybrid(question)
        clients = {
            str(count): latencies(
                hybrid, questions, clients=count, count=2 * QUESTIONS, last=connections.close_all
            )
            for count in CLIENTS
        }
        return {
            "open_seconds": round(opened, 2),
            "clients": clients,
            "memory": memory(),
            "parts": _parts(questions),
        }


def client(ready: Callable[[], None]) -> dict[str, Any]:
    """One of several processes that search at once: begins when all are ready."""
    questions = questions_of_the_shelf()
    with known_vectors(questions):
        for question in questions[:WARMING]:
            hybrid(question)
        ready()
        return latencies(hybrid, questions, clients=1, count=QUESTIONS // 2, last=connections.close_all)


def _parts(questions: Sequence[Question]) -> dict[str, dict[str, float]]:
    """Of one client: each retriever alone, and the whole search behind each filter."""
    shelf = shelf_of(embedding.current_encoder())
    every = filters_of(ALL)
    parts: dict[str, Callable[[Question], object]] = {
        "dense": lambda q: shelf.search_dense(q.vector, every, DEPTH),
        "lexical": lambda q: shelf.search_lexical(_words_of(q), every, DEPTH),
    }
    for share in SHARES:
        parts[f"hybrid, {share} allowed"] = lambda q, share=share: hybrid(q, share)  # type: ignore[misc]  # mypy knows no default values of a lambda
    return {
        name: latencies(part, questions, clients=1, count=QUESTIONS // 2, last=connections.close_all)
        for name, part in parts.items()
    }


def quality() -> dict[str, Any]:
    """Recall of the dense index against exact search behind each filter, and how often a question finds its passage."""
    asked = asked_of_the_shelf()
    shelf, every = shelf_of(embedding.current_encoder()), filters_of(ALL)
    found = {
        share: [_ids(shelf.search_dense(q.vector, filters_of(share), DEPTH)) for q in asked.questions]
        for share in asked.allowed
    }
    words = [_ids(shelf.search_lexical(_words_of(q), every, DEPTH)) for q in asked.questions]
    with known_vectors(asked.questions):
        both = [_ids(hybrid(q)) for q in asked.questions]
    return {
        "recall": {share: recall(ids, asked.exact[share]) for share, ids in found.items()},
        "allowed": asked.allowed,
        "hit": {
            name: hit(ids, asked.questions)
            for name, ids in (("dense", found[ALL]), ("lexical", words), ("hybrid", both))
        },
    }


def _ids(found: Sequence[Hit] | Sequence[Ranked]) -> list[int]:
    return [one.passage_id for one in found]


def delta(law: str, counts: Sequence[int]) -> list[dict[str, Any]]:
    """Passages are added beside the generation: when are they found, and what does a search cost beside them?"""
    encoder, questions = embedding.current_encoder(), questions_of_the_shelf()
    beside = 0
    found: list[dict[str, Any]] = []
    with known_vectors(questions):
        for question in questions[:WARMING]:
            hybrid(question)
        for count in counts:
            before = Passage.objects.latest("pk").pk
            fill(Path(law), encoder, Passage.objects.count() + count - beside)
            searchable = _until_found(shelf_of(encoder), Passage.objects.latest("pk"), time.perf_counter())
            beside += Passage.objects.filter(pk__gt=before).count()
            took = latencies(hybrid, questions, clients=1, count=QUESTIONS, last=connections.close_all)
            found.append({"beside": beside, "searchable_ms": searchable, **took})
    return found


def _until_found(shelf: Shelf, passage: Passage, committed: float) -> float:
    """Milliseconds from the commit to the end of a search that finds the passage."""
    vector = np.frombuffer(bytes(passage.embedding or b""), dtype="<f2").astype(np.float32)
    every = filters_of(ALL)
    while passage.pk not in {hit.passage_id for hit in shelf.search_dense(vector, every, DEPTH)}:
        if time.perf_counter() - committed > 60:
            raise RuntimeError(f"passage {passage.pk} is not found a minute after it was saved")
    return round(1000 * (time.perf_counter() - committed), 1)


def search_until_told(ready: Callable[[], None]) -> dict[str, Any]:
    """Searches, one after the other, until a line comes in; then says what they took and which generation they ended with."""
    questions = questions_of_the_shelf()
    shelf = shelf_of(embedding.current_encoder())
    with known_vectors(questions):
        hybrid(questions[0])
        first = shelf.generation
        ready()
        times = list(_times_until_told(questions))
        return summary(times) | {"searches": len(times), "switched": shelf.generation != first}


def _times_until_told(questions: Sequence[Question]) -> Iterator[float]:
    told = Event()

    def listen() -> None:
        sys.stdin.readline()
        told.set()

    Thread(target=listen, daemon=True).start()
    number = 0
    while not told.is_set():
        began = time.perf_counter()
        hybrid(questions[number % len(questions)])
        yield 1000 * (time.perf_counter() - began)
        number += 1
        time.sleep(0.02)  # readers pause; a core that is never free would be another measurement


def hybrid(question: Question, share: str = ALL) -> list[Ranked]:
    """One search as the pipeline makes it, without the encoder and the reranker: both retrievers, fused by section."""
    nothing = Keywords(terms=())
    query = Query(text=question.text, keywords=nothing, named=(), filters=filters_of(share))
    shelf = shelf_of(embedding.current_encoder())
    with shelf.at_one_moment():
        return candidates(shelf, query, weighing_of(question.text, nothing))[:FOUND]


def _words_of(question: Question) -> Terms:
    return expansion.joined(question_terms(question.text), question.added)


@contextmanager
def known_vectors(questions: Sequence[Question]) -> Iterator[None]:
    """The encoder left out: these questions' vectors are known, and what is added to their words."""
    known = {question.text: question.vector for question in questions}
    added = {question.text: question.added for question in questions}
    with (
        patch.object(embedding, "encode_question", known.__getitem__),
        patch.object(expansion, "expanded", added.__getitem__),
    ):
        yield


def asked_of_the_shelf() -> Asked:
    return Asked.load(Path(settings.LAWQA_DATA))


def questions_of_the_shelf() -> list[Question]:
    return asked_of_the_shelf().questions


def _folder() -> Path:
    serving = Generation.objects.serving()
    if serving is None:
        raise RuntimeError("no generation serves in the bench's folder: build comes first")
    return generations.folder_of(serving)
