"""Text as the grammar reads it: look-alike characters made plain, invisible ones left out, places kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Zero-width, bidirectional and soft-hyphen characters: they show nothing, and hide digits from a grammar.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_LOOKALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеорсухѕіјԁ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο" + "‘’ʼ′＇−",
        "ABESIJKMHOPCTYXaeopcyxsijd" + "ABEZHIKMNOPTYXo" + "'''''-",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is what is matched; `offsets[i]` is the place of its character i in the original, None: the same."""

    text: str
    original: str
    offsets: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the original for `[start, end)` of the folded text, which must not be empty."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """Every character becomes one character or, if it is invisible, none."""
    if text.isascii():
        return Folded(text, text)
    table = {ord(char): _plain(char) for char in set(text) if not char.isascii()}
    plain = text.translate(table)
    if not _INVISIBLE.search(plain):
        return Folded(plain, text)
    offsets = [place for place, char in enumerate(plain) if not _INVISIBLE.match(char)]
    return Folded("".join(plain[place] for place in offsets), text, offsets)


def _plain(char: str) -> str:
    """One character for one: digits of any script, full-width letters, spaces, dashes."""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    # decimal(), not digit(): a superscript is a footnote mark and no part of the number before it.
    value = unicodedata.decimal(char, None)
    if value is not None:
        return str(value)
    category = unicodedata.category(char)
    if category in {"Zs", "Pd"}:
        return " " if category == "Zs" else "-"
    compatible = unicodedata.normalize("NFKC", char)
    wide = "\uff01" <= char <= "\uff5e" or "\U0001d400" <= char <= "\U0001d7ff"
    return compatible if wide and len(compatible) == 1 else char
