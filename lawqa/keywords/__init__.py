"""Stage 2 of an answer: what the question is about, in the law's words: by rules, by a model, or by the reader."""

from __future__ import annotations

import dataclasses

from lawqa.inference import Models, ModelServerError, Role
from lawqa.keywords import rules, standing
from lawqa.keywords.asking import prompt
from lawqa.keywords.replies import Heard, read
from lawqa.types import Keywords, Request

READER = "reader"
INSTEAD = "The words of the question were used."


def extract_keywords(request: Request, text: str, models: Models) -> Keywords:
    """The keywords of a question that stands on its own (`text`); those that the reader edited win.

    Rules read every question. A model may add to them, never take away: what it says counts as far as the question
    (places, days, citations) or the law that may be searched (terms) bears it out.
    """
    found = rules.extract(text)
    if request.terms is not None:
        return dataclasses.replace(found, terms=request.terms, origin=READER)
    model = models.serves(Role.KEYWORDS)
    if not model:
        return found
    try:
        reply = models.ask(Role.KEYWORDS, prompt(text), stage="keywords")
    except ModelServerError:
        models.note("keywords", INSTEAD)
        return found
    heard = read(reply, text)
    kept = standing.kept(heard.terms, text, request.filters)
    models.note("keywords", told(len(heard.terms), len(kept)))
    return _merged(found, heard, kept, model)


def told(suggested: int, kept: int) -> str:
    """What the reader is told of a model's terms."""
    if not suggested:
        return f"No terms were suggested. {INSTEAD}"
    terms = "1 term" if suggested == 1 else f"{suggested} terms"
    return f"{terms} suggested, {kept} kept." if kept else f"{terms} suggested, none kept. {INSTEAD}"


def _merged(found: Keywords, heard: Heard, kept: tuple[str, ...], model: str) -> Keywords:
    """The rules' keywords with what a model adds; it is named where something of it was kept."""
    merged = dataclasses.replace(
        found, suggested=kept, citations=heard.citations, jurisdictions=found.jurisdictions or heard.jurisdictions,
        as_of=found.as_of or heard.as_of, sub_questions=heard.sub_questions,
    )  # fmt: skip
    return merged if merged == found else dataclasses.replace(merged, origin=model)
