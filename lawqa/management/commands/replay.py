"""`manage.py replay`: does an answer still stand on today's shelf, and is its record what was sealed?"""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from corpus.reading import day
from lawqa.differences import Difference, Matter
from lawqa.management.answers import CANNOT, question_of
from lawqa.models import Question
from lawqa.replay import CannotReplay, Replay, answers_since, replay

SAME, DIFFERS = 0, 1
TITLES = {
    Matter.RECORD: "The record",
    Matter.LAW: "The law",
    Matter.RETRIEVAL: "What the search finds",
    Matter.VERIFICATION: "What verification says",
}


class Command(BaseCommand):
    """No model is asked and nothing is changed."""

    help = (
        "Play an answer's sealed record again: search and verification on today's shelf, and what differs. "
        "Ends with 0 when nothing does, 1 when something does, 2 when it could not be played."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answer", nargs="?", help="the answer's id, or its address")
        parser.add_argument("--all", action="store_true", help="every answer")
        parser.add_argument(
            "--since", type=_day, help="with --all: asked on this day or later, as 2026-11-01"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        played = [_play(question) for question in _chosen(options)]
        if options["json"]:
            found = [_plain(*one) for one in played]
            said = found if options["all"] else found[0]
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
        else:
            _print(played, Console(), everything=options["all"])
        if code := _code(played, everything=options["all"]):
            sys.exit(code)


Played = tuple[Question, Replay | None, str]
"""A question with what came of playing its record, or why it could not be played."""


def _day(given: str) -> dt.date:
    return dt.date.fromisoformat(given)


def _chosen(options: dict[str, Any]) -> Iterable[Question]:
    if bool(options["answer"]) == options["all"]:
        raise CommandError("Say which answer, or --all.", returncode=CANNOT)
    if options["since"] and not options["all"]:
        raise CommandError("--since goes with --all.", returncode=CANNOT)
    return answers_since(options["since"]) if options["all"] else [question_of(options["answer"])]


def _play(question: Question) -> Played:
    try:
        return question, replay(question), ""
    except CannotReplay as error:
        return question, None, str(error)


def _code(played: list[Played], *, everything: bool) -> int:
    """Among many answers, one without a record is told of and no failure."""
    if any(found and not found.same for _, found, _ in played):
        return DIFFERS
    failed = any(found is None for _, found, _ in played)
    return CANNOT if failed and not everything else SAME


def _plain(question: Question, found: Replay | None, why: str) -> dict[str, Any]:
    if found is None:
        return {"answer": str(question.pk), "played": False, "why": why}
    return {
        "answer": found.question, "played": True, "same": found.same, "as_of": found.as_of.isoformat(),
        "differences": [asdict(difference) for difference in found.differences], "notes": list(found.notes),
    }  # fmt: skip


def _print(played: list[Played], console: Console, *, everything: bool) -> None:
    """Of many answers those that differ, and how many there are of the others."""
    for question, found, why in played:
        if found is None and not everything:
            console.print(Text.assemble(("? ", "yellow"), _title(question), f"\n  {why}"))
        elif found is not None and not (everything and found.same):
            _print_one(question, found, console)
    if everything:
        same = sum(bool(found and found.same) for _, found, _ in played)
        reasons = Counter(why for _, found, why in played if found is None)
        differ = len(played) - same - reasons.total()
        console.print(Text(f"{len(played)} answers: {same} as they were, {differ} differ."))
        for why, times in reasons.items():
            console.print(Text(f"{times} could not be played. {why}", style="yellow"))


def _print_one(question: Question, found: Replay, console: Console) -> None:
    sign = ("✓ ", "green") if found.same else ("≠ ", "bold red")
    console.print(Text.assemble(sign, _title(question)))
    console.print(Text(f"  Law as of {day(found.as_of)}: {_summary(found)}", style="dim"))
    for matter, some in groupby(found.differences, key=lambda difference: difference.matter):
        console.print(Padding(Text(TITLES[matter], style="bold"), (0, 0, 0, 2)))
        for difference in some:
            console.print(Padding(_line(difference), (0, 0, 0, 4)))
    if found.notes:
        console.print(
            Padding(Text("Otherwise than it was, without touching the answer", style="dim"), (0, 0, 0, 2))
        )
    for note in found.notes:
        console.print(Padding(Text(note, style="dim"), (0, 0, 0, 4)))


def _title(question: Question) -> Text:
    return Text.assemble((str(question.pk), "cyan"), f"  {' '.join(question.text.split())[:80]}")


def _summary(found: Replay) -> str:
    if found.same:
        return "law, search and verification are as they were, and the record is what was sealed."
    count = len(found.differences)
    return "one difference." if count == 1 else f"{count} differences."


def _line(difference: Difference) -> Text:
    subject = f"{difference.subject}  " if difference.subject else ""
    return Text.assemble((subject, "cyan"), difference.said)
