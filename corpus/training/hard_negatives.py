"""Wrong passages that look right: those that lie near a question in meaning, and those that share its words.

In meaning they are looked for among the passages of all sections that anything asks for, by the model as it is, so that
what was trained before changes nothing; in words on the whole shelf, by BM25. One that is nearly as near as the right one
may be right too and is left out (de Souza P. Moreira et al., NV-Retriever, 2024).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import torch
from torch import Tensor

from corpus import embedding
from corpus.index.lexical import question_terms
from corpus.index.shelf import shelf_of
from corpus.models import Collection, Passage
from corpus.rows import embedded_text
from corpus.training.pairs import Pair
from corpus.training.retrieval_encoder import Example, Text
from corpus.types import Filters

LOOKED_AT = 40
"""Nearest passages of a question that are looked at."""
KEPT = 10
"""Wrong ones of each kind."""
SURELY_WRONG = 0.97
"""Of the right passage's cosine: what is nearer may be right."""
AT_ONCE = 1_024
Progress = Callable[[str, int, int], None]
"""(what is done, done, of how many)"""


class Bank:
    """The passages of some sections, and where they lie."""

    def __init__(self, texts: Sequence[Text], progress: Progress) -> None:
        self.texts = texts
        self._vectors = _vectors([text.words for text in texts], "Reading passages", progress)
        self._of: defaultdict[int, list[int]] = defaultdict(list)
        for place, text in enumerate(texts):
            self._of[text.section].append(place)

    def near(self, question: Tensor, section: int) -> tuple[Text, tuple[Text, ...]]:
        """The nearest passage of the right section, and the nearest of wrong ones that are surely wrong."""
        cosines = (self._vectors @ question).float()
        own = self._of[section]
        right = max(own, key=lambda place: cosines[place].item())
        nearest = torch.topk(cosines, min(LOOKED_AT, len(self.texts))).indices.tolist()
        limit = SURELY_WRONG * cosines[right].item()
        wrong = [at for at in nearest if self.texts[at].section != section and cosines[at] < limit]
        return self.texts[right], tuple(self.texts[at] for at in wrong[:KEPT])


def examples(asked: Sequence[Pair], bank: Bank, shelf: Collection, progress: Progress) -> list[Example]:
    """Each question with its right passage and wrong ones. The sections must be in the bank."""
    questions = _vectors([pair.text for pair in asked], "Reading questions", progress)
    alike = _alike(asked, shelf, progress)
    texts = dict(_texts({pk for found in alike for pk in found}))
    made = []
    for pair, question, found in zip(asked, questions, alike, strict=True):
        right, near = bank.near(question, pair.section_id)
        words = [texts[pk] for pk in found if pk in texts and texts[pk].section != pair.section_id]
        made.append(Example(pair.text, right, near, tuple(words[:KEPT])))
    return made


def texts_of(sections: Iterable[int]) -> list[Text]:
    """The passages of the sections, in the order of the rows."""
    return [text for _, text in _texts(pk for pk, _ in _passages(sections))]


def first_of(sections: Iterable[int]) -> dict[int, Text]:
    """The first passage of each section."""
    first: dict[int, int] = {}
    for pk, section in _passages(sections):
        first.setdefault(section, pk)
    return {text.section: text for _, text in _texts(first.values())}


def _passages(sections: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(passage, section), in the order of each section's text."""
    wanted = sorted(set(sections))
    for first in range(0, len(wanted), AT_ONCE):
        rows = Passage.objects.filter(section__in=wanted[first : first + AT_ONCE])
        yield from rows.order_by("section", "start").values_list("pk", "section_id").iterator()


def _texts(passages: Iterable[int]) -> Iterator[tuple[int, Text]]:
    keys = sorted(set(passages))
    for first in range(0, len(keys), AT_ONCE):
        rows = list(Passage.objects.filter(pk__in=keys[first : first + AT_ONCE]).order_by("pk"))
        for row in Passage.objects.attach_sections(rows):
            yield row.pk, Text(row.section_id, embedded_text(row))


def _vectors(texts: Sequence[str], what: str, progress: Progress) -> Tensor:
    found = []
    for first in range(0, len(texts), AT_ONCE):
        some = texts[first : first + AT_ONCE]
        found.append(torch.from_numpy(embedding.encode(some)).to(torch.bfloat16))
        progress(what, first + len(some), len(texts))
    return torch.cat(found) if found else torch.zeros(0, 0, dtype=torch.bfloat16)


def _alike(asked: Sequence[Pair], shelf: Collection, progress: Progress) -> list[list[int]]:
    """Of each question the passages that BM25 finds, best first."""
    index = shelf_of(embedding.current_encoder())
    filters = Filters(as_of=dt.datetime.now(dt.UTC).date(), collections=frozenset({shelf.pk}))
    found = []
    with index.at_one_moment():
        for done, pair in enumerate(asked, start=1):
            hits = index.search_lexical(question_terms(pair.text), filters, KEPT + 2)
            found.append([hit.passage_id for hit in hits])
            progress("Searching", done, len(asked))
    return found
