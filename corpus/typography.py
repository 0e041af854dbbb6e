"""When two texts are the same words, set differently: for telling what an edition changed. Pure.

Publishers set one law differently: quotation marks and dashes, spaces, line breaks, the dash before a list. That is
no change of the law. Words, their case and order, numbers, signs and every other mark of punctuation are: a comma
has decided cases.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛´`", "'")})
_DOUBLED = re.compile(r"''")
_RULE = re.compile(r"[—―]|--+|(?<!\S)\|(?!\S)")
"""Dashes that only divide, and what divides the cells of a table."""
_HYPHEN = re.compile(r"[-‐‑‒–−]")
_DIVIDES = re.compile(r"(?<!\w)-(?!\w)|(?<=\w)-(?!\w)|(?<!\w)-(?=[^\W\d])")
"""A hyphen that stands neither inside a word or number nor before a number as its sign."""
_SPACE = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r" (?=[,;:.!?%\])(\[])|(?<=[(\[$§]) |(?<=[)\]]) (?=[(\[])")
_AFTER_BRACKET = re.compile(r"(?<=[)\]])(?=\w)")
_SPLIT_NUMBER = re.compile(r"(?<=\d) (?=[a-z](?![a-z0-9]))")
"""`78 l` for `78l`: letters of a section's number that were set in italics."""


def bare(text: str) -> str:
    """The text without what typography alone decides; two texts of the same words have the same."""
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_QUOTES).replace("…", "...")
    text = _RULE.sub(" ", _DOUBLED.sub('"', text))
    text = _DIVIDES.sub(" ", _HYPHEN.sub("-", text))
    text = _BEFORE_MARK.sub("", _SPACE.sub(" ", text).strip())
    return _SPLIT_NUMBER.sub("", _AFTER_BRACKET.sub(" ", text))


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in typography only, if at all."""
    return one == other or bare(one) == bare(other)


def same_heading(one: str, other: str) -> bool:
    """The same of headings, of which one may end in a full stop."""
    return same_words(one.rstrip(" .—"), other.rstrip(" .—"))
