"""Training the expansion of questions on the rows of a shelf: what is read, what is held back to check with, what is written."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from corpus import adapter, embedding, expansion, vectors
from corpus.embedding import Vectors
from corpus.expansion import Added, Vocabulary
from corpus.index import source
from corpus.index.lexical import K1, MAIN_FIELD, B, LexicalText, analyse, question_terms, terms_in
from corpus.index.shelf import Shelf, shelf_of
from corpus.models import Collection, Passage, Section
from corpus.training import pairs
from corpus.training.expansion import Document, Example, Learner, Plan, batches_of, train
from corpus.training.on_shelf import CHECKED, Figures, Files, NothingToLearn, texts_of_judgments
from corpus.training.pairs import HeldOut, Pair
from corpus.types import Filters

KEPT = 12
"""Wrong passages of each kind that a question has."""
SURELY_WRONG = 0.97
"""Of the right passage's cosine: what is nearer may be right (de Souza P. Moreira et al., NV-Retriever, 2024)."""
COMMON = 10
"""Passages that a term stands in at least, to be added to questions."""
SHORTEST = 3
"""Letters of such a term."""
CUTOFF = 10
Progress = Callable[[str, int, int], None]
"""(what is done, done, of how many)"""


@dataclass(frozen=True, slots=True)
class Found:
    """A question with the passages that matter to it, by database key."""

    pair: Pair
    right: int
    near: Sequence[int]
    alike: Sequence[int]


def train_on(
    shelf: Collection, plan: Plan, files: Files, held_back: float, out: Path, progress: Progress
) -> Figures:
    """Train, write the weights, and say what they did to questions about sections that were held back.

    Raises NothingToLearn, and PackError for judgments that cannot be read.
    """
    written, judged, checked = _asked(shelf, files, held_back)
    index = shelf_of(embedding.current_encoder())
    filters = Filters(as_of=today(), collections=frozenset({shelf.pk}))
    found = _found([*written, *judged], index, filters, progress)
    texts = _texts({pk for one in found for pk in (one.right, *one.near, *one.alike)})
    vocabulary = vocabulary_of(text for _, text in texts.values())
    if not vocabulary.terms:
        raise NothingToLearn(f"On the shelf {shelf.slug} no word stands in {COMMON:,} passages.")
    documents = _documents(texts, vocabulary, index)
    examples = [_example(one, documents) for one in found]
    meanings = torch.from_numpy(embedding.encode(vocabulary.forms)).to(torch.float16).float()
    learner = Learner(*embedding.transformer_for_training(), meanings, plan)
    asked = len({pair.text for pair in written})
    batches = batches_of(examples[: len(written)], examples[len(written) :], plan)
    train(learner, batches, plan, lambda done, loss: progress(f"Learning, loss {loss:.3f}", done, plan.steps))
    facts = {
        "encoder": embedding.revision(), "seed": str(plan.seed), "steps": str(plan.steps),
        "learned": f"{asked} questions, {len(judged)} sentences of judgments",
    }  # fmt: skip
    adapter.save(learner.adapter(facts, _packed(vocabulary, meanings)), out)
    expander = expansion.load(out)
    before = _figures(checked, index, filters, lambda text: [])
    after = _figures(checked, index, filters, expander.expanded)
    return {name: (before[name], after[name]) for name in before}


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _packed(vocabulary: Vocabulary, meanings: Tensor) -> dict[str, Tensor]:
    written = json.dumps(vocabulary._asdict(), ensure_ascii=False).encode()
    return {
        expansion.VOCABULARY: torch.frombuffer(bytearray(written), dtype=torch.uint8),
        expansion.VECTORS: meanings.half(),
    }


