"""The facts about one citation in words: separate marks, none of which speaks for another. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.reading import day
from lawqa.types import Force, QuoteMatch, Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One fact about one citation, or one opinion of it."""

    state: str
    """`good`, `note` (true with a reservation), `bad`, `opinion` (a model's, that speaks for it), `none` (not judged)."""
    words: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a judge model said of a citation: an opinion, under the model's name."""

    judge: str
    finding: str
    """`the section says this`: goes on behind "In the opinion of the judge model …"."""
    words: str
    """The decisive words, as they stand in the section."""


def marks(facts: Mapping[str, Any], as_of: dt.date) -> list[Mark]:
    """The facts about a citation, as kept in the answer, in a fixed order; the opinion of a model is the last."""
    return [
        resolves(facts.get("resolves")),
        label_matches(facts.get("label_matches")),
        quoted(facts.get("quote")),
        figures(facts.get("figures_match")),
        in_force(facts.get("in_force_on"), as_of),
        supported(facts),
    ]


def resolves(fact: object) -> Mark:
    if fact:
        return Mark(state="good", words="On the shelf", explanation="The cited section exists on the shelf.")
    return Mark(state="bad", words="Not on the shelf", explanation="No section of this citation is held.")


def label_matches(fact: object) -> Mark:
    if fact:
        return Mark(state="good", words="Label fits", explanation="The citation names the section it opens.")
    return Mark(state="bad", words="Label differs", explanation="The citation names another section.")


def quoted(fact: object) -> Mark:
    if fact == QuoteMatch.EXACT:
        said = "The quoted words stand in the section, character for character."
        return Mark(state="good", words="Quote exact", explanation=said)
    if fact == QuoteMatch.NORMALISED:
        said = "The quoted words stand in the section, apart from spacing, quotation marks or hyphens."
        return Mark(state="note", words="Quote matches but for typography", explanation=said)
    said = "The quoted words do not stand in the section."
    return Mark(state="bad", words="Quote not found", explanation=said)


def figures(fact: object) -> Mark:
    covered = "numbers, dates, amounts, duties and permissions, negations and exceptions"
    if fact:
        said = f"The sentence and the section agree on {covered}."
        return Mark(state="good", words="Figures match", explanation=said)
    said = f"The sentence and the section differ on {covered}."
    return Mark(state="bad", words="Figures differ", explanation=said)


def in_force(fact: object, as_of: dt.date) -> Mark:
    if fact == Force.IN_FORCE:
        said = "The section is law on the day that was asked for."
        return Mark(state="good", words=f"In force on {day(as_of)}", explanation=said)
    if fact == Force.NOT_YET_APPLICABLE:
        said = "The section had entered into force, but did not apply yet on that day."
        return Mark(state="note", words=f"Not yet applicable on {day(as_of)}", explanation=said)
    said = "The section is not law on the day that was asked for."
    return Mark(state="bad", words=f"Not in force on {day(as_of)}", explanation=said)


FINDINGS = {
    Support.SUPPORTED: ("Supported", "the section says this"),
    Support.CONTRADICTED: ("Contradicted", "the section says otherwise"),
    Support.NOT_SAID: ("Not said", "the section does not say this"),
}


def judged(facts: Mapping[str, Any]) -> Judged | None:
    """The opinion of a judge model, if there is one."""
    opinion = facts.get("opinion")
    if not opinion:
        return None
    _, finding = FINDINGS[Support(opinion["support"])]
    return Judged(judge=opinion["judge"], finding=finding, words=opinion["words"])


def supported(facts: Mapping[str, Any]) -> Mark:
    """What a model thinks of it, never as a fact; answers of earlier versions do not name the model."""
    opinion, fact = facts.get("opinion"), facts.get("supports")
    if opinion:
        word, finding = FINDINGS[Support(opinion["support"])]
        words = f": “{opinion['words']}”" if opinion["words"] else ""
        said = f"In the opinion of the judge model {opinion['judge']} {finding}{words}."
        state = "opinion" if fact else "bad"
        return Mark(state=state, words=f"{word}, in a model’s opinion", explanation=said)
    if fact is None:
        said = "No judge model gave an opinion; whether the words support the sentence is left to the reader."
        return Mark(state="none", words="Support not judged", explanation=said)
    if fact:
        said = "In a judge model’s opinion the words support the sentence."
        return Mark(state="opinion", words="Supported, in a model’s opinion", explanation=said)
    said = "In a judge model’s opinion the words do not support the sentence."
    return Mark(state="bad", words="Not supported, in a model’s opinion", explanation=said)
