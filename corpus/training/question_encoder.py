"""Trains a question encoder for passages that keep their vectors: an adapter of the encoder, for questions only.

Passages are long and many, questions short and few: with the passages' vectors fixed, a question is compared with the
whole shelf in every step, the nearest wrong passages are learned from at once (ANCE, Xiong et al., ICLR 2021), and
nobody embeds a shelf again. The loss is the softmax over the nearest passages of each question, some at random, and all
that are right.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from corpus.adapter import Adapter
from corpus.training.low_rank import adapted, means, states_of
from corpus.training.pairs import Pair
from corpus.training.steps import Progress, shuffled, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how boldly; the values are those of the shipped weights."""

    steps: int = 600
    batch: int = 64
    rank: int = 16
    rate: float = 4e-4
    temperature: float = 0.03
    nearest: int = 100
    """Passages of the shelf that each question is told from."""
    chance: int = 6_000
    """Passages drawn at random that a whole batch is told from."""
    headings: float = 0.4
    """Share of batches that are headings."""
    judgments: float = 0.1
    """Share of batches that are sentences of judgments; the rest are written questions."""
    warm_up: int = 50
    strength: float = 0.75
    """How much of what was learned is kept: less carries further to other bodies of law (Wortsman et al., CVPR 2022)."""
    longest: int = 96
    """Tokens of a question."""
    seed: int = 1


class Bank:
    """The passages that are searched: fixed vectors, each of a section."""

    def __init__(self, vectors: NDArray[np.float16], sections: NDArray[np.int64]) -> None:
        self.vectors = torch.from_numpy(vectors.astype(np.float32)).to(torch.bfloat16)
        self.sections = torch.from_numpy(sections)
        self._of: dict[int, list[int]] = {}
        for place, section in enumerate(sections.tolist()):
            self._of.setdefault(section, []).append(place)

    def __contains__(self, section: int) -> bool:
        return section in self._of

    def places_of(self, sections: Sequence[int]) -> Tensor:
        return torch.tensor([place for section in sections for place in self._of[section]])

    @torch.no_grad()
    def nearest(self, questions: Tensor, count: int) -> Tensor:
        """Places of the nearest passages, shape (questions, count), in no order."""
        scores = questions.to(torch.bfloat16) @ self.vectors.T
        return torch.topk(scores, min(count, len(self.sections)), dim=1, sorted=False).indices

    @torch.no_grad()
    def rank_of(self, question: Tensor, section: int) -> int:
        """The rank, from 1, of a section by its best passage."""
        scores = (question.to(torch.bfloat16) @ self.vectors.T).float()
        best = scores[self.places_of([section])].max()
        return len(set(self.sections[scores > best].tolist())) + 1


class QuestionEncoder:
    """The encoder with an adapter in training."""

    def __init__(self, transformer: nn.Module, tokenizer: Any, plan: Plan) -> None:
        self._transformer, self._tokenizer, self._plan = transformer, tokenizer, plan
        torch.manual_seed(plan.seed)
        self._low = adapted(transformer, plan.rank)

    @property
    def parameters(self) -> list[nn.Parameter]:
        return [matrix for low in self._low.values() for matrix in (low.a, low.b)]

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, shape (texts, dimension): the mean of the tokens' last states."""
        return means(*states_of(self._transformer, self._tokenizer, texts, self._plan.longest))

    @torch.no_grad()
    def weaken(self) -> None:
        """Keep the plan's share of what was learned."""
        for low in self._low.values():
            low.b.mul_(self._plan.strength)

    def adapter(self, facts: dict[str, str]) -> Adapter:
        return Adapter({name: (low.a.data, low.b.data) for name, low in self._low.items()}, facts)


def train(
    encoder: QuestionEncoder, bank: Bank, batches: Iterator[Sequence[Pair]], plan: Plan, progress: Progress
) -> None:
    """Take the plan's steps; the rate rises, then falls to nothing; in the end a share is kept."""
    optimiser = torch.optim.AdamW(encoder.parameters, lr=plan.rate, weight_decay=0.01)
    losses: list[float] = []
    for step in range(1, plan.steps + 1):
        rate = plan.rate * min(1.0, step / plan.warm_up) * max(0.05, 1 - step / plan.steps)
        optimiser.param_groups[0]["lr"] = rate
        loss = _loss(encoder, bank, next(batches), plan)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(encoder.parameters, 1.0)
        optimiser.step()
        losses.append(loss.item())
        tell(losses, plan.steps, progress)
    encoder.weaken()


def _loss(encoder: QuestionEncoder, bank: Bank, pairs: Sequence[Pair], plan: Plan) -> Tensor:
    sections = [pair.section_id for pair in pairs]
    questions = encoder.encode([pair.text for pair in pairs])
    chance = torch.randint(0, len(bank.sections), (plan.chance,))
    near = bank.nearest(questions, plan.nearest).flatten()
    places = torch.unique(torch.cat([bank.places_of(sections), near, chance]))
    scores = questions @ bank.vectors[places].float().T / plan.temperature
    right = bank.sections[places][None, :] == torch.tensor(sections)[:, None]
    found = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -torch.inf), 1)
    return found.mean()


def batches_of(
    written: Sequence[Pair], judgments: Sequence[Pair], headings: Sequence[tuple[Pair, str]], plan: Plan
) -> Iterator[list[Pair]]:
    """Batches of one kind each, so that short texts are not padded to the length of long ones; for ever."""
    chance = random.Random(plan.seed)  # noqa: S311  not for secrets
    asked, sentences, named = (
        shuffled(written, chance),
        shuffled(judgments, chance),
        shuffled(headings, chance),
    )
    while True:
        drawn = chance.random()
        if headings and drawn < plan.headings:
            yield [_worded(*next(named), chance) for _ in range(plan.batch)]
        elif judgments and drawn < plan.headings + plan.judgments:
            yield [next(sentences) for _ in range(plan.batch // 2)]
        else:
            yield [next(asked) for _ in range(plan.batch)]


def _worded(pair: Pair, chapter: str, chance: random.Random) -> Pair:
    """A heading as somebody might type it: in small letters, before or behind its chapter."""
    ways = [pair.text, pair.text.lower()]
    ways += [f"{chapter}: {pair.text}", f"{pair.text} ({chapter})"] if chapter else []
    return pair._replace(text=chance.choice(ways))
