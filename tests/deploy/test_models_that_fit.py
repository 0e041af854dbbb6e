"""The table of models in deploy/vllm/README.md: its arithmetic holds, and what it says fits does."""

from __future__ import annotations

import pytest

from tests.servers import ROOT

REQUESTS, CONTEXT, HEAD = 8, 16_384, 128
GIB = 2**30
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "deploy/vllm/README.md").read_text(encoding="utf-8").splitlines()
    if line.split("|")[1:2] and line.split("|")[1].strip().isdecimal()
]


def test_there_are_models_for_each_size_of_card() -> None:
    assert {row[0] for row in ROWS} == {"8", "24", "48", "80"}
    assert {len(row) for row in ROWS} == {12}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} GB {row[1]}")
def test_weights_and_cache_are_what_they_come_to_and_fit(row: list[str]) -> None:
    card, parameters, bits, layers, heads, kv_bits, *said = (float(cell) for cell in [row[0], *row[2:11]])
    weights = parameters * 1e9 * bits / 8 / GIB
    cache = 2 * layers * heads * HEAD * kv_bits / 8 * CONTEXT * REQUESTS / GIB
    assert said == pytest.approx([weights, cache, weights + cache, 0.92 * card], abs=0.051)
    assert weights + cache + 0.9 < 0.92 * card, "vLLM needs room for its own work"
