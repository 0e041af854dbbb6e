"""What a claim is held against: the words that support it and the passage that they stand in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from lawqa.verification.words import Word, read_words


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A claim (without its lead-in), the words of the law closest to it, and the whole passage."""

    claim: str
    supporting: str
    """The quoted words, or the pieces of the passage that say most of the claim."""
    passage: str
    label: str = ""
    near_verbatim: bool = False
    """The claim repeats the supporting words but for a few: then each difference counts."""
    quoted: bool = False
    """The supporting words are those that the writer quoted: what they say, the writer chose to say."""
    covered: float = 1.0
    """Share of the claim's content, by weight, that the supporting words say: 0 to 1."""
    best: str = field(default="")
    """The one piece that says most of the claim, with its opening words."""

    @cached_property
    def claim_words(self) -> tuple[Word, ...]:
        return read_words(self.claim)

    @cached_property
    def supporting_words(self) -> tuple[Word, ...]:
        return read_words(self.supporting)

    @cached_property
    def best_words(self) -> tuple[Word, ...]:
        return read_words(self.best or self.supporting)

    @cached_property
    def passage_stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in read_words(self.passage))

    @cached_property
    def claim_stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.claim_words if word.is_content)

    @cached_property
    def supporting_stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.supporting_words)
