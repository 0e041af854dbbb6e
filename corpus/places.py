"""Words on pages, packed small, and where a quote stands on its page. Pure."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable

from corpus.types import Word

UNITS = 20
"""Coordinates are kept in twentieths of a point, as 32-bit integers."""


def pack(words: Iterable[Word]) -> bytes:
    """Words as compressed bytes; spaces and NUL inside a word are dropped."""
    texts: list[str] = []
    numbers = array("i")
    for word in words:
        texts.append("".join(word.text.replace("\0", "").split()))
        numbers.extend(round(at * UNITS) for at in (word.x0, word.y0, word.x1, word.y1))
    joined = " ".join(texts).encode("utf-8", "replace")
    return zlib.compress(joined + b"\0" + numbers.tobytes(), 6) if texts else b""


def unpack(packed: bytes) -> list[Word]:
    """The words that `pack` was given."""
    if not packed:
        return []
    joined, _, rest = zlib.decompress(packed).partition(b"\0")
    numbers = array("i")
    numbers.frombytes(rest)
    texts = joined.decode().split(" ")
    return [
        Word(text, *(at / UNITS for at in numbers[4 * place : 4 * place + 4]))
        for place, text in enumerate(texts)
    ]
