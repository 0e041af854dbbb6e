"""Trains the encoder for retrieval: questions and the passages that answer them move towards each other.

A bi-encoder whose two sides are one (Karpukhin et al., DPR, EMNLP 2020): each question is told from the passages of the
other questions of its batch and from a wrong one of its own that a retriever ranked high, and each passage from the other
questions. Headings come with those of the sections beside theirs, and their passages mostly without them, so that it is
the meaning that is learned. It carries to law that it never saw; the shelf is embedded again with what it writes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from corpus.adapter import Adapter
from corpus.training.low_rank import adapted, unit_vectors

Progress = Callable[[int, float], None]
"""(steps done, mean loss of the last ones)"""
LOOK = 20
BATCHES_OF_LIKE_LENGTH = 4
"""A step's texts are read in so many runs of like length, so that short ones are not padded to the length of long ones."""
NEVER = -1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how boldly."""

    steps: int = 400
    batch: int = 64
    rank: int = 32
    rate: float = 4e-4
    temperature: float = 0.04
    backwards: float = 0.5
    """Weight of telling a passage's question from the others, beside telling a question's passage."""
    headings: float = 0.3
    """Share of batches that are headings."""
    neighbours: int = 8
    """Headings in a row, as the law has them."""
    bare: float = 0.85
    """Share of those whose passage is read without the heading."""
    judgments: float = 0.15
    """Share of batches that are sentences of judgments; the rest are written questions."""
    warm_up: int = 50
    strength: float = 1.0
    """How much of what was learned is kept: less carries further to other bodies of law (Wortsman et al., CVPR 2022)."""
    longest_question: int = 96
    longest_passage: int = 144
    """Tokens that are read in training."""
    seed: int = 1


class Text(NamedTuple):
    """A passage as the encoder reads it."""

    section: int
    words: str


@dataclass(frozen=True, slots=True)
class Example:
    """What asks, the passage of the right section that is nearest, and passages of wrong ones that ranked high."""

    question: str
    right: Text
    near: tuple[Text, ...] = ()
    """In meaning."""
    alike: tuple[Text, ...] = ()
    """In words."""


class Batch(NamedTuple):
    """Questions and their passages, in the same order, and wrong passages of any of them."""

    questions: list[str]
    right: list[Text]
    wrong: list[Text]


class RetrievalEncoder:
    """The encoder with an adapter in training."""

    def __init__(self, transformer: nn.Module, tokenizer: Any, plan: Plan) -> None:
        self._transformer, self._tokenizer, self._plan = transformer, tokenizer, plan
        torch.manual_seed(plan.seed)
        self._low = adapted(transformer, plan.rank)
        for module in transformer.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0

    @property
    def parameters(self) -> list[nn.Parameter]:
        return [matrix for low in self._low.values() for matrix in (low.a, low.b)]

    def questions(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, shape (texts, dimension)."""
        return self._read(texts, self._plan.longest_question)

    def passages(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, shape (texts, dimension)."""
        return self._read(texts, self._plan.longest_passage)

    def _read(self, texts: Sequence[str], longest: int) -> Tensor:
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        size = max(16, -(-len(texts) // BATCHES_OF_LIKE_LENGTH))
        runs = [order[first : first + size] for first in range(0, len(order), size)]
        read = [
            unit_vectors(self._transformer, self._tokenizer, [texts[place] for place in run], longest)
            for run in runs
        ]
        return torch.cat(read)[torch.argsort(torch.tensor(order))]

    @torch.no_grad()
    def weaken(self) -> None:
        """Keep the plan's share of what was learned."""
        for low in self._low.values():
            low.b.mul_(self._plan.strength)

    def adapter(self, facts: dict[str, str]) -> Adapter:
        return Adapter({name: (low.a.data, low.b.data) for name, low in self._low.items()}, facts)


def train(encoder: RetrievalEncoder, batches: Iterator[Batch], plan: Plan, progress: Progress) -> None:
    """Take the plan's steps; the rate rises, then falls to nothing; in the end a share is kept."""
    optimiser = torch.optim.AdamW(encoder.parameters, lr=plan.rate, weight_decay=0.01)
    losses: list[float] = []
    for step in range(1, plan.steps + 1):
        rate = plan.rate * min(1.0, step / plan.warm_up) * max(0.02, 1 - step / plan.steps)
        optimiser.param_groups[0]["lr"] = rate
        loss = _loss(encoder, next(batches), plan)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(encoder.parameters, 1.0)
        optimiser.step()
        losses.append(loss.item())
        if step % LOOK == 0 or step == plan.steps:
            progress(step, sum(losses[-LOOK:]) / len(losses[-LOOK:]))
    encoder.weaken()


def _loss(encoder: RetrievalEncoder, batch: Batch, plan: Plan) -> Tensor:
    passages = [*batch.right, *batch.wrong]
    asked = encoder.questions(batch.questions)
    scores = asked @ encoder.passages([text.words for text in passages]).T / plan.temperature
    own = torch.arange(len(asked))
    sections = torch.tensor([text.section for text in passages])
    also_right = sections[own][:, None] == sections[None, :]
    also_right[own, own] = False  # another passage of a question's section is neither right nor wrong
    scores = scores.masked_fill(also_right, NEVER)
    onwards = nn.functional.cross_entropy(scores, own)
    return onwards + plan.backwards * nn.functional.cross_entropy(scores[:, : len(asked)].T, own)


def batches_of(
    written: Sequence[Example],
    judgments: Sequence[Example],
    headings: Sequence[tuple[Example, str]],
    plan: Plan,
) -> Iterator[Batch]:
    """Batches of one kind each, for ever. `headings`, each with its chapter, stand in the order of the law."""
    chance = random.Random(plan.seed)  # noqa: S311  not for secrets
    asked, sentences = _shuffled(written, chance), _shuffled(judgments, chance)
    while True:
        drawn = chance.random()
        if len(headings) >= plan.neighbours and drawn < plan.headings:
            yield _of_headings(headings, plan, chance)
        elif judgments and drawn < plan.headings + plan.judgments:
            yield _of_questions([next(sentences) for _ in range(plan.batch)], chance)
        else:
            yield _of_questions([next(asked) for _ in range(plan.batch)], chance)


def _shuffled(examples: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """All of them in a new order each time round, for ever; nothing of nothing."""
    while examples:
        yield from chance.sample(examples, len(examples))


def _of_questions(examples: Sequence[Example], chance: random.Random) -> Batch:
    wrong = [one for one in (_wrong(example, chance) for example in examples) if one is not None]
    return Batch([one.question for one in examples], [one.right for one in examples], wrong)


def _wrong(example: Example, chance: random.Random) -> Text | None:
    """Near in meaning as often as alike in words, where there are both."""
    either = example.near if chance.random() < 0.5 else example.alike
    found = either or example.near or example.alike
    return chance.choice(found) if found else None


def _of_headings(headings: Sequence[tuple[Example, str]], plan: Plan, chance: random.Random) -> Batch:
    questions, right = [], []
    for _ in range(max(1, plan.batch // plan.neighbours)):
        first = chance.randrange(len(headings) - plan.neighbours + 1)
        for example, chapter in headings[first : first + plan.neighbours]:
            heading, passage = example.question, example.right
            if chance.random() < plan.bare:
                passage = passage._replace(words=passage.words.replace(heading, "", 1))
            questions.append(chance.choice(worded(heading, chapter)))
            right.append(passage)
    return Batch(questions, right, [])


def worded(heading: str, chapter: str) -> list[str]:
    """A heading in the ways in which somebody might type it: in small letters, before or behind its chapter."""
    ways = [heading, heading.lower()]
    return [*ways, f"{chapter}: {heading}", f"{heading} ({chapter})"] if chapter else ways
