"""What is asked, by chance and of which day: of words and vectors that say nothing, or in the words of the law."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from corpus.embedding import Vectors
from tests.days.law import Law, by_chance

FIRST, LAST = dt.date(1990, 1, 1), dt.date(2030, 12, 31)
LONGEST = 12
"""Words of one section in a question."""
AROUND = (0, 1, 30, 1_500)
"""Days before or behind one on which the law changed, at most; each as often."""
NEAR = 0.6


class Asked(NamedTuple):
    """One question; without a vector the encoder makes it."""

    text: str
    day: dt.date
    vector: Vectors | None = None


Questions = Callable[[Law, random.Random, int], Asked]
"""The next question, by its number."""


def invented(law: Law, chance: random.Random, number: int) -> Asked:
    """Words of all the law, mixed, near a passage of any day."""
    day = FIRST + dt.timedelta(days=chance.randint(0, (LAST - FIRST).days))
    text = f"{' '.join(chance.choices(law.words, k=chance.randint(1, LONGEST)))} {number}"
    near = law.vectors[chance.randrange(len(law.vectors))]
    vector = near + NEAR * by_chance([text], len(near))[0]
    return Asked(text, day, vector / np.linalg.norm(vector))


def of_the_law(law: Law, chance: random.Random, number: int) -> Asked:
    """A run of words of a passage, every second time with one of another; around a day on which the law changed."""
    del number
    runs = [_run(law.texts[chance.randrange(len(law.texts))], chance) for _ in range(chance.randint(1, 2))]
    reach = chance.choice(AROUND)
    turn = chance.choice(law.turns) if law.turns else dt.date(2020, 1, 1)
    return Asked(" ".join(runs), turn + dt.timedelta(days=chance.randint(-reach, reach)))


def _run(words: Sequence[str], chance: random.Random) -> str:
    start = chance.randrange(max(1, len(words)))
    return " ".join(words[start : start + chance.randint(2, LONGEST)])
