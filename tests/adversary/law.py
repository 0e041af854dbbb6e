"""What the adversary is given, cut into sentences, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARK = re.compile(r"^\s*(?:\(?\w{1,4}[.)]\s*)?(?:\(\w{1,4}\)\s*)*")
STOP = re.compile(r"(?<=[a-z)\]])\.\s+(?=[A-Z(])")
VERB = re.compile(r"\b(?:shall|must|may|is|are|has|have|does|do|can)\b")
SUBORDINATE = re.compile(
    r"\b(?:who|which|that|whom|whose|where|when|if|unless|as|to|whether|until|for|than)\b", re.IGNORECASE
)
NAME = re.compile(r"^.*?(?:Art\.|§|\bRule|\bs\.)\s*[\w.-]+")
MODAL = re.compile(r"\b(?:shall|must|may)\b")
FEWEST, MOST = 7, 70  # words of a sentence that is restated


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A section as the adversary is shown it."""

    marker: str
    label: str
    """With its heading behind it."""
    text: str

    @property
    def name(self) -> str:
        """The label without the heading."""
        found = NAME.match(self.label)
        return found[0] if found else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A claim as it is sent, and what the adversary knows of it."""

    kind: str
    wrong: bool
    text: str
    quote: str
    marker: str
    label: str = ""
    """Of the section that it cites, with its heading; empty where none was given under its marker."""
    form: str = "whole"
    """What is quoted: the `whole` sentence, a `part` of it; or the claim is `restated` besides."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words of a sentence, `[start, end)`, replaced by others."""

    kind: str
    start: int
    end: int
    new: str

    def made(self, sentence: str) -> str:
        """The sentence with the change, beginning with a capital as sentences do."""
        text = sentence[: self.start] + self.new + sentence[self.end :]
        text = re.sub(r"\s{2,}", " ", text).replace(" ,", ",").strip(" ,")
        return text[:1].upper() + text[1:]


def sentences_of(text: str) -> Iterator[str]:
    """Whole sentences that stand in one line of the text, without the mark in front."""
    for line in text.split("\n"):
        parts = STOP.split(line)
        for part in parts if line.rstrip().endswith(".") else parts[:-1]:
            sentence = part[MARK.match(part).end() :].strip()  # type: ignore[union-attr]  # the pattern matches anything
            if _is_usable(sentence):
                yield sentence


def _is_usable(sentence: str) -> bool:
    words = sentence.split()
    whole = sentence.count("(") == sentence.count(")") and not re.search(r"[:;—]|\.\s*[—-]", sentence)
    return (
        whole
        and FEWEST <= len(words) <= MOST
        and sentence[:1].isupper()
        and bool(VERB.search(sentence))
        and not sentence.endswith((",", " and", " or"))
    )


def main_modal(sentence: str) -> re.Match[str] | None:
    """The modal verb of the main clause, where its subject is plain to see."""
    for found in MODAL.finditer(sentence):
        subject = sentence[: found.start()].rsplit(",", 1)[-1]
        if not SUBORDINATE.search(subject):
            return found
    return None
