"""A finished answer laid out for paper: words only, in reading order, its sources as numbered references.

Nothing of it is markup: what writes it down decides how a quote or a heading looks.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corpus.reading import Line, day, interval
from lawqa.models import AnswerSource, Question, SealedRecord
from lawqa.reading import Cited, Group, Reading, Sentence, read_answer
from lawqa.remarks import VERBATIM, ModelUse
from lawqa.types import Outcome

ASIDE_CHARS = 300
"""Of a passage that was set aside: enough to know it by; the whole section is on the shelf."""
OUTCOMES = {
    Outcome.CORPUS_GAP: "No answer: this law is not on the shelf",
    Outcome.NO_MATCH: "No answer: nothing on the shelf answers this question",
    Outcome.UNAVAILABLE: "No answer for now",
}
RESOLUTIONS = {
    "not_found": "It is not on the shelf.",
    "not_in_force": "It did not apply on that day.",
    "ambiguous": "It may mean more than one provision.",
}
ADVICE = (
    "This is research, not legal advice. Every sentence of the answer was checked against the text of the law that it "
    "cites, and what was checked stands under it. Whether that law decides a case is for a lawyer to say."
)
INSTRUCTIONS = "This text speaks to a machine as if it gave it orders. It was treated as data."
NO_RECORD = "This answer has no sealed record: it was given before records were sealed, or nothing was searched for it."
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a text with its depth, outermost 0."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One citation of a sentence: which reference, its words where the sentence is not those, the facts in words."""

    number: int
    label: str
    quote: tuple[Row, ...]
    facts: str
    opinion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of the answer."""

    rows: tuple[Row, ...]
    verbatim: bool
    """The law's own words."""
    supports: tuple[Support, ...]
    first: str = ""
    """That it was written again, and why."""

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(support.number for support in self.supports))


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Statements under one heading; without a heading a model's sentence stands alone."""

    heading: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source that the answer rests on."""

    number: int
    label: str
    path: str
    days: str
    edition: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A sentence that failed a check, struck through wherever it is shown."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A passage that was found and not used."""

    label: str
    path: str
    days: str
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that is written down, in its order."""

    question: str
    restated: str
    as_of: str
    asked: str
    asked_at: dt.datetime
    declined: str
    """A heading when there is no answer."""
    reason: str
    remarks: tuple[str, ...]
    premises: tuple[str, ...]
    passages: tuple[Passage, ...]
    references: tuple[Reference, ...]
    withheld: tuple[Withheld, ...]
    aside: tuple[Aside, ...]
    coverage: tuple[str, ...]
    made: tuple[str, ...]
    """How it was made: who wrote it, keywords, models, the index."""
    sha256: str
    signature: str

    @property
    def seal(self) -> str:
        """What is said of the sealed record."""
        return "" if self.sha256 else NO_RECORD


def sheet_of(question: Question) -> Sheet:
    """Lay out the answer of a question that is done."""
    reading = read_answer(question)
    answer = reading.answer
    if answer is None or question.state != Question.State.DONE:
        raise ValueError("A question that is not done has no sheet.")
    sealed = SealedRecord.objects.filter(answer=answer).first()
    numbers = {source.pk: number for number, source in enumerate(_cited(reading), start=1)}
    declined = answer.outcome != Outcome.ANSWERED
    return Sheet(
        question=clean(question.text), restated=clean(question.restated), as_of=day(question.as_of),
        asked=f"{day(question.asked_at)}, {question.asked_at:%H:%M} UTC", asked_at=question.asked_at,
        declined=OUTCOMES[Outcome(answer.outcome)] if declined else "", reason=clean(answer.reason),
        remarks=tuple(_remarks(reading)), premises=tuple(_premises(reading)),
        passages=tuple(_passage(group, numbers) for group in reading.groups),
        references=tuple(_references(reading, numbers, _editions(sealed))),
        withheld=tuple(_withheld(sentence) for sentence in reading.withheld),
        aside=tuple(_aside(source, reading.adviser) for source in reading.set_aside),
        coverage=tuple(_held(shelf) for shelf in answer.coverage), made=tuple(_made(reading)),
        sha256=sealed.sha256 if sealed else "", signature=sealed.signature if sealed else "",
    )  # fmt: skip


def clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold: control characters, lone surrogates, non-characters."""
    return _UNPRINTABLE.sub("", text)


def _cited(reading: Reading) -> list[AnswerSource]:
    """The sources that shown sentences cite, in the order in which they are first cited."""
    cited = (one for group in reading.groups for sentence in group.sentences for one in sentence.cited)
    return list({one.row.source.pk: one.row.source for one in cited if one.row.source}.values())


def _remarks(reading: Reading) -> Iterable[str]:
    for effect in reading.affected.effects if reading.affected else ():
        yield clean(f"Since this answer was given: {effect.label}: {effect.said}")
    for remark in reading.remarks:
        title = [f"{remark.title}."] if remark.title else []
        yield clean(" ".join([*title, *remark.sentences]))


