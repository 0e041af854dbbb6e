"""Stage 4 of an answer: what the sources say to the question. Without a model, in the law's own words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corpus import embedding
from corpus.index.lexical import question_terms
from corpus.index.shelf import shelf_of
from lawqa.types import Draft, Query, Source
from lawqa.writing.declining import decline
from lawqa.writing.quoting import quote_law
from lawqa.writing.relevance import QuestionTerms


def write(query: Query, sources: Sequence[Source]) -> Draft:
    """Claims in verbatim sentences of the sources, or the reason why there are none."""
    terms = weigh(query.text)
    covered = max((terms.covered(f"{s.heading_path} {s.section_text}") for s in sources[:3]), default=0.0)
    declined = decline(query, sources, covered)
    if declined is not None:
        return declined
    return quote_law(embedding.encode_query(query.text), terms, sources, embedding.encode)


def weigh(question: str) -> QuestionTerms:
    """The question's terms, each weighed by its inverse document frequency on the shelf."""
    terms = question_terms(question)
    frequencies, total = shelf_of(embedding.current_encoder()).frequencies(terms)
    raw = {term: math.log1p((total - seen + 0.5) / (seen + 0.5)) for term, seen in frequencies.items()}
    whole = sum(raw.values()) or 1.0
    return QuestionTerms({term: weight / whole for term, weight in raw.items()})
