"""`manage.py evaluate`: the project's own measurements."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from corpus.embedding import EncoderMissing
from corpus.management.progress import bars
from corpus.models import Collection
from corpus.types import Filters
from lawqa.evaluation import answers, beir, retrieval, verifier
from lawqa.evaluation.lines import read_lines
from lawqa.retrieval.wording import WEIGHINGS


class Command(BaseCommand):
    """Nothing here changes the shelf."""

    help = "Measure retrieval, claim checks or whole answers on a file of labelled lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["retrieval", "beir", "verifier", "answers"])
        parser.add_argument("path", type=Path, help="the file of lines; for beir the folder")
        parser.add_argument("--collection", action="append", default=[], help="only this shelf (repeatable)")
        parser.add_argument(
            "--shelf", action="append", default=[], help="only lines with this `shelf` (repeatable)"
        )
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None)
        parser.add_argument("--limit", type=int, help="beir: only so many queries")
        parser.add_argument(
            "--keywords", choices=sorted(WEIGHINGS), default="",
            help="retrieval: how keywords count (default: as in answers)",
        )  # fmt: skip
        parser.add_argument(
            "--model", action="store_true", help="retrieval: keywords by the server of the keywords role"
        )
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--in-this-shelf", action="store_true", help="beir: the data folder is made for it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._report(options)
        except (ValueError, OSError, EncoderMissing) as error:
            raise CommandError(f"{error}") from error
        if report is not None:
            _print(report, as_json=options["json"])

    def _report(self, options: dict[str, Any]) -> dict[str, Any] | None:
        what, path = options["what"], options["path"]
        if what == "verifier":
            return verifier.evaluate_verifier(read_lines(path))
        if what == "beir":
            return _beir(path, options)
        lines = [
            line
            for line in read_lines(path, {"question": str, "gold": list})
            if not options["shelf"] or line.get("shelf") in options["shelf"]
        ]
        if what == "retrieval":
            return retrieval.evaluate_retrieval(
                lines, filters_of(options), keywords=options["keywords"], by_model=options["model"]
            )
        return answers.evaluate_answers(lines, filters_of(options))


def filters_of(options: dict[str, Any]) -> Filters:
    """What is searched, from the options `as_of` and `collection`."""
    as_of = options["as_of"] or dt.datetime.now(dt.UTC).date()
    if not options["collection"]:
        return Filters(as_of=as_of)
    ids = {row.slug: row.pk for row in Collection.objects.filter(slug__in=options["collection"])}
    missing = [slug for slug in options["collection"] if slug not in ids]
    if missing:
        raise CommandError(
            f"There is no shelf called {', '.join(missing)}; manage.py load_law --list shows them."
        )
    return Filters(as_of=as_of, collections=frozenset(ids.values()))


def _beir(path: Path, options: dict[str, Any]) -> dict[str, Any] | None:
    beir.check_folder(path)
    if options["in_this_shelf"]:
        call_command("migrate", verbosity=0)
        with bars(f"Loading {path}", Console(stderr=True)) as progress:
            beir.load_corpus(path, progress)
        return beir.evaluate_beir(path, options["limit"])
    with tempfile.TemporaryDirectory(prefix="beir-", dir=settings.LAWQA_DATA) as folder:
        command = [sys.executable, "manage.py", "evaluate", "beir", str(path.resolve()), "--in-this-shelf"]
        command += ["--json"] if options["json"] else []
        command += ["--limit", str(options["limit"])] if options["limit"] else []
        environment = os.environ | {"LAWQA_DATA": folder}
        done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=False)
    if done.returncode:
        raise CommandError("The benchmark did not finish; what it said stands above.")
    return None


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=1))  # noqa: T201  what the caller reads
        return
    kinds = report.get(answers.KINDS, {})
    table = Table("Measure", "All", *kinds)
    for name, value in report.items():
        if name not in {"questions", answers.KINDS}:
            row = [value, *(measured.get(name, "") for measured in kinds.values())]
            table.add_row(name, *("" if cell == "" else json.dumps(cell, ensure_ascii=False) for cell in row))
    Console().print(table)
