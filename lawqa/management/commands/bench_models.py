"""`manage.py bench_models`: how fast the server of the answer role is, alone and with many questions, and what it keeps."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

import plotext  # type: ignore[import-untyped]  # it ships no types
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus import embedding
from corpus.types import Filters
from lawqa.evaluation.models import NotMeasurable, find_cases, measure
from lawqa.management.commands.bench import PLOT_WIDTH, QUESTIONS

MOST_TOKENS = 1_600


class Command(BaseCommand):
    """Speeds of one run compare with each other; between machines they do not."""

    help = "Measure the server of the answer role: time to the first token, tokens and requests a second; --json for programs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="figures to standard output, tables beside it"
        )
        parser.add_argument("--tokens", type=int, default=128, help="length of a reply at most")
        parser.add_argument("--short", action="store_true", help="the shorter prompt, of at most 4 sources")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["tokens"] <= MOST_TOKENS:
            raise CommandError(
                f"--tokens is {options['tokens']}; say a whole number from 1 to {MOST_TOKENS}."
            )
        filters = Filters(as_of=dt.datetime.now(dt.UTC).date())
        try:
            with _unheard():
                report = measure(
                    find_cases(QUESTIONS, filters), tokens=options["tokens"], short=options["short"]
                )
        except (embedding.EncoderMissing, NotMeasurable) as error:
            raise CommandError(f"{error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=1))
        _print(report, Console(stderr=options["json"]))


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Without a line for each reply that is cut off on purpose."""
    log = logging.getLogger("lawqa.inference")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


def _print(report: Mapping[str, Any], console: Console) -> None:
    levels = report["levels"]
    console.print(Text(
        f"{report['model']}: prompts of {levels[0]['prompt_tokens']:,.0f} tokens, "
        f"replies of at most {report['reply_tokens']:,}"
    ))  # fmt: skip
    console.print(_speeds(levels))
    for failure in sorted({failure for level in levels for failure in level["failures"]}):
        console.print(Text(f"Failed: {failure}", style="yellow"))
    console.print(_kept(report["prefix"]))
    width = min(console.width, PLOT_WIDTH)
    names = [f"{level['at_once']} at once" for level in levels]
    console.print(
        Text(_plot("Tokens a second, together", names, [row["tokens_together"] for row in levels], width))
    )
    kinds = [row["prompt"] for row in report["prefix"]]
    firsts = [row["first_token_p50"] / 1000 for row in report["prefix"]]
    console.print(Text(_plot("Seconds to the first token", kinds, firsts, width)))


def _speeds(levels: list[dict[str, Any]]) -> Table:
    table = Table(
        "At once", "Sent", "Failed", "First token, ms", "p95, ms", "Tokens/s each", "Tokens/s all", "Done/s"
    )  # fmt: skip
    for row in levels:
        table.add_row(
            str(row["at_once"]), str(row["requests"]), str(row["failed"]), _ms(row["first_token_p50"]),
            _ms(row["first_token_p95"]), str(row["tokens_each"]), str(row["tokens_together"]),
            str(row["requests_a_second"]),
        )  # fmt: skip
    return table


def _kept(rows: list[dict[str, Any]]) -> Table:
    table = Table("Prompt", "First token, ms", "Of it kept from before")
    for row in rows:
        kept = "not told" if row["kept"] is None else f"{row['kept']:.0%}"
        table.add_row(row["prompt"], _ms(row["first_token_p50"]), kept)
    return table


def _plot(title: str, names: list[str], values: list[float], width: int) -> str:
    """A bar a row, as text."""
    plotext.clear_figure()
    plotext.simple_bar(names, values, width=width, title=title)
    return str(plotext.uncolorize(plotext.build()))


def _ms(milliseconds: float) -> str:
    """A time; a dash where no request came so far."""
    return f"{milliseconds:,.0f}" if milliseconds else "–"
