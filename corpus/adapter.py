"""A low-rank adapter of the encoder, folded into a copy of its weights (Hu et al., LoRA, ICLR 2022).

Small enough to lie in the repository (about 1 MB), and folded it costs nothing when a question is encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

PLACES = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
"""The linear maps of each layer that are adapted."""
A, B = "a", "b"
OTHER = "other."


class Adapter(NamedTuple):
    """Of each adapted map two matrices: its weights (out, in) become weights + b (out, rank) × a (rank, in)."""

    matrices: dict[str, tuple[Tensor, Tensor]]
    facts: dict[str, str]
    """What it was trained for and how: `encoder` (revision), `seed`, and more."""
    others: Mapping[str, Tensor] = MappingProxyType({})
    """What was trained beside the maps, by name: a head's weights."""


def adapted_maps(transformer: nn.Module) -> dict[str, nn.Linear]:
    """The maps of a BERT-like transformer that an adapter changes, by name."""
    found = {name: module for name, module in transformer.named_modules() if name.endswith(PLACES)}
    return {name: module for name, module in found.items() if isinstance(module, nn.Linear)}


def save(adapter: Adapter, path: Path) -> None:
    """The maps as float16: half the bytes, and no figure of the evaluation moves."""
    tensors = {
        f"{name}.{side}": matrix.detach().to(torch.float16).contiguous()
        for name, pair in adapter.matrices.items()
        for side, matrix in zip((A, B), pair, strict=True)
    }
    tensors |= {f"{OTHER}{name}": tensor.detach().contiguous() for name, tensor in adapter.others.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata=dict(sorted(adapter.facts.items())))


def load(path: Path) -> Adapter:
    """Raises OSError, or safetensors' error for a file that is no such thing."""
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
        facts = dict(file.metadata() or {})
    others = {name.removeprefix(OTHER): one for name, one in tensors.items() if name.startswith(OTHER)}
    names = sorted({name.rpartition(".")[0] for name in tensors if not name.startswith(OTHER)})
    matrices = {name: (tensors[f"{name}.{A}"], tensors[f"{name}.{B}"]) for name in names}
    return Adapter(matrices, facts, others)


@torch.no_grad()
def fold(adapter: Adapter, transformer: nn.Module) -> None:
    """Change the transformer's weights for good. Raises ValueError when the adapter is another model's."""
    maps = adapted_maps(transformer)
    if maps.keys() != adapter.matrices.keys():
        raise ValueError("The adapter was trained for a transformer with other layers.")
    for name, (a, b) in adapter.matrices.items():
        weight = maps[name].weight
        weight.copy_((weight.float() + b.float() @ a.float()).to(weight.dtype))
