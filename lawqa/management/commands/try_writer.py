"""`manage.py try_writer`: ask many questions of the configured model servers and see what is withheld, and why."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track
from rich.table import Table

from corpus.embedding import EncoderMissing
from corpus.types import Filters
from lawqa.evaluation import withheld
from lawqa.evaluation.lines import read_lines
from lawqa.inference import Role


class Command(BaseCommand):
    """Saves nothing."""

    help = "Answer questions with the configured model servers; count what is shown, rewritten and withheld."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="a file of lines with a `question`")
        parser.add_argument("--limit", type=int, help="so many questions at most")
        parser.add_argument("--generate", type=int, default=0, help="so many made of headings of the shelf")
        parser.add_argument("--seed", type=int, default=0, help="which headings")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None)
        parser.add_argument(
            "--rows", type=Path, help="keep a line a question in this file; what it has is not asked again"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if Role.ANSWER not in settings.LAWQA_SERVERS:
            raise CommandError(
                "No model server has the role `answer`; set LAWQA_ANSWER_URL and LAWQA_ANSWER_MODEL."
            )
        try:
            questions = _questions(options)
            rows = _run(questions, options)
        except (ValueError, OSError, EncoderMissing) as error:
            raise CommandError(f"{error}") from error
        _print(withheld.summary(rows), as_json=options["json"])


def _questions(options: dict[str, Any]) -> list[str]:
    asked: list[str] = []
    if options["path"]:
        asked = [line["question"] for line in read_lines(options["path"], {"question": str})]
    asked += withheld.generated_questions(options["generate"], options["seed"])
    if not asked:
        raise CommandError("There is nothing to ask: name a file of questions, or say --generate 20.")
    return asked[: options["limit"]]


def _run(questions: list[str], options: dict[str, Any]) -> list[dict[str, Any]]:
    filters = Filters(as_of=options["as_of"] or dt.datetime.now(dt.UTC).date())
    kept: Path | None = options["rows"]
    rows = [row for row in read_lines(kept) if row["question"] in questions] if kept and kept.exists() else []
    asked = {row["question"] for row in rows}
    left = [question for question in questions if question not in asked]
    answered = withheld.try_questions(left, filters)
    for row in track(answered, "Questions", len(left), console=Console(stderr=True)):
        rows.append(row)
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return rows


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=1))  # noqa: T201  what the caller reads
        return
    table = Table("Measure", "Value")
    for name, value in report.items():
        table.add_row(name.replace("_", " "), json.dumps(value, ensure_ascii=False))
    Console().print(table)
