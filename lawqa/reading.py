"""An answer laid out for reading: premises, claims under their citation, facts in words, what was set aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from corpus.reading import Line, Standing, day, interval, lay_out, standing
from corpus.types import Resolution
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, Question
from lawqa.types import Force, QuoteMatch

STAGES = {
    "conversation": "Conversation",
    "citations": "Citations",
    "keywords": "Keywords",
    "retrieval": "Search",
    "writing": "Writing",
    "verification": "Verification",
}
"""The stages in their order, and what readers call them."""

EXAMPLES = (
    ("eu", "We have had a personal data breach. When must we notify the supervisory authority?"),
    ("eu", "Which AI practices are prohibited?"),
    ("eu", "When can a person ask for personal data to be erased?"),
    ("in", "Which freedoms of speech and assembly does the Constitution of India give its citizens?"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One fact about one citation, in words."""

    state: str
    """`good`, `note` (true with a reservation), `bad`, `none` (not judged)."""
    words: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation with its facts."""

    row: AnswerCitation
    marks: tuple[Mark, ...]

    @property
    def problems(self) -> list[dict[str, str]]:
        return list(self.row.facts.get("problems", ()))

    @property
    def brief(self) -> list[Mark]:
        """What is said at once: the facts that differ from sentence to sentence, and all that is not well."""
        always = self.marks[2:5]
        return [mark for mark in self.marks if mark in always or mark.state in {"note", "bad"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A claim with its citations."""

    row: Claim
    cited: tuple[Cited, ...]

    @property
    def problems(self) -> list[dict[str, str]]:
        return [problem for cited in self.cited for problem in cited.problems]

    @property
    def lines(self) -> list[Line]:
        """A claim may quote a list with its opening words: it is laid out as the law is."""
        return lay_out(self.row.text)

    @property
    def verbatim(self) -> bool:
        """The sentence is the law's own, word for word."""
        return any(cited.row.quote.strip() == self.row.text.strip() for cited in self.cited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The claims that stand under one citation."""

    label: str
    source: AnswerSource | None
    sentences: tuple[Sentence, ...]
    notice: str = ""
    """What a reader must know of the day: law that does not apply yet, or no longer."""

    @property
    def first_citation(self) -> AnswerCitation | None:
        return next((cited.row for sentence in self.sentences for cited in sentence.cited), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage, finished or not."""

    name: str
    title: str
    done: bool
    ms: int | None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that the page of an answer shows, read in a fixed number of queries."""

    answer: Answer | None
    stages: tuple[Stage, ...]
    failure: str = ""
    groups: tuple[Group, ...] = ()
    withheld: tuple[Sentence, ...] = ()
    used: tuple[AnswerSource, ...] = ()
    set_aside: tuple[AnswerSource, ...] = ()

    @property
    def missing(self) -> list[dict[str, Any]]:
        """Citations of the question that the shelf does not bear out: they open the answer."""
        return [named for named in self._named if named.get("resolution") != Resolution.RESOLVED]

    @property
    def found(self) -> list[dict[str, Any]]:
        return [named for named in self._named if named.get("resolution") == Resolution.RESOLVED]

    @property
    def _named(self) -> list[dict[str, Any]]:
        return list(self.answer.named) if self.answer else []

    @property
    def total_ms(self) -> int:
        return sum(stage.ms or 0 for stage in self.stages)

    @property
    def claim_count(self) -> int:
        return sum(len(group.sentences) for group in self.groups)


def read_answer(question: Question) -> Reading:
    """What there is of an answer now: all of it, or the part that is verified so far."""
    answer = Answer.objects.filter(question=question).first()
    stages, failure = read_events(question)
    if answer is None:
        return Reading(answer=None, stages=stages, failure=failure)
    sources = list(answer.sources.all())
    sentences = read_claims(answer, {source.pk: source for source in sources}, question.as_of)
    shown = [sentence for sentence in sentences if sentence.row.shown]
    used = {cited.row.source_id for sentence in shown for cited in sentence.cited}
    return Reading(
        answer=answer,
        stages=stages,
        failure=failure,
        groups=tuple(group_by_citation(shown, question.as_of)),
        withheld=tuple(sentence for sentence in sentences if not sentence.row.shown),
        used=tuple(source for source in sources if source.pk in used),
        set_aside=tuple(source for source in sources if source.pk not in used),
    )


def read_events(question: Question) -> tuple[tuple[Stage, ...], str]:
    """The stages in order, and the sentence of a failure."""
    done: dict[str, dict[str, Any]] = {}
    failure = ""
    for kind, data in question.events.filter(kind__in=("stage", "failed")).values_list("kind", "data"):
        if kind == "stage":
            done[data.get("name", "")] = data
        else:
            failure = data.get("message", "")
    return tuple(read_stage(name, done.get(name)) for name in STAGES), failure


def read_stage(name: str, data: dict[str, Any] | None) -> Stage:
    facts = data or {}
    return Stage(
        name=name,
        title=STAGES[name],
        done=facts.get("state") == "done",
        ms=facts.get("ms"),
        summary=facts.get("summary", ""),
    )


def read_claims(answer: Answer, sources: dict[int, AnswerSource], as_of: dt.date) -> list[Sentence]:
    found = []
    for claim in answer.claims.prefetch_related("citations"):
        rows = list(claim.citations.all())
        for row in rows:
            row.source = sources.get(row.source_id or 0)
        cited = tuple(Cited(row=row, marks=tuple(marks(row.facts, as_of))) for row in rows)
        found.append(Sentence(row=claim, cited=cited))
    return found


def group_by_citation(sentences: list[Sentence], as_of: dt.date) -> list[Group]:
    """Neighbouring claims under one label are one group; the writer's order is kept."""

    def label(sentence: Sentence) -> str:
        return sentence.cited[0].row.label if sentence.cited else ""

    groups = []
    for name, some in groupby(sentences, key=label):
        members = tuple(some)
        source = members[0].cited[0].row.source if members[0].cited else None
        groups.append(Group(label=name, source=source, sentences=members, notice=notice(source, as_of)))
    return groups


def notice(source: AnswerSource | None, as_of: dt.date) -> str:
    """A sentence when the text is not plainly law on the day, else nothing."""
    if source is None or standing(source, as_of) is Standing.APPLIES:
        return ""
    return interval(source)


def marks(facts: dict[str, Any], as_of: dt.date) -> list[Mark]:
    """The facts about a citation as separate marks; none of them speaks for another."""
    return [
        resolves(facts.get("resolves")),
        label_matches(facts.get("label_matches")),
        quoted(facts.get("quote")),
        figures(facts.get("figures_match")),
        in_force(facts.get("in_force_on"), as_of),
        supported(facts.get("supports")),
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


def supported(fact: object) -> Mark:
    if fact is None:
        said = "No judge model is configured; whether the words support the sentence is left to the reader."
        return Mark(state="none", words="Support not judged", explanation=said)
    if fact:
        said = "In a judge model's opinion the words support the sentence."
        return Mark(state="good", words="A model finds it supported", explanation=said)
    said = "In a judge model's opinion the words do not support the sentence."
    return Mark(state="bad", words="A model finds it unsupported", explanation=said)


def suggestions(codes: set[str]) -> list[str]:
    """Questions to begin with, about law that is held."""
    return [text for code, text in EXAMPLES if code in codes]
