"""What is trained of a transformer: matrices of low rank beside its maps (Hu et al., LoRA, ICLR 2022); all else stays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from corpus.adapter import adapted_maps


class LowRank(nn.Module):
    """A linear map with trained matrices of low rank beside it, which begin as nothing."""

    def __init__(self, fixed: nn.Linear, rank: int) -> None:
        super().__init__()
        self.fixed = fixed
        self.a = nn.Parameter(torch.randn(rank, fixed.in_features) / math.sqrt(fixed.in_features))
        self.b = nn.Parameter(torch.zeros(fixed.out_features, rank))

    def forward(self, given: Tensor) -> Tensor:
        mapped: Tensor = self.fixed(given) + (given @ self.a.T) @ self.b.T
        return mapped


def adapted(transformer: nn.Module, rank: int) -> dict[str, LowRank]:
    """Put trained matrices beside every map that an adapter changes, by name; all else stays as it is."""
    transformer.requires_grad_(requires_grad=False)
    low: dict[str, LowRank] = {}
    for name, fixed in adapted_maps(transformer).items():
        parent, _, child = name.rpartition(".")
        low[name] = LowRank(fixed, rank)
        setattr(transformer.get_submodule(parent), child, low[name])
    return low


def even_weights(transformer: Any) -> nn.Linear:
    """The map from a token's state to its raw weight; it begins as the same for every token."""
    weigh = nn.Linear(int(transformer.config.hidden_size), 1)
    nn.init.zeros_(weigh.weight)
    nn.init.zeros_(weigh.bias)
    return weigh


def states_of(
    transformer: nn.Module, tokenizer: Any, texts: Sequence[str], longest: int
) -> tuple[Tensor, Tensor]:
    """The tokens' last states, shape (texts, tokens, dimension), and which are the text's own, shape (texts, tokens)."""
    tokens = tokenizer(list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt")
    with torch.autocast("cpu", torch.bfloat16):
        states = transformer(**tokens).last_hidden_state.float()
    return states, tokens["attention_mask"].bool()


def means(states: Tensor, there: Tensor) -> Tensor:
    """Of each text the mean of its tokens' states as a unit vector, shape (texts, dimension)."""
    own = there[..., None].float()
    return nn.functional.normalize((states * own).sum(1) / own.sum(1), dim=-1)
