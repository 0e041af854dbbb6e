"""Reads the lines of evaluation files, and says which of them cannot be meant."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

KINDS: Mapping[type, str] = {str: "a text", list: "a list"}


class BadLine(ValueError):
    """A line of an evaluation file; the message names the file, the line and the reason."""


ANY: Mapping[str, type] = MappingProxyType({})


def read_lines(path: Path, required: Mapping[str, type] = ANY) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, plain or gzipped, with what they must hold. Raises BadLine, OSError."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _parse(path, number, line, required)


def _parse(path: Path, number: int, line: str, required: Mapping[str, type]) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise BadLine(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(found, dict):
        raise BadLine(f"{path}, line {number}: an object is expected, as {{…}}")
    missing = [name for name in required if name not in found]
    if missing:
        raise BadLine(f"{path}, line {number}: {', '.join(missing)} missing")
    for name, kind in required.items():
        if not isinstance(found[name], kind):
            raise BadLine(f"{path}, line {number}: {name} must be {KINDS[kind]}")
    return found


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies, by nearest rank; 0 for no values."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else 0.0
