"""Terms that a question asks about without saying them, each with a weight, for the lexical retriever.

Learned sparse expansion (SPLADE: Formal, Piwowarski and Clinchant, SIGIR 2021), of the question only: passages keep BM25,
so nothing is indexed or embedded for it. Every index term has the encoder's vector of its commonest form; it weighs what
the nearest word of the question has beyond a threshold, all as corpus/training/expansion.py learned it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus import embedding
from corpus.types import Terms

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = Path(__file__).parent / "weights" / "expansion.safetensors"
MOST = 24
"""Terms that are added to a question, at most."""
LONGEST = 128
"""Tokens of a question that are read."""
VOCABULARY, VECTORS = "vocabulary", "vectors"
"""In the file of weights: the terms and their forms as JSON, and the forms' vectors."""
_loading = threading.Lock()


class Head(NamedTuple):
    """From the states of a question's tokens to the weights of index terms."""

    turn: Tensor
    """What is added to a state, as two matrices of low rank: shape (dimension, rank) …"""
    back: Tensor
    """… and (rank, dimension)."""
    slope: Tensor
    threshold: Tensor
    """Added to a cosine times the slope: below zero the term has no weight."""
    bias: Tensor
    """The same for each term, shape (terms,)."""

    def weights(self, states: Tensor, there: Tensor, vectors: Tensor) -> Tensor:
        """Of each question and term, none below 0, shape (questions, terms).

        `states`: shape (questions, tokens, dimension); `there`: which tokens are a question's own, shape (questions, tokens);
        `vectors`: of the terms, of unit length, shape (terms, dimension).
        """
        import torch

        turned = torch.nn.functional.normalize(states + states @ self.turn @ self.back, dim=-1)
        nearest = (turned @ vectors.T).masked_fill(~there[..., None], -1.0).amax(1)
        return torch.relu(self.slope * nearest + self.threshold + self.bias)


class Vocabulary(NamedTuple):
    """Index terms that may be added to a question, and the commonest form of each."""

    terms: Sequence[str]
    forms: Sequence[str]


class Added(NamedTuple):
    """An index term that is added to a question."""

    term: str
    form: str
    """Its commonest form, which a reader understands."""
    weight: float
    """Beside the 1 of a term of the question's own."""


class Expander:
    """A transformer that reads questions, its tokenizer, the head, and the terms with the vectors of their forms."""

    def __init__(
        self, transformer: Any, tokenizer: Any, head: Head, vocabulary: Vocabulary, vectors: Tensor
    ) -> None:
        self._transformer, self._tokenizer, self._head = transformer, tokenizer, head
        self._vocabulary, self._vectors = vocabulary, vectors

    def expanded(self, question: str) -> list[Added]:
        """The terms of the greatest weights, greatest first."""
        import torch

        tokens = self._tokenizer([question], truncation=True, max_length=LONGEST, return_tensors="pt")
        with torch.inference_mode():
            states = self._transformer(**tokens).last_hidden_state.float()
            found = self._head.weights(states, tokens["attention_mask"].bool(), self._vectors)[0]
            best = torch.topk(found, min(MOST, len(self._vocabulary.terms)))
        terms, forms = self._vocabulary
        pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return [Added(terms[place], forms[place], weight) for place, weight in pairs if weight > 0]


@lru_cache(maxsize=64)
def expanded(question: str) -> tuple[Added, ...]:
    """Index terms that the law has for what is asked, the greatest weight first; none without weights."""
    try:
        return tuple(load().expanded(question))
    except embedding.AdapterMissing:
        return ()


def new_words(question: str, own: Terms) -> tuple[str, ...]:
    """What is added that the question does not say, as words; `own`: the question's index terms."""
    return tuple(one.form for one in expanded(question) if one.term not in own)


def joined(own: Terms, added: Sequence[Added]) -> Terms:
    """The question's own terms and what is added to them; one that is both counts for both."""
    weights = {one.term: one.weight for one in added}
    return {term: own.get(term, 0.0) + weights.get(term, 0.0) for term in {**own, **weights}}


def load(path: Path = WEIGHTS) -> Expander:
    """Loaded once. Raises embedding.AdapterMissing."""
    with _loading:
        return _load(path)


@cache
def _load(path: Path) -> Expander:
    transformer, tokenizer, others = embedding.transformer_adapted_by(path)
    vocabulary = Vocabulary(**json.loads(bytes(others[VOCABULARY].tolist())))
    head = Head(*(others[name].float() for name in Head._fields))
    return Expander(transformer, tokenizer, head, vocabulary, others[VECTORS].float())
