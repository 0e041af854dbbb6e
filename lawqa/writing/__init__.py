"""Stage 4 of an answer: what the sources say to the question: by a model, or in the law's own words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corpus import embedding
from corpus.index.lexical import question_terms
from corpus.index.shelf import shelf_of
from lawqa.inference import Models, Role
from lawqa.types import Draft, Outcome, Query, Source
from lawqa.writing.declining import decline_read, decline_unheard
from lawqa.writing.drafting import DraftingWriter
from lawqa.writing.quoting import quote_law, read_closely
from lawqa.writing.relevance import QuestionTerms, asks_amount
from lawqa.writing.writer import Writer


def write(query: Query, sources: Sequence[Source], models: Models) -> Writer:
    """Who writes the answer: the model of the answer role, or, where there is none, the law itself.

    What is declined is declined whoever would write: a model is not asked about law that is not on the shelf.
    """
    verbatim = quote_or_decline(query, sources)
    if verbatim.outcome is not Outcome.ANSWERED or not models.serves(Role.ANSWER):
        return Writer(verbatim)
    return DraftingWriter(query, sources, models, verbatim)


def quote_or_decline(query: Query, sources: Sequence[Source]) -> Draft:
    """Claims in verbatim sentences of the sources, or the reason why there are none."""
    if declined := decline_unheard(query, sources):
        return declined
    chosen = _of_named_instruments(query, sources)
    question = embedding.encode_query(query.text)
    terms, passages = weigh(query.text)
    reading = read_closely(question, terms, chosen, embedding.encode)
    declined = decline_read(query, chosen, reading.cosine, reading.covered, passages=passages)
    return declined or quote_law(reading)


def _of_named_instruments(query: Query, sources: Sequence[Source]) -> Sequence[Source]:
    """The sources of the instruments that the question names, if it names any that was found."""
    inside = [source for source in sources if source.document_id in query.named_documents or source.named]
    return inside or sources


def weigh(question: str) -> tuple[QuestionTerms, int]:
    """The question's terms, weighed by their inverse document frequency, and the shelf's passages."""
    terms = question_terms(question)
    frequencies, total = shelf_of(embedding.current_encoder()).frequencies(terms)
    raw = {term: math.log1p((total - seen + 0.5) / (seen + 0.5)) for term, seen in frequencies.items()}
    whole = sum(raw.values()) or 1.0
    weights = {term: weight / whole for term, weight in raw.items()}
    return QuestionTerms(weights, asks_amount=asks_amount(question)), total
