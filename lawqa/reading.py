"""An answer laid out for reading: premises, claims beside the law that they cite, what was withheld and set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from corpus.reading import History, Line, Standing, interval, lay_out, standing
from corpus.types import Resolution
from corpus.wordings import histories
from lawqa.affected import Affected, effects_on
from lawqa.marks import Judged, Mark, judged, marks
from lawqa.models import Answer, AnswerCitation, AnswerSource, Claim, Question, SealedRecord
from lawqa.progress import Stage, read_stages, said_while_running, with_count
from lawqa.remarks import VERBATIM, ModelUse, Remark, remarks_on, uses_of
from lawqa.types import Outcome

EXAMPLES = (
    ("eu", "We have had a personal data breach. When must we notify the supervisory authority?"),
    ("eu", "Which AI practices are prohibited?"),
    ("eu", "When can a person ask for personal data to be erased?"),
    ("in", "Which freedoms of speech and assembly does the Constitution of India give its citizens?"),
)


UNKNOWN = History()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation with its facts."""

    row: AnswerCitation
    marks: tuple[Mark, ...]
    notice: str = ""
    """What a reader must know of the day: law that does not apply yet, or no longer."""
    history: History = UNKNOWN
    """How the rule came to read so and how it gave way, as the shelf knows it now."""

    @property
    def problems(self) -> list[dict[str, str]]:
        return list(self.row.facts.get("problems", ()))

    @property
    def reasons(self) -> list[str]:
        """Why a sentence cannot rest on it, in words: what checks found, and the facts that no finding explains."""
        found = [problem["detail"] for problem in self.problems]
        explained = set(self.marks) if not self.row.facts.get("resolves") else {self.marks[2], self.marks[3]}
        bad = [mark for mark in self.marks if mark.state == "bad" and not (found and mark in explained)]
        return [*found, *(mark.explanation for mark in bad)]

    @property
    def brief(self) -> list[Mark]:
        """What is said at once: the facts that differ from sentence to sentence, and all that is not well."""
        always = self.marks[2:5]
        return [mark for mark in self.marks if mark in always or mark.state in {"note", "bad"}]

    @property
    def judged(self) -> Judged | None:
        return judged(self.row.facts)

    @property
    def lines(self) -> list[Line]:
        """The quoted words, laid out as the law is."""
        return lay_out(self.row.quote)

    @property
    def repeats(self) -> bool:
        """The quote is the sentence itself."""
        return self.row.quote.strip() == self.row.claim.text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A claim with its citations."""

    row: Claim
    cited: tuple[Cited, ...]
    first: Sentence | None = None
    """The claim that failed a check and that this one replaces."""

    @property
    def place(self) -> int:
        """Which sentence of the answer it is, however often it was written: the key of its first version."""
        return self.first.place if self.first else self.row.pk

    @property
    def reasons(self) -> list[str]:
        """Why it is not shown, in words, each once."""
        several = len(self.cited) > 1
        reasons = [
            f"{cited.row.label}: {reason}" if several else reason
            for cited in self.cited
            for reason in cited.reasons
        ]
        return list(dict.fromkeys(reasons)) or ([] if self.cited else ["It cites nothing."])

    @property
    def lines(self) -> list[Line]:
        """A claim may quote a list with its opening words: it is laid out as the law is."""
        return lay_out(self.row.text)

    @property
    def verbatim(self) -> bool:
        """The sentence is the law's own, word for word."""
        return any(cited.repeats for cited in self.cited)

    @property
    def labels(self) -> str:
        """What it cites, as one writes it behind a sentence."""
        return "; ".join(dict.fromkeys(cited.row.label for cited in self.cited))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What stands together: the law's own sentences under their citation, or one sentence of a model."""

    label: str
    source: AnswerSource | None
    sentences: tuple[Sentence, ...]
    notice: str = ""
    """What a reader must know of the day: law that does not apply yet, or no longer."""
    history: History = UNKNOWN
    prose: bool = False
    """A model's sentence, in its own words."""
    number: int = 0
    """Of a model's sentence, from 1; 0: it is being written again."""

    @property
    def first_citation(self) -> AnswerCitation | None:
        return next((cited.row for sentence in self.sentences for cited in sentence.cited), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that the page of an answer shows, read in a fixed number of queries."""

    answer: Answer | None
    finished: bool
    stages: tuple[Stage, ...]
    said: str = ""
    """Where the answer is, for those who hear the page."""
    failure: str = ""
    remarks: tuple[Remark, ...] = ()
    groups: tuple[Group, ...] = ()
    withheld: tuple[Sentence, ...] = ()
    rewriting: int = 0
    """Sentences that failed a check and are being written again."""
    used: tuple[AnswerSource, ...] = ()
    set_aside: tuple[AnswerSource, ...] = ()
    uses: tuple[ModelUse, ...] = ()
    as_of: dt.date = dt.date.min
    histories: Mapping[int, History] = field(default_factory=dict)
    """Of the sections found, by database key."""
    affected: Affected | None = None
    """What the law has changed under the answer since it was given."""

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
        return sum(len(group.sentences) for group in self.groups if group.number or not group.prose)

    @property
    def model(self) -> str:
        """Who wrote the sentences; empty: they are the law's own."""
        return next((group.sentences[0].row.writer for group in self.groups if group.prose), "")

    @property
    def adviser(self) -> str:
        """The model whose opinion of the sources is kept."""
        return next((use.model for use in self.uses if use.role == "answer"), "the writing model")

    @property
    def seal(self) -> str:
        """The sha256 of the sealed record, if there is one."""
        sealed: SealedRecord | None = getattr(self.answer, "sealed", None)
        return sealed.sha256 if sealed else ""


def read_answer(question: Question) -> Reading:
    """What there is of an answer now: all of it, or the part that is verified so far."""
    answers = Answer.objects.filter(question=question).select_related("sealed").defer("sealed__text")
    answer = answers.first()
    stages, failure = read_stages(question, answer)
    if answer is None:
        said = "" if question.finished else said_while_running(stages, 0, 0)
        return Reading(answer=None, finished=question.finished, stages=stages, failure=failure, said=said)
    sources = list(answer.sources.all())
    keys = (source.section_id for source in sources if source.section_id)
    known = histories(keys) if question.finished else {}
    sentences = read_claims(answer, {source.pk: source for source in sources}, question.as_of, known)
    laid_out = _laid_out(question, answer, stages, failure, sources, sentences)
    return replace(laid_out, histories=known, as_of=question.as_of)


def _laid_out(
    question: Question, answer: Answer, stages: tuple[Stage, ...], failure: str,
    sources: list[AnswerSource], sentences: list[Sentence],
) -> Reading:  # fmt: skip
    shown = [sentence for sentence in sentences if sentence.row.shown]
    left = not_replaced(sentences)
    again = [] if question.finished else [sentence for sentence in left if may_be_written_again(sentence)]
    used = {cited.row.source_id for sentence in shown for cited in sentence.cited}
    uses = uses_of(answer) if question.finished else ()
    claims = [sentence.row for sentence in sentences]
    effects = effects_on(question) if used and question.finished else ()
    return Reading(
        answer=answer, finished=question.finished, failure=failure,
        stages=with_count(stages, len(shown), len(again)), said=said_of(question, answer, stages, len(shown), len(again)),
        remarks=remarks_on(answer, stages, claims, uses) if question.finished else (),
        groups=tuple(arrange([*shown, *again], question.as_of)),
        withheld=tuple(sentence for sentence in left if sentence not in again),
        rewriting=len(again), uses=uses, affected=Affected(question=question, effects=effects) if effects else None,
        used=tuple(source for source in sources if source.pk in used),
        set_aside=tuple(source for source in sources if source.pk not in used),
    )  # fmt: skip


def said_of(
    question: Question, answer: Answer, stages: tuple[Stage, ...], verified: int, rewriting: int
) -> str:
    """One sentence for those who hear the page."""
    if not question.finished:
        return said_while_running(stages, verified, rewriting)
    if question.state != Question.State.DONE:
        return ""
    if answer.outcome != Outcome.ANSWERED:
        return "There is no answer; the reason is below."
    return "The answer is incomplete." if answer.incomplete else "The answer is complete."


def read_claims(
    answer: Answer, sources: Mapping[int, AnswerSource], as_of: dt.date, known: Mapping[int, History]
) -> list[Sentence]:
    """Every claim in the order in which it was verified, each knowing the one that it replaces."""
    found: dict[int, Sentence] = {}
    for claim in answer.claims.prefetch_related("citations"):
        cited = tuple(read_citation(row, sources, as_of, known) for row in claim.citations.all())
        found[claim.pk] = Sentence(row=claim, cited=cited, first=found.get(claim.rewrites_id or 0))
    return list(found.values())


def read_citation(
    row: AnswerCitation, sources: Mapping[int, AnswerSource], as_of: dt.date, known: Mapping[int, History]
) -> Cited:
    row.source = sources.get(row.source_id or 0)
    history = known.get(row.source.section_id or 0, UNKNOWN) if row.source else UNKNOWN
    found = tuple(marks(row.facts, as_of))
    return Cited(row=row, marks=found, notice=notice(row.source, as_of), history=history)


def not_replaced(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Those that failed a check and that no other one was written for."""
    replaced = {sentence.row.rewrites_id for sentence in sentences}
    return [one for one in sentences if not one.row.shown and one.row.pk not in replaced]


def may_be_written_again(sentence: Sentence) -> bool:
    """A model gets one more try; the law is not written anew."""
    return sentence.first is None and sentence.row.writer != VERBATIM


def arrange(sentences: Iterable[Sentence], as_of: dt.date) -> list[Group]:
    """Groups in the writer's order; a sentence that was written again stands where the first version stood.

    Neighbouring sentences of the law under one label are one group, each sentence of a model is one of its own.
    """

    def together(sentence: Sentence) -> object:
        if sentence.row.writer != VERBATIM:
            return sentence.place
        return sentence.cited[0].row.label if sentence.cited else ""

    groups, number = [], 0
    for _, some in groupby(sorted(sentences, key=lambda one: one.place), key=together):
        members = tuple(some)
        prose = members[0].row.writer != VERBATIM
        number += prose and members[0].row.shown
        groups.append(_group(members, as_of, prose=prose, number=number if members[0].row.shown else 0))
    return groups


def _group(members: tuple[Sentence, ...], as_of: dt.date, *, prose: bool, number: int) -> Group:
    first = members[0].cited[0].row if members[0].cited else None
    source = first.source if first else None
    history = members[0].cited[0].history if members[0].cited else UNKNOWN
    return Group(
        label=first.label if first else "", source=source, sentences=members, notice=notice(source, as_of),
        history=history, prose=prose, number=number,
    )  # fmt: skip


def notice(source: AnswerSource | None, as_of: dt.date) -> str:
    """A sentence when the text is not plainly law on the day, else nothing."""
    if source is None or standing(source, as_of) is Standing.APPLIES:
        return ""
    return interval(source)


def suggestions(codes: set[str]) -> list[str]:
    """Questions to begin with, about law that is held."""
    return [text for code, text in EXAMPLES if code in codes]
