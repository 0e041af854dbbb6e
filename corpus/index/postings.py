"""BM25 over passages that are not in the lexical index yet; in memory, and only ever added to."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.index.backend import Statistics
from corpus.index.lexical import (
    FIELDS,
    FORMER_FIELDS,
    K1,
    MAIN_FIELD,
    B,
    LexicalText,
    terms_in,
)
from corpus.types import Terms


def coarse(length: int) -> int:
    """A field's length as tantivy keeps it in one byte: up to 40 exactly, of what is above 24 the first four bits."""
    above = max(length - 24, 0)
    step = max(above.bit_length() - 4, 0)
    return length if length <= 40 else 24 + (above >> step << step)


class Postings:
    """For every term where it stands and how often; passages are known by their place, from 0.

    Scores are those that the generation's index would have given: its document frequencies and mean lengths
    count. An index of their own would know other ones, and its scores could not be merged.

    A search names how many places it knows of: what another thread adds meanwhile lies behind them.
    """

    def __init__(self, mean_lengths: Mapping[str, float] | None = None) -> None:
        """`mean_lengths` are the generation's; None: there is none, and these are all the passages."""
        self._mean_lengths = mean_lengths
        former = mean_lengths is not None and MAIN_FIELD not in mean_lengths
        self._fields = FORMER_FIELDS if former else FIELDS
        self._lengths = {field: array("i") for field in self._fields}
        self._totals = dict.fromkeys(self._fields, 0)
        self._postings: dict[str, dict[str, array[int]]] = {field: {} for field in self._fields}
        self._counted = array("i", [0])
        """How many of the first places count; what is withheld has a place, no words, and does not."""

    def add(self, texts: Iterable[LexicalText]) -> None:
        for text in texts:
            for field in self._fields:
                self._add(field, list(terms_in(text, field)))
            self._counted.append(self._counted[-1] + (not text.withheld))

    def counted(self, count: int) -> int:
        """How many of the first `count` places have words that everybody who searches here may find."""
        return self._counted[count]

    def frequencies(self, terms: Collection[str], count: int) -> dict[str, dict[str, int]]:
        """Field → term → at how many of the first `count` places it stands."""
        return {
            field: {term: len(self._of(field, term, count)[0]) for term in terms} for field in self._fields
        }

    def _add(self, field: str, terms: Sequence[str]) -> None:
        place = len(self._lengths[field])
        for term, times in Counter(terms).items():
            self._postings[field].setdefault(term, array("i")).extend((place, times))
        self._lengths[field].append(coarse(len(terms)))
        self._totals[field] += len(terms)

    def scores(self, terms: Terms, count: int, base: Statistics | None) -> NDArray[np.float64]:
        """The score of each of the first `count` places, 0 where no term stands; `base`: what stands beside them."""
        found = np.zeros(count)
        known = (
            base.frequencies(terms) if base else {field: dict.fromkeys(terms, 0) for field in self._fields}
        )
        total = self.counted(count) + (len(base) if base else 0)
        for field, boost in self._fields.items():
            norms = self._norms(field, count)
            for term, own in terms.items():
                places, times = self._of(field, term, count)
                seen = known[field][term] + len(places)
                if len(places) and seen <= total:
                    weight = own * boost * math.log1p((total - seen + 0.5) / (seen + 0.5))
                    found[places] += weight * times * (K1 + 1) / (times + norms[places])
        return found

    def _norms(self, field: str, count: int) -> NDArray[np.float64]:
        """What a passage's length adds to the denominator."""
        lengths = np.frombuffer(self._lengths[field].tobytes(), dtype=np.intc)[:count]
        mean = (
            self._mean_lengths[field]
            if self._mean_lengths
            else self._totals[field] / max(self.counted(count), 1)
        )
        return np.asarray(K1 * (1 - B + B * lengths / max(mean, 1.0)), dtype=np.float64)

    def _of(self, field: str, term: str, count: int) -> tuple[NDArray[np.intc], NDArray[np.intc]]:
        """Places in ascending order, and how often the term stands at each."""
        pairs = np.frombuffer(self._postings[field].get(term, array("i")).tobytes(), dtype=np.intc)
        known = int(np.searchsorted(pairs[::2], count))
        return pairs[: 2 * known : 2], pairs[1 : 2 * known : 2]
