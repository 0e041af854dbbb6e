"""`manage.py scorecard`: what is measured, as one page with tables and plots."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from corpus.embedding import EncoderMissing
from corpus.types import Filters
from lawqa.evaluation.answers import evaluate_answers
from lawqa.evaluation.lines import read_lines
from lawqa.evaluation.retrieval import evaluate_retrieval
from lawqa.evaluation.scorecard import write_scorecard
from lawqa.evaluation.verifier import evaluate_verifier
from lawqa.management.commands.evaluate import filters_of

SAID = "Scorecard written: {path} ({n} questions, {files} files of claims)."


class Command(BaseCommand):
    """Nothing here changes the shelf."""

    help = "Answer labelled questions and check labelled claims; write the figures as a page with tables and plots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "questions", type=Path, help="a file of lines {question, gold}, as for evaluate answers"
        )
        parser.add_argument(
            "--claims", type=Path, action="append", default=[], help="a file as for evaluate verifier"
        )
        parser.add_argument(
            "--shelf", action="append", default=[], help="only lines with this `shelf` (repeatable)"
        )
        parser.add_argument("--collection", action="append", default=[], help="only this shelf (repeatable)")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None, help="today")
        parser.add_argument("--output", "-o", type=Path, default=Path("scorecard.html"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = _write(options, filters_of(options))
        except (ValueError, OSError, EncoderMissing) as error:
            raise CommandError(f"{error}") from error
        said = SAID.format(path=options["output"], n=count, files=len(options["claims"]))
        self.stdout.write(self.style.SUCCESS(said))


def _write(options: dict[str, Any], filters: Filters) -> int:
    """Measure and write; the number of questions asked."""
    wanted = options["shelf"]
    every = read_lines(options["questions"], {"question": str, "gold": list})
    lines = [line for line in every if not wanted or line.get("shelf") in wanted]
    shelves = dict.fromkeys(line.get("shelf") or "all" for line in lines if line["gold"])
    write_scorecard(
        options["output"],
        evaluate_answers(lines, filters),
        retrieval={
            shelf: evaluate_retrieval(
                [line for line in lines if (line.get("shelf") or "all") == shelf], filters
            )
            for shelf in shelves
        },
        claims={path.stem: evaluate_verifier(read_lines(path)) for path in options["claims"]},
    )
    return len(lines)
