"""The lexical index: BM25 over law and over what other law says of it. The only file with tantivy."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray

from corpus.types import Hit, Terms

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
WRITER_BYTES = 256_000_000
"""Of postings in memory before a segment is written: a search of seven segments costs 1.6 times that of one."""
FURTHER = 4
"""So many times more is fetched when too little of what was fetched is allowed."""

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
    withheld: bool = False
    """Its words belong to a matter: they stand in no index that others search (corpus.index.matters)."""

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


def question_terms(text: str) -> dict[str, float]:
    """The distinct index terms of a question without stop words, each of weight 1; operators of any query syntax are
    words.
    """
    return dict.fromkeys(list(dict.fromkeys(content_terms(text)))[:MAX_TERMS], 1.0)


def content_terms(text: str) -> list[str]:
    """The index terms of a text without stop words, in order."""
    return analyse(" ".join(word for word in re.findall(r"\w+", text) if word.lower() not in STOPWORDS))


def build(folder: Path, texts: Iterable[LexicalText]) -> dict[str, float]:
    """Write the index of what is not withheld; returns the mean number of terms of each field."""
    (folder / FOLDER).mkdir()
    index = tantivy.Index(_schema(), path=str(folder / FOLDER))
    index.register_tokenizer(ANALYZER, _analyzer())
    writer = index.writer(WRITER_BYTES, num_threads=1)
    try:
        for text in texts:
            if text.withheld:
                continue
            writer.add_document(_document(text))
        writer.commit()
    finally:
        writer.wait_merging_threads()  # after an error too: nothing writes to the folder when this returns
    index.reload()
    return {field: _mean_length(index, field) for field in FIELDS}


def _mean_length(index: tantivy.Index, field: str) -> float:
    """Of a field's terms a passage; tantivy counts them, but tells it only where it explains a score.

    To count them here would be half of what a build costs.
    """
    searcher = index.searcher()
    for term, _ in searcher.terms_with_prefix(field, "", limit=1):
        query = tantivy.Query.term_query(index.schema, field, term, "freq")
        [(_, address)] = searcher.search(query, 1, count=False).hits
        return _explained_mean(json.loads(query.explain(searcher, address).to_json()))
    return 0.0


def _explained_mean(explanation: dict[str, Any]) -> float:
    """The mean length among the numbers that a score was made of. Raises ValueError."""
    numbers = [explanation]
    for number in numbers:  # it grows while it is read
        if number["description"].startswith("avgdl"):
            return float(number["value"])
        numbers.extend(number.get("details", ()))
    raise ValueError("tantivy explains a score without the mean length of its field")


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


class Allowed:
    """Which passages of a generation a search may see."""

    def __init__(self, ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> None:
        """`ids` of all its passages, ascending, and which of them are allowed."""
        self._ids = ids
        self._mask = mask
        self._count = int(np.count_nonzero(mask))

    def __len__(self) -> int:
        return self._count

    def ids(self) -> NDArray[np.int64]:
        return self._ids[self._mask]

    def contains(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of each id whether it is allowed; all of them are of the generation."""
        return self._mask[np.searchsorted(self._ids, ids)]

    def expected(self, limit: int) -> int:
        """How many of the best should hold that many allowed ones, if they lie among the best as among all.

        A quarter more: then nine times in ten one look is enough.
        """
        return math.ceil(1.25 * limit * len(self._ids) / max(self._count, 1))


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

    def search(self, terms: Terms, limit: int, allowed: Allowed | None) -> list[Hit]:
        """The best passages for the terms among the allowed ones (None: all), by BM25, best first.

        Exact either way: where many are allowed, as much is fetched as should hold enough of them, and more if it
        does not; where they are fewer than what would be fetched, their ids go into the query.
        """
        if not terms or not len(self):
            return []
        query = self._query(terms)
        if allowed is None:
            return _best(*self._found(query, limit), limit)
        fetch = allowed.expected(limit)
        while fetch < len(allowed):
            ids, scores = self._found(query, fetch)
            kept = allowed.contains(ids)
            if np.count_nonzero(kept) >= limit or len(ids) < fetch:
                return _best(ids[kept], scores[kept], limit)
            fetch *= FURTHER
        return _best(*self._found(self._only(query, allowed), limit), limit) if len(allowed) else []

    def _only(self, query: tantivy.Query, allowed: Allowed) -> tantivy.Query:
        ids = tantivy.Query.term_set_query(self._index.schema, "id", allowed.ids().tolist())
        filtered = tantivy.Query.const_score_query(ids, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)])

    def _found(self, query: tantivy.Query, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Ids and scores of the best."""
        found = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in found])
        return np.array(ids, dtype=np.int64), np.array([score for score, _ in found], dtype=np.float64)

    def frequencies(self, terms: Collection[str]) -> dict[str, dict[str, int]]:
        """In how many passages each term stands, field by field."""
        return {field: {t: int(self._searcher.doc_freq(field, t)) for t in terms} for field in self.fields}

    def frequencies_in_law(self, terms: Collection[str]) -> dict[str, int]:
        """In how many passages each term stands, whatever refers to them."""
        return self.frequencies(terms)[MAIN_FIELD if MAIN_FIELD in self.fields else "text"]

    def _query(self, terms: Terms) -> tantivy.Query:
        schema = self._index.schema
        clauses = [
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), share * weight)
            for field, share in self.fields.items()
            for term, weight in terms.items()
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])


def _best(ids: NDArray[np.int64], scores: NDArray[np.float64], limit: int) -> list[Hit]:
    """Ties go to the lower id, so that the same question gives the same answer."""
    order = np.lexsort((ids, -scores))[:limit]
    return [Hit(*pair) for pair in zip(ids[order].tolist(), scores[order].tolist(), strict=True)]
