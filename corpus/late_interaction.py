"""How well a question's words meet a passage's: late interaction (Khattab and Zaharia, ColBERT, SIGIR 2020).

Every word of the question looks for the word of the passage that is nearest to it in meaning; the score is the mean of
those cosines, weighed by how much each word of the question carries. A passage is read by the encoder as it is; the
question by a copy with a trained adapter, which also says the weights (corpus/training/late_interaction.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import embedding

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS = Path(__file__).parent / "weights" / "late_interaction.safetensors"
QUESTION_WORDS = 90
"""Words of a question that are read."""
BATCH = 10
KEPT = 600
"""Passages whose words' vectors are kept, about 60 MB: the same sections are asked about again and again."""
ONE = 0.5413
"""softplus of it is 1: untrained, every word weighs the same."""
Scores = NDArray[np.float32]
_kept: OrderedDict[str, Tensor] = OrderedDict()
_keeping = threading.Lock()
_loading = threading.Lock()


class Asked(NamedTuple):
    """A question's words: unit vectors, shape (tokens, dimension), and weights that add up to 1, shape (tokens,)."""

    vectors: Tensor
    weights: Tensor


class Reader:
    """A transformer that reads questions, its tokenizer, and the map from a word's state to its weight."""

    def __init__(self, transformer: Any, tokenizer: Any, weigh: nn.Linear) -> None:
        self.transformer, self.tokenizer, self.weigh = transformer, tokenizer, weigh

    def read(self, questions: Sequence[str]) -> list[Asked]:
        """The questions' words, without the tokens that stand for beginning and end."""
        from torch import nn

        short = [" ".join(question.split()[:QUESTION_WORDS]) for question in questions]
        tokens = self.tokenizer(short, padding=True, truncation=True, max_length=128, return_tensors="pt")
        states = self.transformer(**tokens).last_hidden_state.float()
        vectors = nn.functional.normalize(states, dim=-1)
        raw = nn.functional.softplus(self.weigh(states).squeeze(-1).float() + ONE)
        lengths = tokens["attention_mask"].sum(1).tolist()
        return [
            Asked(own[1 : end - 1], weight[1 : end - 1] / weight[1 : end - 1].sum())
            for own, weight, end in zip(vectors, raw, lengths, strict=True)
        ]


def score(asked: Asked, words: Sequence[Tensor]) -> Tensor:
    """The weighed mean of each question word's best cosine, one for each passage, shape (passages,)."""
    import torch

    return torch.stack([(asked.vectors @ own.float().T).amax(1) @ asked.weights for own in words])


def scores(question: str, passages: Sequence[str]) -> Scores:
    """Between -1 and 1, shape (passages,), in their order. Raises embedding.AdapterMissing."""
    return scores_by(load(), question, passages)


def scores_by(reader: Reader, question: str, passages: Sequence[str]) -> Scores:
    """The same by a given reader."""
    if not passages:
        return np.zeros(0, dtype=np.float32)
    import torch

    with torch.inference_mode():
        words = words_of(passages)
        found: Scores = score(reader.read([question])[0], words).numpy().astype(np.float32)
    return found


def words_of(passages: Sequence[str]) -> list[Tensor]:
    """Of each passage the unit vectors of its tokens, shape (tokens, dimension), float16."""
    with _keeping:
        known = {text: _kept[text] for text in passages if text in _kept}
    fresh = embedding.token_states([text for text in dict.fromkeys(passages) if text not in known])
    with _keeping:
        for text in {**known, **fresh}:
            _kept[text] = known[text] if text in known else fresh[text]
            _kept.move_to_end(text)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return [known[text] if text in known else fresh[text] for text in passages]


def forget() -> None:
    """Keep nothing of the passages read so far."""
    with _keeping:
        _kept.clear()


def load(path: Path = WEIGHTS) -> Reader:
    """The trained reader of questions, loaded once. Raises embedding.AdapterMissing."""
    with _loading:
        return _load(path)


@cache
def _load(path: Path) -> Reader:
    from torch import nn

    transformer, tokenizer, others = embedding.transformer_adapted_by(path)
    weigh = nn.Linear(transformer.config.hidden_size, 1)
    weigh.load_state_dict(dict(others))
    return Reader(transformer, tokenizer, weigh.float())
