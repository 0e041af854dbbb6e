"""The lexical index: BM25 over law and over what other law says of it. The only file with tantivy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray

from corpus.types import Hit

FOLDER = "lexical"
ANALYZER = "law"
K1, B = 1.2, 0.75  # tantivy's own, so that the delta's scores stand beside those of a generation
MAIN_FIELD = "law"
FIELDS = {MAIN_FIELD: 1.0, "references": 0.3}
"""Weight of each field's score: path, heading and text as one field, and what refers to the section."""
FORMER_FIELDS = {"heading": 0.5, "text": 1.0}
"""Of a generation from before: it is searched by what it has, until the next one is built."""
HEADING_TIMES = 3
"""How often the words of a heading count in the field that they share with the text."""
MAX_TERMS = 60
MAX_TERM_LENGTH = 40
WRITER_BYTES = 64_000_000
FEW_ALLOWED = 5_000

# Words without which a question means the same; everything else is left to BM25's own weighting.
STOPWORDS = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have he her his how i if in
    into is it its itself may me might must my no nor not of on or our shall she should so such than
    that the their them then there these they this those to under upon was we were what when where
    whether which who whom whose why will with would you your about any
    """.split()
)


class LexicalText(NamedTuple):
    """What is indexed of one passage."""

    passage_id: int
    heading: str
    text: str
    path: str = ""
    """The document's title and the headings above the section."""
    references: str = ""
    """What stands around references to the section elsewhere."""

    def values(self) -> dict[str, tuple[str, ...]]:
        """The texts that make up each field, of this version and of the former one."""
        heading = (self.heading,)
        return {
            MAIN_FIELD: (self.path, *HEADING_TIMES * heading, self.text),
            "references": (self.references,),
            "heading": heading,
            "text": (self.text,),
        }


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(MAX_TERM_LENGTH),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def analyse(text: str) -> list[str]:
    """The index terms of a text, in order: lower case, without accents, stemmed."""
    return list(_analyzer().analyze(text))


@lru_cache(maxsize=16)
def _terms_of_some(text: str) -> tuple[str, ...]:
    """Of a section's heading, path and references, which its passages have in common."""
    return tuple(analyse(text))


def terms_in(text: LexicalText, field: str) -> Iterator[str]:
    """The index terms of one field of a passage."""
    for value in text.values()[field]:
        yield from analyse(value) if value is text.text else _terms_of_some(value)


def question_terms(text: str) -> list[str]:
    """The distinct index terms of a question without stop words; operators of any query syntax are words."""
    words = [word for word in re.findall(r"\w+", text) if word.lower() not in STOPWORDS]
    return list(dict.fromkeys(analyse(" ".join(words))))[:MAX_TERMS]


def build(folder: Path, texts: Iterable[LexicalText]) -> dict[str, float]:
    """Write the index; returns the mean number of terms of each field."""
    (folder / FOLDER).mkdir()
    index = tantivy.Index(_schema(), path=str(folder / FOLDER))
    index.register_tokenizer(ANALYZER, _analyzer())
    writer = index.writer(WRITER_BYTES, num_threads=1)
    totals: Counter[str] = Counter()
    count = 0
    try:
        for text in texts:
            writer.add_document(_document(text))
            totals.update({field: sum(1 for _ in terms_in(text, field)) for field in FIELDS})
            count += 1
        writer.commit()
    finally:
        writer.wait_merging_threads()  # after an error too: nothing writes to the folder when this returns
    return {field: totals[field] / max(count, 1) for field in FIELDS}


def _document(text: LexicalText) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("id", text.passage_id)
    values = text.values()
    for field in FIELDS:
        for value in values[field]:
            document.add_text(field, value)
    return document


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name=ANALYZER, index_option="freq")
    return builder.build()


class LexicalIndex:
    """The passages of one generation."""

    def __init__(self, folder: Path) -> None:
        if not tantivy.Index.exists(str(folder / FOLDER)):
            raise ValueError(f"{folder / FOLDER} holds no index")
        self._index = tantivy.Index.open(str(folder / FOLDER))
        self._index.register_tokenizer(ANALYZER, _analyzer())
        self._searcher = self._index.searcher()
        self.fields = FIELDS if self._has(MAIN_FIELD) else FORMER_FIELDS

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _has(self, field: str) -> bool:
        try:
            tantivy.Query.term_query(self._index.schema, field, "")
        except ValueError:
            return False
        return True

    def search(self, terms: Sequence[str], limit: int, allowed: NDArray[np.int64] | None) -> list[Hit]:
        """The best passages for the terms among the allowed ids (sorted; None: all), by BM25, best first.

        Exact either way: few allowed ids go into the query; where many are, more is fetched until enough
        of what was fetched is allowed.
        """
        if not terms or not len(self):
            return []
        query = self._query(terms)
        if allowed is None:
            return self._run(query, limit)
        if len(allowed) <= FEW_ALLOWED:
            return self._run(self._only(query, allowed), limit)
        fetch = 2 * limit
        while True:
            hits = self._run(query, fetch)
            kept = [hit for hit in hits if _contains(allowed, hit.passage_id)]
            if len(kept) >= limit or len(hits) < fetch:
                return kept[:limit]
            fetch *= 4

    def _only(self, query: tantivy.Query, allowed: NDArray[np.int64]) -> tantivy.Query:
        ids = tantivy.Query.term_set_query(self._index.schema, "id", allowed.tolist())
        filtered = tantivy.Query.const_score_query(ids, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)])

    def _run(self, query: tantivy.Query, limit: int) -> list[Hit]:
        found = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in found])
        hits = [Hit(int(pid), float(score)) for (score, _), pid in zip(found, ids, strict=True) if pid]
        # Ties go to the lower id, so that the same question gives the same answer.
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

    def frequencies(self, terms: Sequence[str]) -> dict[str, dict[str, int]]:
        """In how many passages each term stands, field by field."""
        return {field: {t: int(self._searcher.doc_freq(field, t)) for t in terms} for field in self.fields}

    def frequencies_in_law(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands, whatever refers to them."""
        return self.frequencies(terms)[MAIN_FIELD if MAIN_FIELD in self.fields else "text"]

    def _query(self, terms: Sequence[str]) -> tantivy.Query:
        schema = self._index.schema
        clauses = [
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), weight)
            for field, weight in self.fields.items()
            for term in terms
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])


def _contains(ordered: NDArray[np.int64], value: int) -> bool:
    place = int(np.searchsorted(ordered, value))
    return place < len(ordered) and int(ordered[place]) == value
