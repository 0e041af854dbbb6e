"""What refers to each section, gathered from all texts before an index is built."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from corpus.index.lexical import STOPWORDS
from corpus.models import Section
from corpus.references import CrossReference, cross_references, number_in
from corpus.types import Kind

MOST = 30
"""References kept of one section: more say the same."""
CHUNK = 2_000
"""Sections read at once."""
_WORD = re.compile(r"\w+")


class Referring:
    """Section id → the words around references to it; what refers by a number means every edition of it.

    Only references from the section's own shelf count: what a matter's papers say must not move the ranking of
    the law for others.
    """

    def __init__(self) -> None:
        self._sections: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self._titles: dict[tuple[int, str], int] = {}
        self._shelf: dict[int, int] = {}
        self._contexts: defaultdict[int, dict[str, None]] = defaultdict(dict)
        numbered = ("label", "document_id", "document__collection_id", "document__short_title")
        for pk, label, document, shelf, name in _sections(*numbered):
            self._sections[document, number_in(label)].append(pk)
            self._titles.setdefault((shelf, name), document)
            self._shelf[document] = shelf
        for pk, document, text in _sections("document_id", "text"):
            for found in cross_references(text):
                self._add(pk, document, found)

    def to(self, section: int) -> str:
        """The words around all references to a section; empty when there is none."""
        return " ".join(self._contexts.get(section, ()))

    def _add(self, source: int, document: int, found: CrossReference) -> None:
        within = document
        if found.title:
            within = self._titles.get((self._shelf.get(document, 0), f"{found.title} U.S.C."), 0)
        for target in self._sections.get((within, found.number), ()):
            known = self._contexts[target]
            if target != source and len(known) < MOST:
                # Nobody searches for a stop word: without them the field is half as long.
                words = (word for word in _WORD.findall(found.context) if word.lower() not in STOPWORDS)
                known.setdefault(" ".join(words))


def _sections(*columns: str) -> Iterator[tuple[Any, ...]]:
    """Id and columns of all sections but those of judgments, which have no numbers, a few at a time."""
    rows = Section.objects.exclude(document__kind=Kind.JUDGMENT).order_by("pk").values_list("pk", *columns)
    above = 0
    while some := list(rows.filter(pk__gt=above)[:CHUNK]):
        yield from some
        above = some[-1][0]
