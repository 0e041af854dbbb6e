"""How the reranker was trained: on the authors' questions about sections that the question encoder did not learn from.

The question encoder knows its own questions too well: their right sections lead the list already, and a reranker would
learn that there is nothing to do. So it learns from the share that was held back then, and a quarter of that checks.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import adapter, embedding, late_interaction
from corpus.index.shelf import shelf_of
from corpus.models import Collection, Section
from corpus.training import late_interaction as learning
from corpus.training import pairs
from corpus.training.late_interaction import Candidate, Example, Learner, Plan
from corpus.training.on_shelf import NothingToLearn
from corpus.training.pairs import HeldOut, Pair
from corpus.types import Filters
from lawqa.keywords import rules
from lawqa.retrieval import candidates, rerank
from lawqa.retrieval.wording import weighing_of
from lawqa.types import Query, Ranked

DEEPEST = 40
"""Candidates of a question."""
CHECKED = 250
"""Questions that check, at most."""
CUTOFF = 10
WEIGHTS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Of late interaction beside the fused score: those that are tried."""
Progress = Callable[[str, int, int], None]
"""(what is done, done, of how many)"""


@dataclass(frozen=True, slots=True)
class Found:
    """A question, its right section, and what the retrievers found, best first."""

    pair: Pair
    ranked: list[tuple[int, Ranked]]
    """(section, its best passage)"""

    @property
    def passages(self) -> list[int]:
        return [one.passage_id for _, one in self.ranked]


def train_on(
    shelf: Collection, plan: Plan, held_back: float, without: Sequence[Path], out: Path, progress: Progress
) -> dict[float, float]:
    """Train and write the weights; weight → MRR@10 of the questions that check. Raises NothingToLearn."""
    learned, checked = _pairs(shelf, held_back, without)
    if not learned or not checked:
        raise NothingToLearn(f"No question was written about a section of the shelf {shelf.slug}.")
    examples = _examples(_search(learned, shelf, progress), plan)
    words = learning.read_words(examples, lambda done, total: progress("Reading passages", done, total))
    transformer, tokenizer = embedding.transformer_for_training()
    learner = Learner(transformer, tokenizer, plan)
    learning.train(
        learner,
        examples,
        words,
        plan,
        lambda done, loss: progress(f"Learning, loss {loss:.3f}", done, plan.steps),
    )
    facts = {
        "encoder": embedding.current_encoder().revision, "seed": str(plan.seed), "steps": str(plan.steps),
        "learned": f"{len(examples)} questions", "ratio": f"{learner.ratio:.2f}",
    }  # fmt: skip
    adapter.save(learner.adapter(facts), out)
    return _figures(_search(checked[:CHECKED], shelf, progress), late_interaction.load(out), progress)


def _pairs(shelf: Collection, held_back: float, without: Sequence[Path]) -> tuple[list[Pair], list[Pair]]:
    """Questions to learn from and questions that check, in an order of chance."""
    rows = Section.objects.filter(document__collection=shelf).values_list("label", "pk")
    held = {label: pk for label, pk in rows if pairs.validates(label, held_back)}
    apart = {pk for label, pk in held.items() if pairs.validates(f"checks {label}", 0.25)}
    written = pairs.written(held, HeldOut.of(without))
    random.Random(1).shuffle(written)  # noqa: S311  not for secrets
    return (
        [pair for pair in written if pair.section_id not in apart],
        [pair for pair in written if pair.section_id in apart],
    )


def _search(asked: Sequence[Pair], shelf: Collection, progress: Progress) -> list[Found]:
    index = shelf_of(embedding.current_encoder())
    filters = Filters(as_of=dt.datetime.now(dt.UTC).date(), collections=frozenset({shelf.pk}))
    found = []
    for done, pair in enumerate(asked, start=1):
        query = Query(text=pair.text, keywords=rules.extract(pair.text), named=(), filters=filters)
        ranked = candidates(index, query, weighing_of(query.text, query.keywords))[:DEEPEST]
        sections = index.section_of([one.passage_id for one in ranked])
        found.append(Found(pair, [(sections[one.passage_id], one) for one in ranked]))
        progress("Searching", done, len(asked))
    return found


def _examples(found: Sequence[Found], plan: Plan) -> list[Example]:
    """Of the questions whose right section was found."""
    chance = random.Random(plan.seed)  # noqa: S311  not for secrets
    examples = []
    for one in found:
        texts = rerank.read_texts(one.passages)
        rows = [
            (section, Candidate(texts[ranked.passage_id], ranked.score))
            for section, ranked in one.ranked
            if ranked.passage_id in texts
        ]
        right = [candidate for section, candidate in rows if section == one.pair.section_id]
        wrong = [candidate for section, candidate in rows if section != one.pair.section_id]
        if right and wrong:
            examples.append(learning.few(one.pair.text, right[0], wrong, plan, chance))
    return examples


def _figures(
    found: Sequence[Found], reader: late_interaction.Reader, progress: Progress
) -> dict[float, float]:
    """MRR@10 at each weight, of all that was asked, found or not."""
    totals = dict.fromkeys(WEIGHTS, 0.0)
    for done, one in enumerate(found, start=1):
        texts = rerank.read_texts(one.passages)
        first = [pair for pair in one.ranked[: rerank.DEPTH] if pair[1].passage_id in texts]
        met = late_interaction.scores_by(
            reader, one.pair.text, [texts[ranked.passage_id] for _, ranked in first]
        )
        for weight in WEIGHTS:
            scored = [
                (ranked.score + weight * float(score), section)
                for (section, ranked), score in zip(first, met, strict=True)
            ]
            order = [section for _, section in sorted(scored, key=lambda pair: -pair[0])][:CUTOFF]
            if one.pair.section_id in order:
                totals[weight] += 1 / (order.index(one.pair.section_id) + 1) / len(found)
        progress("Checking", done, len(found))
    return totals
