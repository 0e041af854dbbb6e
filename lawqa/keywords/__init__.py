"""Stage 2 of an answer: what the question is about, in the law's words: by rules and what was learned of the law, by a model, or by the reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from corpus import expansion
from corpus.index.lexical import question_terms
from corpus.types import Filters
from lawqa.inference import Models, ModelServerError, Role
from lawqa.keywords import rules, standing
from lawqa.keywords.asking import prompt
from lawqa.keywords.replies import read
from lawqa.types import Keywords, Request

READER = "reader"
INSTEAD = "The words of the question were used."


def extract_keywords(request: Request, text: str, models: Models) -> Keywords:
    """The keywords of a question that stands on its own (`text`); those that the reader edited win.

    Rules read every question, and words are added that were learned to stand where such are answered. A model may add to them, never take away: what it says counts as far as the question
    (places, days, citations) or the law that may be searched (terms) bears it out.
    """
    found = rules.extract(text)
    if request.terms is not None:
        return dataclasses.replace(found, terms=request.terms, origin=READER)
    found = dataclasses.replace(found, added=expansion.new_words(text, question_terms(text)))
    model = models.serves(Role.KEYWORDS)
    if not model:
        return found
    try:
        reply = models.ask(Role.KEYWORDS, prompt(text), stage="keywords")
    except ModelServerError:
        models.note("keywords", INSTEAD)
        return found
    keywords, suggested = with_reply(found, reply, text, request.filters, model)
    models.note("keywords", told(suggested, len(keywords.suggested)))
    return keywords


def with_reply(
    found: Keywords, reply: Mapping[str, Any], text: str, filters: Filters, model: str
) -> tuple[Keywords, int]:
    """The rules' keywords with what of a model's reply counts, and how many terms it suggested.

    The model is named as their origin where something of it was kept.
    """
    heard = read(reply, text)
    merged = dataclasses.replace(
        found,
        suggested=standing.kept(heard.terms, text, filters),
        citations=heard.citations,
        jurisdictions=found.jurisdictions or heard.jurisdictions,
        as_of=found.as_of or heard.as_of,
        sub_questions=heard.sub_questions,
    )
    return merged if merged == found else dataclasses.replace(merged, origin=model), len(heard.terms)


def told(suggested: int, kept: int) -> str:
    """What the reader is told of a model's terms."""
    terms = "1 term" if suggested == 1 else f"{suggested or 'No'} terms"
    if kept:
        return f"{terms} suggested, {kept} kept."
    return f"{terms} suggested{', none kept' if suggested else ''}. {INSTEAD}"