def _premises(reading: Reading) -> Iterable[str]:
    for named in reading.missing:
        said = named.get("detail") or RESOLUTIONS.get(named.get("resolution", ""), "")
        yield clean(f"“{named['text']}”: {said}")


def _passage(group: Group, numbers: dict[int, int]) -> Passage:
    heading = group.source.heading if group.source else ""
    return Passage(
        heading="" if group.prose else clean(f"{group.label} {heading}".strip()),
        statements=tuple(_statement(sentence, numbers) for sentence in group.sentences),
    )


def _statement(sentence: Sentence, numbers: dict[int, int]) -> Statement:
    return Statement(
        rows=_rows(sentence.lines), verbatim=sentence.verbatim,
        supports=tuple(_support(cited, numbers) for cited in sentence.cited),
        first=_first(sentence.first),
    )  # fmt: skip


def _first(first: Sentence | None) -> str:
    if first is None:
        return ""
    return clean(f"Written again. The first version failed: {' '.join(first.reasons)}")


def _support(cited: Cited, numbers: dict[int, int]) -> Support:
    judged = cited.judged
    opinion = f"In the opinion of the judge model {judged.judge} {judged.finding}" if judged else ""
    words = f": “{judged.words}”" if judged and judged.words else ""
    return Support(
        number=numbers.get(cited.row.source_id or 0, 0), label=clean(cited.row.label),
        quote=() if cited.repeats else _rows(cited.lines),
        facts=" · ".join(mark.words for mark in cited.marks),
        opinion=clean(f"{opinion}{words}.") if opinion else "",
    )  # fmt: skip


def _rows(lines: Iterable[Line]) -> tuple[Row, ...]:
    texts = ((line.depth, clean("".join(part.text for part in line.parts))) for line in lines)
    return tuple(Row(depth=depth, text=text) for depth, text in texts if text.strip())


def _references(reading: Reading, numbers: dict[int, int], editions: dict[str, str]) -> Iterable[Reference]:
    for source in _cited(reading):
        warnings = [INSTRUCTIONS] if "instructions" in source.flags else []
        warnings += _changes(source, reading)
        yield Reference(
            number=numbers[source.pk], label=clean(source.label), path=clean(source.heading_path),
            days=interval(source), edition=editions.get(source.marker, ""), warnings=tuple(warnings),
        )  # fmt: skip


def _changes(source: AnswerSource, reading: Reading) -> Iterable[str]:
    """How the rule came to read so and how it gave way, as far as the shelf knows."""
    history = reading.histories.get(source.section_id or 0)
    if history and history.went:
        yield clean(f"{history.went.said} {history.went.caution(reading.as_of)}".strip())
    if history and history.came:
        yield clean(history.came.said)


def _editions(sealed: SealedRecord | None) -> dict[str, str]:
    """Marker → the edition that brought the text, as the record has it."""
    record = json.loads(sealed.text) if sealed else {}
    dated = {source["marker"]: source["edition"] for source in record.get("sources", ())}
    return {
        marker: f"Edition of {day(dt.date.fromisoformat(edition['dated']))}."
        for marker, edition in dated.items()
        if edition
    }


def _withheld(sentence: Sentence) -> Withheld:
    earlier = [_first(sentence.first)] if sentence.first else []
    reasons = (clean(reason) for reason in (*sentence.reasons, *earlier))
    return Withheld(text=clean(sentence.row.text), reasons=tuple(reasons))


def _aside(source: AnswerSource, adviser: str) -> Aside:
    reason = source.advice.get("reason")
    return Aside(
        label=clean(source.label), path=clean(source.heading_path), days=interval(source),
        text=_shortened(clean(source.text)),
        advice=clean(f"In the opinion of {adviser}: “{reason}”") if reason else "",
    )  # fmt: skip


def _shortened(text: str) -> str:
    """At most `ASIDE_CHARS` characters, to the end of a word where there is one."""
    if len(text) <= ASIDE_CHARS:
        return text
    kept = text[:ASIDE_CHARS]
    return f"{(kept.rsplit(maxsplit=1)[0] if ' ' in kept else kept).rstrip()} …"


def _held(shelf: dict[str, Any]) -> str:
    through = shelf.get("covered_through")
    known = f", through {day(dt.date.fromisoformat(through))}" if through else ""
    return clean(f"{shelf['name']}{known}")


def _made(reading: Reading) -> Iterable[str]:
    answer = reading.answer
    if answer is None:
        return
    terms = answer.keywords.get("terms") or ()
    if terms:
        yield clean(f"Keywords: {', '.join(terms)}.")
    if answer.writer == VERBATIM:
        yield "Written by the law itself, without a model."
    for use in reading.uses:
        yield clean(_use(use))
    for stage in reading.stages:
        if stage.summary:
            yield clean(f"{stage.title}: {stage.summary}")
    if answer.generation:
        yield f"Build {answer.generation} of the index was searched."


def _use(use: ModelUse) -> str:
    times = f", {use.times} requests" if use.times > 1 else ""
    return f"{use.does}: {use.model}, prompt {use.prompt}{times}. {' '.join(use.failures)}".strip()