def _asked(shelf: Collection, files: Files, held_back: float) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Questions and sentences of judgments to learn from, and questions that check."""
    encoder = embedding.current_encoder()
    rows = Section.objects.filter(document__collection=shelf, passages__encoder=encoder)
    held = dict(rows.order_by("pk").values_list("label", "pk"))
    apart = {pk for label, pk in held.items() if pairs.validates(label, held_back)}
    unseen = HeldOut.of(files.without)
    written = pairs.written(held, unseen)
    learned = [pair for pair in written if pair.section_id not in apart]
    if not learned:
        raise NothingToLearn(f"No question was written about a section of the shelf {shelf.slug}.")
    judged = pairs.judgments(texts_of_judgments(files.judgments), held, unseen)
    return (
        learned,
        [pair for pair in judged if pair.section_id not in apart],
        [pair for pair in written if pair.section_id in apart][:CHECKED],
    )


def _found(asked: Sequence[Pair], index: Shelf, filters: Filters, progress: Progress) -> list[Found]:
    """Of each question the passage of its section that lies nearest, and what else the retrievers rank high."""
    held = _vectors_of({pair.section_id for pair in asked})
    made = []
    for done, pair in enumerate(asked, start=1):
        vector = embedding.encode_question(pair.text)
        own = {pk: float(one @ vector) for pk, one in held[pair.section_id].items()}
        right = max(own, key=own.__getitem__)
        near = index.search_dense(vector, filters, 2 * KEPT)
        alike = index.search_lexical(question_terms(pair.text), filters, 2 * KEPT)
        made.append(
            Found(
                pair, right,
                [hit.passage_id for hit in near if hit.passage_id not in own and hit.score < SURELY_WRONG * own[right]][:KEPT],
                [hit.passage_id for hit in alike if hit.passage_id not in own][:KEPT],
            )
        )  # fmt: skip
        progress("Searching", done, len(asked))
    return made


def _vectors_of(sections: Iterable[int]) -> dict[int, dict[int, Vectors]]:
    """Section → passage → its vector."""
    encoder = embedding.current_encoder()
    held: defaultdict[int, dict[int, Vectors]] = defaultdict(dict)
    rows = Passage.objects.filter(section__in=set(sections), encoder=encoder, embedding__isnull=False)
    for pk, section, packed in rows.order_by("pk").values_list("pk", "section_id", "embedding").iterator():
        held[section][pk] = vectors.from_bytes([bytes(packed or b"")], encoder.dimension)[0]
    return held


def _texts(passages: Iterable[int]) -> dict[int, tuple[int, LexicalText]]:
    """Passage → its section and what is indexed of it."""
    texts = {}
    for chunk in source.chunks_of(embedding.current_encoder(), sorted(passages)):
        sections = chunk.facets.sections.tolist()
        for section, text in zip(sections, chunk.texts, strict=True):
            texts[text.passage_id] = (section, text)
    return texts


def vocabulary_of(texts: Iterable[LexicalText]) -> Vocabulary:
    """The terms that stand in enough passages, each with the form that it has most often."""
    standing: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    for text in texts:
        standing.update(set(terms_in(text, MAIN_FIELD)))
        forms.update(re.findall(r"\w+", f"{text.path} {text.heading} {text.text}".lower()))
    commonest: dict[str, str] = {}
    for form, _ in forms.most_common():
        stemmed = analyse(form)
        if len(stemmed) == 1:
            commonest.setdefault(stemmed[0], form)
    terms = [
        term for term, count in standing.most_common()
        if count >= COMMON and len(term) >= SHORTEST and term.isalpha() and term in commonest
    ]  # fmt: skip
    return Vocabulary(terms, [commonest[term] for term in terms])


def _documents(
    texts: dict[int, tuple[int, LexicalText]], vocabulary: Vocabulary, index: Shelf
) -> dict[int, Document]:
    """Each passage with the BM25 of its terms, by the statistics of the shelf."""
    counted = {pk: Counter(terms_in(text, MAIN_FIELD)) for pk, (_, text) in texts.items()}
    terms = sorted({term for counts in counted.values() for term in counts})
    frequencies, total = index.frequencies(terms)
    rarity = {
        term: math.log1p((total - frequencies[term] + 0.5) / (frequencies[term] + 0.5)) for term in terms
    }
    mean = sum(counts.total() for counts in counted.values()) / max(len(counted), 1)
    place = {term: number for number, term in enumerate(vocabulary.terms)}
    made = {}
    for pk, counts in counted.items():
        norm = K1 * (1 - B + B * counts.total() / mean)
        impacts = {term: rarity[term] * times * (K1 + 1) / (times + norm) for term, times in counts.items()}
        known = [term for term in impacts if term in place]
        made[pk] = Document(
            texts[pk][0], impacts, np.array([place[term] for term in known], dtype=np.int64),
            np.array([impacts[term] for term in known], dtype=np.float32),
        )  # fmt: skip
    return made


def _example(found: Found, documents: dict[int, Document]) -> Example:
    return Example(
        found.pair.text, list(question_terms(found.pair.text)), documents[found.right],
        [documents[pk] for pk in found.near if pk in documents],
        [documents[pk] for pk in found.alike if pk in documents],
    )  # fmt: skip


def _figures(
    checked: Sequence[Pair], index: Shelf, filters: Filters, expanded: Callable[[str], Sequence[Added]]
) -> dict[str, float]:
    """hit@10 and MRR@10 of the questions whose sections were held back, by words alone."""
    hits = reciprocal = 0.0
    for pair in checked:
        terms = expansion.joined(question_terms(pair.text), expanded(pair.text))
        found = [hit.passage_id for hit in index.search_lexical(terms, filters, 100)]
        section_of = index.section_of(found)
        sections = list(dict.fromkeys(section_of[pk] for pk in found if pk in section_of))[:CUTOFF]
        if pair.section_id in sections:
            hits += 1 / len(checked)
            reciprocal += 1 / (sections.index(pair.section_id) + 1) / len(checked)
    return {"hit@10 by words alone": hits, "MRR@10 by words alone": reciprocal}
