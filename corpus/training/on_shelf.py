"""Training on the rows of a shelf: what is read, what is held back to check with, what is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from django.conf import settings

from corpus import adapter, embedding
from corpus.models import Collection, Passage, Section
from corpus.packs import opinions
from corpus.training import pairs
from corpus.training.pairs import HeldOut, Pair
from corpus.training.question_encoder import Bank, Plan, QuestionEncoder, batches_of, train
from corpus.training.steps import Progress
from corpus.types import SectionText

CHECKED = 400
"""Questions that check, at most."""
BATCH = 64
Figures = dict[str, tuple[float, float]]
"""Name of a figure → before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What is read besides the shelf."""

    without: Sequence[Path] = ()
    """Evaluation files: nothing that they are labelled with is learned from."""
    judgments: Sequence[str] = ()
    """Files, archives or folders of judgments, as `load_law opinions` takes them."""


class NothingToLearn(ValueError):
    """The shelf holds no section that a question was written about."""


def train_on(
    shelf: Collection, plan: Plan, files: Files, held_back: float, out: Path, progress: Progress
) -> Figures:
    """Train, write the adapter, and say what it did to questions about sections that were held back.

    Raises NothingToLearn, and PackError for judgments that cannot be read.
    """
    sections = list(Section.objects.filter(document__collection=shelf).defer("text").order_by("pk"))
    bank = _bank(shelf)
    held = {section.label: section.pk for section in sections if section.pk in bank}
    apart = {pk for label, pk in held.items() if pairs.validates(label, held_back)}
    unseen = HeldOut.of(files.without)
    written, judged = (
        pairs.written(held, unseen),
        pairs.judgments(texts_of_judgments(files.judgments), held, unseen),
    )
    named = [(pair, chapter) for pair, chapter in pairs.headings(sections, unseen) if pair.section_id in bank]
    learned = [pair for pair in written if pair.section_id not in apart]
    if not learned:
        raise NothingToLearn(f"No question was written about a section of the shelf {shelf.slug}.")
    checked = [pair for pair in written if pair.section_id in apart][:CHECKED]
    encoder = QuestionEncoder(*embedding.transformer_for_training(), plan)
    before = _figures(encoder, bank, checked)
    batches = batches_of(
        learned, [pair for pair in judged if pair.section_id not in apart],
        [one for one in named if one[0].section_id not in apart], plan,
    )  # fmt: skip
    train(encoder, bank, batches, plan, progress)
    facts = {
        "encoder": embedding.current_encoder().revision, "seed": str(plan.seed), "steps": str(plan.steps),
        "learned": f"{len(learned)} questions, {len(judged)} sentences of judgments, {len(named)} headings",
    }  # fmt: skip
    adapter.save(encoder.adapter(facts), out)
    after = _figures(encoder, bank, checked)
    return {name: (before[name], after[name]) for name in before}


def texts_of_judgments(sources: Sequence[str]) -> Iterator[str]:
    """The texts of the judgments' parts; nothing is put on a shelf."""
    for source in sources:
        for part in opinions.read(source, Path(settings.LAWQA_DATA) / "cache"):
            if isinstance(part, SectionText):
                yield part.text


def _bank(shelf: Collection) -> Bank:
    encoder = embedding.current_encoder()
    rows = Passage.objects.filter(
        section__document__collection=shelf, embedding__isnull=False, encoder=encoder
    )
    packed, sections = [], []
    for section, vector in rows.order_by("pk").values_list("section_id", "embedding").iterator():
        packed.append(np.frombuffer(bytes(vector or b""), dtype="<f2"))
        sections.append(section)
    if not packed:
        raise NothingToLearn(f"The shelf {shelf.slug} holds no embedded passage.")
    return Bank(np.stack(packed), np.array(sections, dtype=np.int64))


@torch.no_grad()
def _figures(encoder: QuestionEncoder, bank: Bank, checked: Sequence[Pair]) -> dict[str, float]:
    """hit@10 and MRR@10 of the questions whose sections were held back, by vectors alone."""
    ranks: list[int] = []
    for first in range(0, len(checked), BATCH):
        some = checked[first : first + BATCH]
        vectors = encoder.encode([pair.text for pair in some])
        ranks += [bank.rank_of(vector, pair.section_id) for vector, pair in zip(vectors, some, strict=True)]
    within = [rank for rank in ranks if rank <= 10]
    total = max(len(ranks), 1)
    return {"hit@10": len(within) / total, "MRR@10": sum(1 / rank for rank in within) / total}
