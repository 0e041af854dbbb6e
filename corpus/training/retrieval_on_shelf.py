"""Training the encoder for retrieval on the rows of a shelf: what is read, what is held back to check with, what is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from corpus import adapter, embedding
from corpus.models import Collection, Passage, Section
from corpus.training import hard_negatives, pairs
from corpus.training.hard_negatives import Bank
from corpus.training.on_shelf import CHECKED, Figures, Files, NothingToLearn, texts_of_judgments
from corpus.training.pairs import HeldOut, Pair
from corpus.training.retrieval_encoder import Example, Plan, RetrievalEncoder, batches_of, met, train

AT_ONCE = 256
RERANKED = 20
"""Passages that are looked at again by their words."""
CUTOFF = 10
Progress = Callable[[str, int, int], None]
"""(what is done, done, of how many)"""


class Asked(NamedTuple):
    """What asks for sections of the shelf, by kind."""

    written: list[Pair]
    judgments: list[Pair]
    headings: list[tuple[Pair, str]]
    """Each with its chapter, in the order of the law."""
    checked: list[Pair]
    """Written questions about sections that nothing is learned of."""


def train_on(
    shelf: Collection, plan: Plan, files: Files, held_back: float, out: Path, progress: Progress
) -> Figures:
    """Train, write the adapter, and say what it did to questions about sections that were held back.

    Raises NothingToLearn, and PackError for judgments that cannot be read.
    """
    asked = _asked(shelf, files, held_back)
    learned = [*asked.written, *asked.judgments]
    sections = {pair.section_id for pair in (*learned, *asked.checked)}
    bank = Bank(hard_negatives.texts_of(sections), progress)
    found = hard_negatives.examples(learned, bank, shelf, progress)
    checked = hard_negatives.examples(asked.checked, bank, shelf, progress)
    encoder = RetrievalEncoder(*embedding.transformer_for_training(), plan)
    before = _figures(encoder, checked)
    batches = batches_of(
        found[: len(asked.written)], found[len(asked.written) :], _with_passages(asked.headings), plan
    )
    train(encoder, batches, plan, lambda done, loss: progress(f"Learning, loss {loss:.3f}", done, plan.steps))
    facts = {
        "encoder": embedding.model_revision(), "seed": str(plan.seed), "steps": str(plan.steps),
        "learned": f"{len(asked.written)} questions, {len(asked.judgments)} sentences of judgments, "
        f"{len(asked.headings)} headings",
    }  # fmt: skip
    adapter.save(encoder.adapter(facts), out)
    after = _figures(encoder, checked)
    return {name: (before[name], after[name]) for name in before}


def _asked(shelf: Collection, files: Files, held_back: float) -> Asked:
    sections = list(Section.objects.filter(document__collection=shelf).defer("text").order_by("pk"))
    cut = set(
        Passage.objects.filter(section__document__collection=shelf).values_list("section_id", flat=True)
    )
    held = {section.label: section.pk for section in sections if section.pk in cut}
    apart = {pk for label, pk in held.items() if pairs.validates(label, held_back)}
    unseen = HeldOut.of(files.without)
    written = pairs.written(held, unseen)
    if all(pair.section_id in apart for pair in written):
        raise NothingToLearn(f"No question was written about a section of the shelf {shelf.slug}.")
    judged = pairs.judgments(texts_of_judgments(files.judgments), held, unseen)
    named = [one for one in pairs.headings(sections, unseen) if one[0].section_id in cut - apart]
    return Asked(
        [pair for pair in written if pair.section_id not in apart],
        [pair for pair in judged if pair.section_id not in apart],
        named,
        [pair for pair in written if pair.section_id in apart][:CHECKED],
    )


def _with_passages(headings: Sequence[tuple[Pair, str]]) -> list[tuple[Example, str]]:
    """Each heading with the first passage of its section."""
    first = hard_negatives.first_of(pair.section_id for pair, _ in headings)
    return [(Example(pair.text, first[pair.section_id]), chapter) for pair, chapter in headings]


@torch.no_grad()
def _figures(encoder: RetrievalEncoder, checked: Sequence[Example]) -> dict[str, float]:
    """MRR@10 of the questions among all passages that are right or wrong for any of them: by vectors, and by the words of
    the first of those.
    """
    if not checked:
        return {}
    texts = sorted({text for one in checked for text in (one.right, *one.near, *one.alike)})
    runs = [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)]
    vectors = torch.cat([encoder.passages([text.words for text in run]).vectors for run in runs])
    totals = {"MRR@10 by vectors": 0.0, "MRR@10 by words": 0.0}
    for one in checked:
        asked = encoder.questions([one.question])
        order = torch.argsort(vectors @ asked.vectors[0], descending=True)[:RERANKED].tolist()
        words = met(asked, encoder.passages([texts[place].words for place in order]))[0]
        again = [order[place] for place in torch.argsort(words, descending=True).tolist()]
        for name, places in zip(totals, (order, again), strict=True):
            sections = list(dict.fromkeys(texts[place].section for place in places))[:CUTOFF]
            if one.right.section in sections:
                totals[name] += 1 / (sections.index(one.right.section) + 1) / len(checked)
    return totals
