"""Trains the reader of questions for late interaction: passages' words keep their vectors, the question's learn to meet them.

Of each question one passage is right and some are wrong ones that the retrievers ranked high. The loss is the softmax over
them (ListNet with one right answer, Cao et al., ICML 2007) of what late interaction says plus what the retrievers' fused
score said already, so that it learns what they do not know. Only the question is read in training: minutes on two cores.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from corpus import embedding
from corpus.adapter import Adapter
from corpus.late_interaction import Reader, score
from corpus.training.low_rank import adapted, even_weights
from corpus.training.steps import Progress, shuffled, tell

SHARPNESS = 4.0
"""Fused scores lie between 0 and 1: times this, the softmax over a question's candidates is neither flat nor a single one."""
READ_AT_ONCE = 200
HARD = 10
"""Wrong candidates that rank highest: most of the wrong ones are drawn among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how boldly; the values are those of the shipped weights."""

    steps: int = 240
    questions: int = 16
    """Of a step."""
    hard: int = 5
    """Wrong passages of a question among the highest ranked."""
    others: int = 2
    """Wrong passages of a question among the rest."""
    rank: int = 16
    rate: float = 4e-4
    head_rate: float = 5e-3
    warm_up: int = 50
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage and the fused score of its section."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage of the right section, and passages of wrong ones."""

    question: str
    right: Candidate
    wrong: tuple[Candidate, ...]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return (self.right, *self.wrong)


def few(
    question: str, right: Candidate, wrong: Sequence[Candidate], plan: Plan, chance: random.Random
) -> Example:
    """The example with some of the wrong candidates, which are given best first."""
    hard, rest = wrong[:HARD], wrong[HARD:]
    drawn = chance.sample(hard, min(plan.hard, len(hard))) + chance.sample(rest, min(plan.others, len(rest)))
    return Example(question, right, tuple(drawn))


def read_words(examples: Sequence[Example], progress: Callable[[int, int], None]) -> dict[str, Tensor]:
    """Of each passage the vectors of its tokens: 0.1 MB a passage."""
    texts = list(dict.fromkeys(one.text for example in examples for one in example.candidates))
    words: dict[str, Tensor] = {}
    for first in range(0, len(texts), READ_AT_ONCE):
        words |= embedding.token_states(texts[first : first + READ_AT_ONCE])
        progress(len(words), len(texts))
    return words


class Learner(nn.Module):
    """The reader in training, and how much it weighs beside the retrievers."""

    def __init__(self, transformer: nn.Module, tokenizer: Any, plan: Plan) -> None:
        super().__init__()
        torch.manual_seed(plan.seed)
        self._low = adapted(transformer, plan.rank)
        self.reader = Reader(transformer, tokenizer, even_weights(transformer))
        self.interaction, self.retrieval = nn.Parameter(torch.tensor(3.0)), nn.Parameter(torch.tensor(1.0))

    @property
    def matrices(self) -> list[nn.Parameter]:
        return [matrix for low in self._low.values() for matrix in (low.a, low.b)]

    @property
    def head(self) -> list[nn.Parameter]:
        return [*self.reader.weigh.parameters(), self.interaction, self.retrieval]

    def loss(self, examples: Sequence[Example], words: Mapping[str, Tensor]) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            read = self.reader.read([example.question for example in examples])
        losses = []
        for example, asked in zip(examples, read, strict=True):
            met = score(asked, [words[one.text] for one in example.candidates])
            said = torch.tensor([one.score for one in example.candidates])
            total = SHARPNESS * (self.interaction * met + self.retrieval * said)
            losses.append(torch.logsumexp(total, 0) - total[0])
        return torch.stack(losses).mean()

    @property
    def ratio(self) -> float:
        """How much late interaction weighs beside the fused score."""
        return self.interaction.item() / self.retrieval.item()

    def adapter(self, facts: dict[str, str]) -> Adapter:
        matrices = {name: (low.a.data, low.b.data) for name, low in self._low.items()}
        return Adapter(matrices, facts, dict(self.reader.weigh.state_dict()))


def train(
    learner: Learner, examples: Sequence[Example], words: Mapping[str, Tensor], plan: Plan, progress: Progress
) -> None:
    """Take the plan's steps; the rates rise, then fall to nothing. `words`: of each passage the tokens' vectors."""
    chance = random.Random(plan.seed)  # noqa: S311  not for secrets
    optimiser = torch.optim.AdamW(
        [{"params": learner.matrices, "lr": plan.rate}, {"params": learner.head, "lr": plan.head_rate}],
        weight_decay=0.01,
    )
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / plan.warm_up) * max(0.05, 1 - step / plan.steps)
    )
    losses: list[float] = []
    drawn = shuffled(examples, chance)
    for _ in range(plan.steps):
        loss = learner.loss([next(drawn) for _ in range(plan.questions)], words)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_([*learner.matrices, *learner.head], 1.0)
        optimiser.step()
        slope.step()
        losses.append(loss.item())
        tell(losses, plan.steps, progress)
