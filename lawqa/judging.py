"""The judge role: a model's opinion whether a section says what a claim says. Asked by verification, named as such."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings

from lawqa.inference import Models, ModelServerError, Role
from lawqa.prompts import Prompt, template
from lawqa.prompts.fences import delimiter, fenced, window
from lawqa.types import DraftCitation, DraftClaim, Judge, Opinion, Source, Support

STAGE = "verification"
LONGEST_SECTION = 16_000
"""Characters of a section that are put before the judge: of a longer one, those around the words that are cited."""
LONGEST_WORDS = 600
MAX_TOKENS = 300
UNASKED = "The judge was not asked about the other sentences."
USELESS = "What the judge said of a sentence could not be used."
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        # The words come first: an opinion that follows its evidence is the better one.
        "words": {"type": "string"},
        "support": {"type": "string", "enum": [support.value for support in Support]},
    },
    "required": ["words", "support"],
    "additionalProperties": False,
}


def judge_of(models: Models) -> Judge | None:
    """Who is asked about each claim; None when no server has the role."""
    return ModelJudge(models) if models.serves(Role.JUDGE) else None


class ModelJudge:
    """Asks the judge role; after its first failure it asks no more in the same question."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._failed = False
        self._delimit = partial(delimiter, settings.SECRET_KEY)

    def __call__(self, claim: DraftClaim, citation: DraftCitation, source: Source) -> Opinion | None:
        """The opinion as the model gave it: whether its words stand in the section is for verification to say."""
        if self._failed or self._models.stopped():
            return None
        prompt = judge_prompt(claim, citation, source, self._delimit)
        try:
            said = self._models.ask(Role.JUDGE, prompt, stage=STAGE)
        except ModelServerError:
            self._failed = True
            self._models.note(STAGE, UNASKED)
            return None
        opinion = read_opinion(said, self._models.serves(Role.JUDGE))
        if opinion is None:
            self._models.note(STAGE, USELESS, trouble=True)
        return opinion


def judge_prompt(claim: DraftClaim, citation: DraftCitation, source: Source, delimit: partial[str]) -> Prompt:
    """The section first and the sentence last, so that servers keep what they computed of the section."""
    start, end = window(source.section_text, source.start, source.end, LONGEST_SECTION)
    heading = " ".join(f"{source.label} {source.heading}".split())
    section = f"{heading}\n\n{source.section_text[start:end].strip()}"
    sentence = f"{claim.text}\nquotes: {citation.quote}" if citation.quote else claim.text
    word, text = delimit(section), template("judge-1")
    user = text.fill(
        delimiter=word, section=fenced(word, "section", section), sentence=fenced(word, "sentence", sentence)
    )
    return Prompt(version=text.version, system=text.system, user=user, schema=SCHEMA, max_tokens=MAX_TOKENS)


def read_opinion(said: dict[str, Any], judge: str) -> Opinion | None:
    """The opinion that a model gave; None when it is none."""
    words, support = said.get("words"), said.get("support")
    if not isinstance(words, str) or not isinstance(support, str) or support not in set(Support):
        return None
    return Opinion(support=Support(support), words=words.strip()[:LONGEST_WORDS], judge=judge)
