"""How an answer looks in the terminal."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from lawqa.models import Answer, AnswerCitation, Claim, Question
from lawqa.records import Recorder
from lawqa.types import Force, Outcome, QuoteMatch

OUTCOMES = {
    Outcome.ANSWERED: ("green", "Answered"),
    Outcome.NO_MATCH: ("yellow", "Nothing on the shelf for this"),
    Outcome.CORPUS_GAP: ("yellow", "This law is not on the shelf"),
    Outcome.UNAVAILABLE: ("red", "No answer could be made"),
}


class TerminalRecorder(Recorder):
    """Prints each stage as it ends, besides recording it."""

    def __init__(self, question: Question, console: Console) -> None:
        super().__init__(question)
        self._console = console

    def stage_done(self, name: str) -> None:
        super().stage_done(name)
        self._console.print(
            Text.assemble(("✓ ", "green"), f"{name:<14}", (f"{self.timings[name]:>6} ms", "dim"))
        )


def print_answer(answer: Answer, console: Console) -> None:
    """Outcome, premises, claims under their citations, what was withheld and set aside, coverage."""
    colour, title = OUTCOMES[Outcome(answer.outcome)]
    console.print(Text(f"\n{title} · law as of {answer.question.as_of:%-d %B %Y}", style=f"bold {colour}"))
    for item in answer.named:
        if item["detail"]:
            console.print(Text(f"! {item['detail']}", style="yellow"))
    if answer.reason:
        console.print(Text(answer.reason))
    claims = answer.claims.prefetch_related("citations__source")
    _print_claims([claim for claim in claims if claim.shown], console)
    _print_withheld([claim for claim in claims if not claim.shown], console)
    _print_sources(answer, console)


def _print_claims(claims: list[Claim], console: Console) -> None:
    cited = [(claim, citation) for claim in claims for citation in claim.citations.all()]
    for label, group in groupby(cited, key=lambda pair: pair[1].label):
        pairs = list(group)
        heading = pairs[0][1].source.heading if pairs[0][1].source else ""
        console.print(Text.assemble("\n", (label, "bold cyan"), f"  {heading}"))
        for claim, citation in pairs:
            console.print(Padding(Text(claim.text), (0, 0, 0, 2)))
            console.print(Padding(Text(describe(citation), style="dim"), (0, 0, 0, 2)))


def describe(citation: AnswerCitation) -> str:
    """The facts about a citation, each in words."""
    facts = citation.facts
    quote = {
        QuoteMatch.EXACT: "quoted exactly",
        QuoteMatch.NORMALISED: "quoted, but for spacing and signs",
        QuoteMatch.NOT_FOUND: "quote not found",
    }[QuoteMatch(facts["quote"])]
    parts = [quote, "figures match" if facts["figures_match"] else "figures differ", _force(citation)]
    return f"[{citation.start}:{citation.end}] " + " · ".join(part for part in parts if part)


def _force(citation: AnswerCitation) -> str:
    source, force = citation.source, Force(citation.facts["in_force_on"])
    since = source.valid_from if source else None
    if force is Force.IN_FORCE:
        return f"in force since {since:%-d %B %Y}" if since else "in force"
    if force is Force.NOT_YET_APPLICABLE:
        return f"enacted, applies only from {since:%-d %B %Y}" if since else "enacted, does not apply yet"
    return "not in force on that day"


def _print_withheld(claims: list[Claim], console: Console) -> None:
    if claims:
        console.print(Text("\nWithheld, because a check failed", style="bold"))
    for claim in claims:
        problems = [p["detail"] for c in claim.citations.all() for p in c.facts["problems"]]
        console.print(
            Padding(
                Text(f"{claim.text}\n→ {' '.join(problems) or 'not verified'}", style="red"), (0, 0, 0, 2)
            )
        )


def _print_sources(answer: Answer, console: Console) -> None:
    aside = [source for source in answer.sources.all() if not source.used]
    if aside:
        console.print(Text("\nConsidered and set aside", style="bold"))
    for source in aside:
        console.print(Padding(Text.assemble((source.label, "cyan"), f"  {source.heading}"), (0, 0, 0, 2)))
    held = [
        f"{shelf['name']}" + (f" (through {shelf['covered_through']})" if shelf["covered_through"] else "")
        for shelf in answer.coverage
    ]
    console.print(Text(f"\nOn the shelf: {'; '.join(held)}", style="dim"))
    console.print(Text(f"Kept as /answers/{answer.question_id}/", style="dim"))
