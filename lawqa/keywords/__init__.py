"""Stage 2 of an answer: what the question is about, in the law's words: by rules, by a model, or by the reader."""

from __future__ import annotations

from lawqa.inference import Models
from lawqa.keywords import rules
from lawqa.types import Keywords, Request


def extract_keywords(request: Request, text: str, models: Models) -> Keywords:
    """The keywords of a question that stands on its own (`text`); those that the reader edited win."""
    del models
    found = rules.extract(text)
    if request.terms is None:
        return found
    return Keywords(
        terms=request.terms, jurisdictions=found.jurisdictions, as_of=found.as_of, origin="reader"
    )
