"""Trains the expansion of questions: which index terms the passages that answer have, which the question does not say.

What is learned is what the lexical retriever computes: BM25 of a passage's terms, with the weights that the question has for
them. Each question's passage is told from those of the other questions of its batch and from wrong ones that a retriever
ranked high; that few terms have a weight is wanted besides (SPLADE: Formal, Piwowarski and Clinchant, SIGIR 2021, here
with an L1 penalty). Only questions are read in training: minutes on two cores.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from corpus.adapter import Adapter
from corpus.expansion import Head
from corpus.training.low_rank import adapted, states_of
from corpus.training.steps import Progress, shuffled, tell

NEVER = -1e4
TURNED = 64
"""Rank of what is added to a token's state before it is compared with terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how boldly; the values are those of the shipped weights."""

    steps: int = 300
    batch: int = 48
    rank: int = 16
    rate: float = 4e-4
    head_rate: float = 2e-3
    scale_rate: float = 1e-2
    """Of the slope, the threshold and the sharpness."""
    slope: float = 3.0
    threshold: float = -1.2
    sharpness: float = 0.25
    """By which a BM25 score is multiplied for the softmax."""
    few: float = 0.01
    """Weight of the penalty."""
    judgments: float = 0.15
    """Share of batches that are sentences of judgments; the rest are written questions."""
    warm_up: int = 40
    longest: int = 64
    """Tokens of a question that are read."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A passage as BM25 sees it: of each index term what it adds to the score of a question that has it."""

    section: int
    impacts: Mapping[str, float]
    places: NDArray[np.int64]
    """Of those terms that may be added to a question, in the order of the vocabulary …"""
    values: NDArray[np.float32]
    """… and what they add."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its own index terms, the passage that answers, and wrong ones that ranked high, by either retriever."""

    question: str
    terms: Sequence[str]
    right: Document
    near: Sequence[Document] = ()
    alike: Sequence[Document] = ()


class Learner(nn.Module):
    """The expander in training."""

    def __init__(self, transformer: nn.Module, tokenizer: Any, vectors: Tensor, plan: Plan) -> None:
        """`vectors`: of the terms, of unit length, shape (terms, dimension)."""
        super().__init__()
        torch.manual_seed(plan.seed)
        self._transformer, self._tokenizer, self._plan = transformer, tokenizer, plan
        self._low = adapted(transformer, plan.rank)
        self.vectors = vectors
        dimension = vectors.shape[1]
        self.turn = nn.Parameter(torch.zeros(dimension, TURNED))
        self.back = nn.Parameter(torch.randn(TURNED, dimension) / TURNED**0.5)
        self.slope = nn.Parameter(torch.tensor(plan.slope))
        self.threshold = nn.Parameter(torch.tensor(plan.threshold))
        self.bias = nn.Parameter(torch.zeros(len(vectors)))
        self.sharpness = nn.Parameter(torch.tensor(plan.sharpness).log())
        for module in transformer.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0

    @property
    def groups(self) -> list[dict[str, Any]]:
        """What is trained, with its rates."""
        plan = self._plan
        matrices = [matrix for low in self._low.values() for matrix in (low.a, low.b)]
        return [
            {"params": matrices, "lr": plan.rate},
            {"params": [self.turn, self.back, self.bias], "lr": plan.head_rate},
            {"params": [self.slope, self.threshold, self.sharpness], "lr": plan.scale_rate},
        ]

    def weights(self, questions: Sequence[str]) -> Tensor:
        """Of each question and term, shape (questions, terms)."""
        states, there = states_of(self._transformer, self._tokenizer, questions, self._plan.longest)
        head = Head(self.turn, self.back, self.slope, self.threshold, self.bias)
        return head.weights(states, there, self.vectors)

    def loss(self, examples: Sequence[Example], wrong: Sequence[Document]) -> tuple[Tensor, Tensor]:
        """Of telling the right passages from all others, and the mean sum of a question's weights."""
        documents = [*(one.right for one in examples), *wrong]
        weights = self.weights([one.question for one in examples])
        added = weights @ _impacts(documents, len(self.vectors)).T
        said = torch.tensor(
            [[sum(document.impacts.get(term, 0.0) for term in one.terms) for document in documents] for one in examples]
        )  # fmt: skip
        sections = torch.tensor([document.section for document in documents])
        own = torch.arange(len(examples))
        also_right = sections[own][:, None] == sections[None, :]
        also_right[own, own] = False  # another passage of a question's section is neither right nor wrong
        scores = ((said + added) * self.sharpness.exp()).masked_fill(also_right, NEVER)
        return nn.functional.cross_entropy(scores, own), weights.sum(1).mean()

    def adapter(self, facts: dict[str, str], others: dict[str, Tensor]) -> Adapter:
        matrices = {name: (low.a.data, low.b.data) for name, low in self._low.items()}
        head = {name: getattr(self, name).data for name in Head._fields}
        return Adapter(matrices, facts, {**head, **others})


def _impacts(documents: Sequence[Document], terms: int) -> Tensor:
    """Shape (documents, terms)."""
    found = np.zeros((len(documents), terms), dtype=np.float32)
    for row, document in zip(found, documents, strict=True):
        row[document.places] = document.values
    return torch.from_numpy(found)


def train(learner: Learner, batches: Iterator[Sequence[Example]], plan: Plan, progress: Progress) -> None:
    """Take the plan's steps; the rates rise, then fall to nothing."""
    chance = random.Random(plan.seed)  # noqa: S311  not for secrets
    optimiser = torch.optim.AdamW(learner.groups, weight_decay=0.01)
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / plan.warm_up) * max(0.02, 1 - step / plan.steps)
    )
    trained = [parameter for group in learner.groups for parameter in group["params"]]
    losses: list[float] = []
    for step in range(1, plan.steps + 1):
        examples = next(batches)
        wrong = [chance.choice(some) for one in examples for some in (one.near, one.alike) if some]
        told, sum_of_weights = learner.loss(examples, wrong)
        optimiser.zero_grad()
        (told + plan.few * min(1.0, step / 100) * sum_of_weights).backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        slope.step()
        losses.append(told.item())
        tell(losses, plan.steps, progress)


def batches_of(
    written: Sequence[Example], judgments: Sequence[Example], plan: Plan
) -> Iterator[Sequence[Example]]:
    """Batches of one kind each, for ever."""
    chance = random.Random(plan.seed)  # noqa: S311  not for secrets
    asked, sentences = shuffled(written, chance), shuffled(judgments, chance)
    while True:
        drawn = sentences if judgments and chance.random() < plan.judgments else asked
        yield [next(drawn) for _ in range(plan.batch)]
