"""Lines of pages, packed small for their rows. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import astuple

from corpus.types import Line


def pack(lines: Iterable[Line]) -> bytes:
    """Lines as compressed JSON."""
    rows = [astuple(line) for line in lines]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 6)


def unpack(packed: bytes) -> tuple[Line, ...]:
    """The lines that `pack` was given."""
    names = Line.__dataclass_fields__
    return tuple(Line(**dict(zip(names, row, strict=True))) for row in json.loads(zlib.decompress(packed)))
