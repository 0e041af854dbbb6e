"""Characters of extracted text: what means nothing goes, ligatures are spelled out, the rest is NFC. Pure."""

from __future__ import annotations

import re
import unicodedata

BREAKS = re.compile(r"\r\n?|[\n\v\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[\s\x1f]+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls
    "\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # no width, marks of direction
    "\u061c\u202a-\u202e\u2066-\u2069"  # embeddings and overrides of direction
    "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"  # private, not characters, halves of characters
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
# They shape letters in Arabic and Indic scripts, and mean nothing elsewhere.
_STRAY_JOINERS = re.compile(
    "(?<![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u200c\u200d])[\u200c\u200d]+"
)
_LOST = re.compile("\ufffd[\ufffd ]*\ufffd")
_LIGATURES = {ord(char): unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆĲĳ"}
_FOLDED = _LIGATURES | {0xAD: "", 0x2010: "-", 0x2011: "-"}

MANY_ODD = 4
ODD_SHARE = 1 / 500


def clean(text: str) -> tuple[str, int]:
    """One line of text as it may be stored and searched, and how many odd characters were in it.

    All white space, line breaks too, becomes single spaces. Soft hyphens are dropped and do not count as odd. A run of
    U+FFFD becomes one: it says that something was lost there.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(), 0
    text, unseen = _UNSEEN.subn("", text)
    text, joiners = _STRAY_JOINERS.subn("", text)
    lost = text.count("\ufffd")
    text = _LOST.sub("\ufffd", text.translate(_FOLDED)) if lost > 1 else text.translate(_FOLDED)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text)).strip(), unseen + joiners + lost


def too_odd(odd: int, length: int) -> bool:
    """Whether a page of that many characters has so many odd ones that a person should look."""
    return odd >= MANY_ODD and odd >= length * ODD_SHARE
