"""How an answer looks in the terminal: what its page says, read from the same place."""

from __future__ import annotations

import datetime as dt
import re

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from corpus.reading import History, Turn
from lawqa.models import Answer, AnswerSource, Question
from lawqa.progress import STAGES
from lawqa.reading import Cited, Group, Reading, Sentence, read_answer
from lawqa.records import Recorder
from lawqa.remarks import ModelUse
from lawqa.templatetags.reading import milliseconds
from lawqa.types import Force, Outcome, QuoteMatch

OUTCOMES = {
    Outcome.ANSWERED: ("green", "Answered"),
    Outcome.NO_MATCH: ("yellow", "Nothing on the shelf for this"),
    Outcome.CORPUS_GAP: ("yellow", "This law is not on the shelf"),
    Outcome.UNAVAILABLE: ("red", "No answer could be made"),
}
FLAGGED = "This text speaks to a machine as if it gave it orders. It was treated as data."
PINNED = "Pinned: the reader asked that it be read."
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer the terminal rather than be read: never sent there, whoever wrote it."""


class TerminalRecorder(Recorder):
    """Prints each stage as it ends, besides recording it."""

    def __init__(self, question: Question, console: Console) -> None:
        super().__init__(question)
        self._console = console

    def stage_done(self, name: str) -> None:
        super().stage_done(name)
        if name == "verification":
            self._print_stage("writing")  # sentences are written until they are verified
        if name != "writing" and (name != "conversation" or self.notes[name]):
            self._print_stage(name)

    def _print_stage(self, name: str) -> None:
        sign, colour = ("△", "yellow") if name in self.troubled else ("✓", "green")
        line = Text.assemble(
            (f"{sign} ", colour), f"{STAGES[name]:<14}", (f"{self.timings[name]:>6} ms", "dim")
        )
        if self.notes[name]:
            line.append(f"  {plain(' '.join(self.notes[name]))}", style=colour if sign == "△" else "dim")
        self._console.print(line)


def print_answer(answer: Answer, console: Console) -> None:
    """Outcome, what a reader must know first, claims, what was withheld and set aside, models, coverage."""
    colour, title = OUTCOMES[Outcome(answer.outcome)]
    reading = read_answer(answer.question)
    console.print(Text(f"\n{title} · law as of {answer.question.as_of:%-d %B %Y}", style=f"bold {colour}"))
    for item in answer.named:
        if item["detail"]:
            console.print(Text(f"! {plain(item['detail'])}", style="yellow"))
    _print_remarks(reading, console)
    if answer.reason:
        console.print(Text(plain(answer.reason)))
    if reading.model:
        console.print(Text(f"Written by the model {plain(reading.model)}", style="dim"))
    for group in reading.groups:
        (_print_prose if group.prose else _print_law)(group, reading.as_of, console)
    _print_withheld(reading, console)
    _print_set_aside(reading, console)
    _print_how(reading, answer, console)


def plain(text: str) -> str:
    """Words for a terminal: nothing in them moves the cursor, colours or turns round what follows."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _print(console: Console, indent: int, text: str, style: str = "") -> None:
    console.print(Padding(Text(plain(text), style=style), (0, 0, 0, indent)))


def _print_remarks(reading: Reading, console: Console) -> None:
    for remark in reading.remarks:
        said = " ".join(remark.sentences)
        console.print(
            Text(f"! {remark.title}: {plain(said)}" if remark.title else f"! {plain(said)}", style="yellow")
        )


def _print_law(group: Group, as_of: dt.date, console: Console) -> None:
    heading = group.source.heading if group.source else ""
    console.print(Text.assemble("\n", (plain(group.label), "bold cyan"), f"  {plain(heading)}"))
    _print_warnings(group.source, 2, console)
    _print_history(group.history, as_of, 2, console)
    for sentence in group.sentences:
        _print(console, 2, sentence.row.text)
        for cited in sentence.cited:
            _print(console, 2, describe(cited), "dim")


def _print_prose(group: Group, as_of: dt.date, console: Console) -> None:
    (sentence,) = group.sentences
    console.print()
    console.print(Padding(Text(f"{group.number}. {plain(sentence.row.text)}", style="bold"), (0, 0, 0, 0)))
    if sentence.first:
        _print_first(sentence.first, 3, console)
    for cited in sentence.cited:
        _print_citation(cited, as_of, console)


def _print_citation(cited: Cited, as_of: dt.date, console: Console) -> None:
    source = cited.row.source
    label = Text.assemble(
        (plain(cited.row.label), "bold cyan"), f"  {plain(source.heading) if source else ''}"
    )
    console.print(Padding(label, (0, 0, 0, 3)))
    _print_warnings(source, 5, console)
    _print_history(cited.history, as_of, 5, console)
    if cited.row.quote:
        _print(console, 5, f"“{cited.row.quote}”")
    _print(console, 5, describe(cited), "dim")
    if cited.judged:
        said = f"In the opinion of the judge model {cited.judged.judge} {cited.judged.finding}"
        _print(console, 5, f"{said}: “{cited.judged.words}”" if cited.judged.words else f"{said}.", "dim")


