"""Questions for searching without an encoder: a passage's vector with noise, some of its words and what the expansion adds
to them; and what exact search finds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import expansion
from corpus.expansion import Added
from corpus.index.facets import Facets, Mask
from corpus.index.lexical import STOPWORDS
from corpus.models import Passage
from corpus.types import Filters
from lawqa.evaluation.scale.material import Vectors, perturbed

FILE = "questions.json"
UNFILTERED = "no filter"
"""Everything there is, which is what indexes are asked that know no filters."""
SEED = 20_240_101
NOISE = 0.8
"""Length of the noise: the cosine of question and passage is .78."""
WORDS = 8
BEST = 10
STRETCH = 50_000
"""Vectors multiplied at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """Made of one passage, so that it is known where that passage should come."""

    text: str
    vector: Vectors
    passage_id: int
    added: tuple[Added, ...] = ()


def make_questions(
    facets: Facets, exact: NDArray[np.float16], filters: Filters, count: int
) -> list[Question]:
    """Of passages that the filters allow, drawn by a seed; fewer only where there are fewer."""
    mask = facets.allowed(filters)
    allowed = np.arange(len(facets)) if mask is None else np.flatnonzero(mask)
    chance = np.random.default_rng(SEED)
    places = chance.choice(allowed, size=min(count, len(allowed)), replace=False)
    vectors = perturbed(exact[places].astype(np.float32), NOISE, chance)
    ids = facets.ids[places].tolist()
    rows = Passage.objects.select_related("section").in_bulk(ids)
    texts = [_words(rows[key].text, number, chance) for number, key in enumerate(ids)]
    return [
        Question(text, vector, key, expansion.expanded(text))
        for text, vector, key in zip(texts, vectors, ids, strict=True)
    ]


def _words(text: str, number: int, chance: np.random.Generator) -> str:
    """Worded as a question; its number keeps two from being the same."""
    words = [word for word in text.split() if word.isalpha() and word.lower() not in STOPWORDS] or [
        f"n{number}"
    ]
    chosen = chance.choice(words, size=min(WORDS, len(words)), replace=False)
    return f"What is the law on {' '.join(chosen)}?"


def exact_answers(
    questions: Sequence[Question], facets: Facets, exact: NDArray[np.float16], masks: Mapping[str, Mask]
) -> dict[str, list[set[int]]]:
    """Of each filter's mask and each question the ids of the nearest passages, by multiplying with every vector."""
    asked = np.stack([question.vector for question in questions])
    kept: dict[str, tuple[Vectors, NDArray[np.int64]]] = {}
    for first in range(0, len(facets), STRETCH):
        part = slice(first, first + STRETCH)
        scores = asked @ exact[part].astype(np.float32).T
        for name, mask in masks.items():
            places = np.arange(scores.shape[1]) if mask is None else np.flatnonzero(mask[part])
            ids = np.broadcast_to(facets.ids[part][places], (len(asked), len(places)))
            before = kept.get(name, (scores[:, :0], ids[:, :0]))
            kept[name] = _best(np.hstack((before[0], scores[:, places])), np.hstack((before[1], ids)))
    return {name: [set(ids.tolist()) for ids in found] for name, (_, found) in kept.items()}


def _best(scores: Vectors, ids: NDArray[np.int64]) -> tuple[Vectors, NDArray[np.int64]]:
    """The best of each row, in any order."""
    if scores.shape[1] <= BEST:
        return scores, ids
    chosen = np.argpartition(-scores, BEST, axis=1)[:, :BEST]
    return np.take_along_axis(scores, chosen, axis=1), np.take_along_axis(ids, chosen, axis=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What every process of the bench asks, and what exact search finds behind each filter."""

    questions: list[Question]
    exact: dict[str, list[set[int]]]
    allowed: dict[str, int]
    """Passages behind each filter."""

    def save(self, folder: Path) -> None:
        questions = [(one.text, one.vector.tolist(), one.passage_id, one.added) for one in self.questions]
        exact = {name: [sorted(ids) for ids in found] for name, found in self.exact.items()}
        (folder / FILE).write_text(
            json.dumps({"questions": questions, "exact": exact, "allowed": self.allowed})
        )

    @classmethod
    def load(cls, folder: Path) -> Asked:
        kept = json.loads((folder / FILE).read_text())
        questions = [
            Question(text, np.array(vector, dtype=np.float32), key, tuple(Added(*one) for one in added))
            for text, vector, key, added in kept["questions"]
        ]
        exact = {name: [set(ids) for ids in found] for name, found in kept["exact"].items()}
        return cls(questions, exact, kept["allowed"])


def recall(found: Sequence[Sequence[int]], exact: Sequence[set[int]]) -> float:
    """Share of the exact ten best that were found, over all questions."""
    wanted = sum(map(len, exact))
    shared = sum(len(set(ids[:BEST]) & best) for ids, best in zip(found, exact, strict=True))
    return round(shared / wanted, 4) if wanted else 1.0


def hit(found: Sequence[Sequence[int]], questions: Sequence[Question]) -> float:
    """Share of the questions whose own passage is among the first ten."""
    own = [question.passage_id in ids[:BEST] for ids, question in zip(found, questions, strict=True)]
    return round(sum(own) / max(len(own), 1), 3)
