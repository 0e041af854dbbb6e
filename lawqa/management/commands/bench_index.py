"""`manage.py bench_index`: the index at sizes up to a million passages, beside what else one could take."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus.embedding import EncoderMissing
from lawqa.evaluation.scale import alternatives
from lawqa.evaluation.scale.bench import SIZES, Bench
from lawqa.evaluation.scale.child import Failed
from lawqa.evaluation.scale.page import write_page
from lawqa.evaluation.scale.report import Report

SMALLEST = 1_000
FOLDER = "bench-index"


class Command(BaseCommand):
    """The shelf is only read; the bench has rows and indexes of its own, which are removed when all is measured."""

    help = "Build indexes of several sizes from this shelf's law and copies of it; measure search, memory, changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="passages")
        parser.add_argument(
            "--compare",
            type=int,
            nargs="*",
            default=[250_000],
            help="sizes at which alternatives are built too",
        )
        parser.add_argument(
            "--folder", type=Path, help="of rows, indexes and report; 12 GB for a million passages"
        )
        parser.add_argument("-o", "--output", type=Path, default=Path("bench-index.html"), help="the page")
        parser.add_argument(
            "--keep", action="store_true", help="leave the folder: a run in it measures what is missing"
        )
        parser.add_argument(
            "--json", action="store_true", help="figures to standard output, the table beside it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["sizes"]) < SMALLEST:
            raise CommandError(
                f"--sizes: an index of fewer than {SMALLEST:,} passages says nothing; name larger ones."
            )
        folder = options["folder"] or Path(settings.LAWQA_DATA) / FOLDER
        lacking = {
            name: package for name in alternatives.ALTERNATIVES if (package := alternatives.missing(name))
        }
        chosen = [name for name in alternatives.ALTERNATIVES if name not in lacking]
        try:
            bench = Bench(folder, lambda key: self.stderr.write(f"{key} …"))
            report = bench.run(options["sizes"], options["compare"], chosen)
        except (EncoderMissing, Failed) as error:
            raise CommandError(f"{error}") from error
        write_page(options["output"], report, lacking)
        if options["json"]:
            self.stdout.write(json.dumps(report.found, indent=1))
        _print(report, Console(stderr=options["json"]))
        self.stderr.write(f"Written: {options['output']}")
        if not options["keep"]:
            bench.remove()


def _print(report: Report, console: Console) -> None:
    table = Table(
        "Passages", "Kind", "Built, s", "p50, p95 ms: 1 client", "8 clients", "Recall@10", "Memory, MB"
    )
    for size in report.sizes:
        found = report.at(size)
        one, eight = found["search"]["clients"]["1"], found["search"]["clients"]["8"]
        table.add_row(
            f"{found['build']['passages']:,}", found["build"]["kind"], f"{found['build']['seconds']:.0f}",
            f"{one['p50']:.0f}, {one['p95']:.0f}", f"{eight['p50']:.0f}, {eight['p95']:.0f}",
            f"{found['quality']['recall']['100 %']:.3f}", f"{found['search']['memory']['mb']:.0f}",
        )  # fmt: skip
    console.print(table)
    for size in report.sizes:
        if rows := report.alternatives(size):
            console.print(Text(f"Beside it at {size:,}"))
            console.print(_compared(rows))


def _compared(rows: dict[str, dict[str, Any]]) -> Table:
    table = Table(
        "Instead", "Finds by", "Built, s", "p50, p95 ms: 1 client", "8 clients", "Recall@10", "Memory, MB"
    )
    for name, found in rows.items():
        one, eight = found["search"]["clients"]["1"], found["search"]["clients"]["8"]
        recall = found["search"]["recall"]
        table.add_row(
            name, found["search"]["finds_by"], f"{found['build']['seconds']:.0f}", f"{one['p50']:.0f}, {one['p95']:.0f}",
            f"{eight['p50']:.0f}, {eight['p95']:.0f}", "–" if recall is None else f"{recall:.3f}",
            f"{found['search']['memory']['mb']:.0f}",
        )  # fmt: skip
    return table
