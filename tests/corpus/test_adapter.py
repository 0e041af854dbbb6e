"""A low-rank adapter: kept, read, folded."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from corpus import adapter
from corpus import trained as weights
from corpus.adapter import Adapter


def layer() -> nn.Module:
    """Named as in a transformer, and as small as can be."""
    return nn.ModuleDict({"output": nn.ModuleDict({"dense": nn.Linear(4, 3)}), "other": nn.Linear(4, 3)})


def trained(name: str = "output.dense") -> Adapter:
    a, b = torch.ones(2, 4), torch.full((3, 2), 0.5)
    return Adapter({name: (a, b)}, {"encoder": "abc", "seed": "1"})


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "weights" / "a.safetensors"
    adapter.save(trained(), path)
    found = adapter.load(path)
    assert found.facts == {"encoder": "abc", "seed": "1"} == weights.read(path).facts
    assert torch.equal(found.matrices["output.dense"][0].float(), torch.ones(2, 4))


def test_folding_adds_the_product_to_the_map_and_to_nothing_else() -> None:
    changed = layer()
    before = {name: weight.clone() for name, weight in changed.named_parameters()}
    adapter.fold(trained(), changed)
    after = dict(changed.named_parameters())
    assert torch.allclose(after["output.dense.weight"], before.pop("output.dense.weight") + 1.0)
    assert all(torch.equal(after[name], weight) for name, weight in before.items())


def test_an_adapter_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="other layers"):
        adapter.fold(trained("layer.7.output.dense"), layer())
