"""Trains the encoder for retrieval: questions and the passages that answer them move towards each other.

One transformer reads both, for the retriever, by one vector a text (Karpukhin et al., DPR, EMNLP 2020), and for the
reranker, by one vector a word (Khattab and Zaharia, ColBERT, SIGIR 2020), learned together (Chen et al., M3, ACL 2024).
Each question is told from the passages of the other questions of its batch and from a wrong one of its own that a
retriever ranked high, and each passage from the other questions. Headings come with those of the sections beside theirs, and their passages mostly without them, so that it is
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
from corpus.late_interaction import ONE
from corpus.training.low_rank import adapted, even_weights, means, states_of

Progress = Callable[[int, float], None]
"""(steps done, mean loss of the last ones)"""
LOOK = 20
BOTH = 0.5
"""Weight of telling by the mean of both scores, beside telling by either alone."""
PASSAGES_AT_ONCE = 32
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
    head_rate: float = 5e-3
    temperature: float = 0.04
    sharpness: float = 25.0
    """Of the scores by words, at first: it is learned."""
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


class Read(NamedTuple):
    """Texts as they are compared."""

    vectors: Tensor
    """A unit vector each, shape (texts, dimension)."""
    words: Tensor
    """The unit vectors of their tokens, shape (texts, tokens, dimension), bfloat16."""
    there: Tensor
    """Which tokens are the text's own, shape (texts, tokens)."""
    weights: Tensor
    """Of the tokens but for those of beginning and end, adding up to 1 for each text, shape (texts, tokens)."""


class RetrievalEncoder:
    """The encoder with an adapter in training, and the map from a token's state to its weight."""

    def __init__(self, transformer: nn.Module, tokenizer: Any, plan: Plan) -> None:
        self._transformer, self._tokenizer, self._plan = transformer, tokenizer, plan
        torch.manual_seed(plan.seed)
        self._low = adapted(transformer, plan.rank)
        self._weigh = even_weights(transformer)
        self._sharpness = nn.Parameter(torch.tensor(plan.sharpness).log())
        for module in transformer.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0

    @property
    def matrices(self) -> list[nn.Parameter]:
        return [matrix for low in self._low.values() for matrix in (low.a, low.b)]

    @property
    def head(self) -> list[nn.Parameter]:
        return [*self._weigh.parameters(), self._sharpness]

    @property
    def sharpness(self) -> Tensor:
        return self._sharpness.exp()

    def questions(self, texts: Sequence[str]) -> Read:
        return self._read(texts, self._plan.longest_question)

    def passages(self, texts: Sequence[str]) -> Read:
        return self._read(texts, self._plan.longest_passage)

    def _read(self, texts: Sequence[str], longest: int) -> Read:
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        size = max(16, -(-len(texts) // BATCHES_OF_LIKE_LENGTH))
        runs = [order[first : first + size] for first in range(0, len(order), size)]
        read = [
            states_of(self._transformer, self._tokenizer, [texts[place] for place in run], longest)
            for run in runs
        ]
        tokens = max(there.shape[1] for _, there in read)
        back = torch.argsort(torch.tensor(order))
        states = torch.cat([_padded(states, tokens) for states, _ in read])[back]
        there = torch.cat([_padded(own[..., None], tokens)[..., 0] for _, own in read])[back]
        words = nn.functional.normalize(states, dim=-1).to(torch.bfloat16)
        return Read(means(states, there), words, there, self._weights(states, there))

    def _weights(self, states: Tensor, there: Tensor) -> Tensor:
        inner = there.clone()
        inner[:, 0] = False
        inner[torch.arange(len(there)), there.sum(1) - 1] = False
        raw = nn.functional.softplus(self._weigh(states).squeeze(-1) + ONE) * inner
        weights: Tensor = raw / raw.sum(1, keepdim=True).clamp(min=1e-6)
        return weights

    @torch.no_grad()
    def weaken(self) -> None:
        """Keep the plan's share of what was learned."""
        for low in self._low.values():
            low.b.mul_(self._plan.strength)

    def adapter(self, facts: dict[str, str]) -> Adapter:
        matrices = {name: (low.a.data, low.b.data) for name, low in self._low.items()}
        return Adapter(matrices, facts, dict(self._weigh.state_dict()))


def _padded(states: Tensor, tokens: int) -> Tensor:
    return nn.functional.pad(states, (0, 0, 0, tokens - states.shape[1]))


def met(asked: Read, passages: Read) -> Tensor:
    """How well the words of each question meet those of each passage, shape (questions, passages), between -1 and 1."""
    found = []
    for first in range(0, len(passages.words), PASSAGES_AT_ONCE):
        some = slice(first, first + PASSAGES_AT_ONCE)
        cosines = torch.einsum("qid,pjd->qpij", asked.words, passages.words[some])
        best = cosines.masked_fill(~passages.there[some][None, :, None], NEVER).amax(-1).float()
        found.append((best * asked.weights[:, None]).sum(-1))
    return torch.cat(found, 1)


def train(encoder: RetrievalEncoder, batches: Iterator[Batch], plan: Plan, progress: Progress) -> None:
    """Take the plan's steps; the rate rises, then falls to nothing; in the end a share is kept."""
    optimiser = torch.optim.AdamW(
        [{"params": encoder.matrices, "lr": plan.rate}, {"params": encoder.head, "lr": plan.head_rate}],
        weight_decay=0.01,
    )
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / plan.warm_up) * max(0.02, 1 - step / plan.steps)
    )
    losses: list[float] = []
    for step in range(1, plan.steps + 1):
        loss = _loss(encoder, next(batches), plan)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_([*encoder.matrices, *encoder.head], 1.0)
        optimiser.step()
        slope.step()
        losses.append(loss.item())
        if step % LOOK == 0 or step == plan.steps:
            progress(step, sum(losses[-LOOK:]) / len(losses[-LOOK:]))
    encoder.weaken()


def _loss(encoder: RetrievalEncoder, batch: Batch, plan: Plan) -> Tensor:
    texts = [*batch.right, *batch.wrong]
    asked, passages = encoder.questions(batch.questions), encoder.passages([text.words for text in texts])
    by_vector = asked.vectors @ passages.vectors.T / plan.temperature
    by_words = met(asked, passages) * encoder.sharpness
    sections = torch.tensor([text.section for text in texts])
    own = torch.arange(len(batch.questions))
    also_right = sections[own][:, None] == sections[None, :]
    also_right[own, own] = False  # another passage of a question's section is neither right nor wrong

    def told(scores: Tensor) -> Tensor:
        left = scores.masked_fill(also_right, NEVER)
        backwards = nn.functional.cross_entropy(left[:, : len(own)].T, own)
        return nn.functional.cross_entropy(left, own) + plan.backwards * backwards

    return told(by_vector) + told(by_words) + BOTH * told((by_vector + by_words) / 2)


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