def _print_warnings(source: AnswerSource | None, indent: int, console: Console) -> None:
    if source is not None and "instructions" in source.flags:
        _print(console, indent, f"! {FLAGGED}", "yellow")
    if source is not None and source.pinned:
        _print(console, indent, PINNED, "dim")


def _print_history(history: History, as_of: dt.date, indent: int, console: Console) -> None:
    """How the rule gave way, which a reader must know, and how it came."""
    if history.went:
        _print(console, indent, f"! {history.went.said} {history.went.caution(as_of)}".rstrip(), "yellow")
    if history.came and history.came.turn is Turn.CHANGED:
        _print(console, indent, history.came.said, "dim")


def _print_first(first: Sentence, indent: int, console: Console) -> None:
    _print(console, indent, f"Written again. The first version failed: {first.row.text}", "dim")
    _print(console, indent, f"→ {' '.join(first.reasons)}", "dim")


def describe(cited: Cited) -> str:
    """The facts about a citation, each in words."""
    row, facts = cited.row, cited.row.facts
    quote = {
        QuoteMatch.EXACT: "quoted exactly",
        QuoteMatch.NORMALISED: "quoted, but for spacing and signs",
        QuoteMatch.NOT_FOUND: "quote not found",
    }[QuoteMatch(facts["quote"])]
    parts = [quote, "figures match" if facts["figures_match"] else "figures differ", _force(cited)]
    return f"[{row.start}:{row.end}] " + " · ".join(part for part in parts if part)


def _force(cited: Cited) -> str:
    source, force = cited.row.source, Force(cited.row.facts["in_force_on"])
    since = source.valid_from if source else None
    if force is Force.IN_FORCE:
        return _since(source)
    if force is Force.NOT_YET_APPLICABLE:
        return f"enacted, applies only from {since:%-d %B %Y}" if since else "enacted, does not apply yet"
    return "not in force on that day"


def _since(source: AnswerSource | None) -> str:
    """The day that the law names; where only an edition's is known, that."""
    section = source.section if source else None
    since = source.valid_from if source else None
    if section is None or since is None:
        return "in force"
    if section.edition.dated == since and section.entered_into_force is None:
        return f"in force, in the edition of {since:%-d %B %Y}"
    return f"in force since {since:%-d %B %Y}"


def _print_withheld(reading: Reading, console: Console) -> None:
    if reading.withheld:
        console.print(Text("\nWithheld, because a check failed", style="bold"))
    for sentence in reading.withheld:
        _print(console, 2, f"{sentence.row.text}\n→ {' '.join(sentence.reasons)}", "red")
        if sentence.first:
            _print_first(sentence.first, 4, console)


def _print_set_aside(reading: Reading, console: Console) -> None:
    if reading.set_aside:
        console.print(Text("\nConsidered and set aside", style="bold"))
    for source in reading.set_aside:
        console.print(
            Padding(Text.assemble((plain(source.label), "cyan"), f"  {plain(source.heading)}"), (0, 0, 0, 2))
        )
        if reason := source.advice.get("reason"):
            _print(console, 4, f"In the opinion of {reading.adviser}: “{reason}”", "dim")
        _print_warnings(source, 4, console)


def _print_how(reading: Reading, answer: Answer, console: Console) -> None:
    if reading.uses:
        console.print(Text("\nModels", style="bold"))
    for use in reading.uses:
        _print(console, 2, told(use), "dim")
    held = [
        f"{shelf['name']}" + (f" (through {shelf['covered_through']})" if shelf["covered_through"] else "")
        for shelf in answer.coverage
    ]
    console.print(Text(f"\nOn the shelf: {'; '.join(held)}", style="dim"))
    if (first := answer.first_claim_ms) is not None:
        spent = f"First sentence after {milliseconds(first)}, all after {milliseconds(reading.total_ms)}"
        console.print(Text(spent, style="dim"))
    console.print(Text(f"Kept as /answers/{answer.question_id}/", style="dim"))


def told(use: ModelUse) -> str:
    """`Writing: legal-writer-7b, 2 requests, 6.1 s, 2,900 tokens read (1,024 from its cache), 310 written; answer-1@…`"""
    parts = [f"{use.does}: {use.model}", *([f"{use.times} requests"] if use.times > 1 else ())]
    parts.append(milliseconds(use.ms))
    if use.read is not None:
        parts.append(f"{use.read:,} tokens read" + (f" ({use.kept:,} from its cache)" if use.kept else ""))
    if use.written is not None:
        parts.append(f"{use.written:,} written")
    failures = "".join(f"\n! {failure}" for failure in use.failures)
    return f"{', '.join(parts)}; prompt {use.prompt}{failures}"
