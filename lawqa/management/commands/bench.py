"""`manage.py bench`: how long each part of a search, of a whole answer and of ingesting a PDF takes, on the shelf as it is."""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotext  # type: ignore[import-untyped]  # it ships no types
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus import embedding, expansion, late_interaction
from corpus.index.shelf import shelf_of
from corpus.models import Passage, Section
from corpus.resolve import resolve_all
from corpus.types import Filters
from lawqa.evaluation import ingestion
from lawqa.evaluation.lines import percentile
from lawqa.inference import Models
from lawqa.keywords import rules
from lawqa.pipeline import answer
from lawqa.retrieval import candidates
from lawqa.retrieval.rerank import reranked
from lawqa.retrieval.wording import WEIGHINGS, weighing_of, words_of
from lawqa.types import Query, Ranked, Request
from lawqa.watch import Watch

PLOT_WIDTH = 80
QUESTIONS = (
    "What must a company tell people before it collects their data?",
    "Who may ask for a copy of the data that is held about them?",
    "What does Article 32 GDPR say about security?",
    "How high can a fine be for a provider that breaks the rules?",
    "Which freedoms does the constitution guarantee to citizens?",
    "When must an incident be reported, and to whom?",
    "What are the duties of an importer of a product?",
    "Who appoints the judges of the highest court?",
)


class Command(BaseCommand):
    """Speeds of one run compare with each other; between machines they do not."""

    help = "Measure the latency of retrieval and of whole answers, and how fast a PDF is ingested; --json for programs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="figures to standard output, tables beside it"
        )
        parser.add_argument("--rounds", type=int, default=5)
        parser.add_argument(
            "--pdf", type=Path, help="the PDF to ingest; one of the shelf's, or one written from it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not Passage.objects.exists():
            raise CommandError("The shelf is empty: load law first, with manage.py load_law --default.")
        try:
            rows = _measure(options["rounds"])
            ingesting = ingestion.measure(options["pdf"])
        except (embedding.EncoderMissing, ingestion.NotMeasurable) as error:
            raise CommandError(f"{error}") from error
        report = {
            "passages": Passage.objects.count(),
            "sections": Section.objects.count(),
            "machine": f"{platform.machine()}, {settings.LAWQA_THREADS} threads",
            "milliseconds": rows,
            "ingesting": ingesting,
        }
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=1))
        _print(report, Console(stderr=options["json"]))


def _measure(rounds: int) -> dict[str, dict[str, float]]:
    filters = Filters(as_of=dt.datetime.now(dt.UTC).date())
    shelf = shelf_of(embedding.current_encoder())
    vectors = {question: embedding.encode_question(question) for question in QUESTIONS}
    words = {question: words_of(question, "", WEIGHINGS["none"]) for question in QUESTIONS}
    found = {question: _candidates(question, filters) for question in QUESTIONS}
    parts: dict[str, Callable[[str], object]] = {
        "citations": lambda q: resolve_all(q, filters),
        "encoding": lambda q: embedding.encode_questions([q]),
        "expansion": expansion.expanded.__wrapped__,
        "dense": lambda q: shelf.search_dense(vectors[q], filters, 100),
        "lexical": lambda q: shelf.search_lexical(words[q], filters, 100),
        "reranking": lambda q: _rerank_anew(q, found[q]),
        "answer": lambda q: _answer_anew(q, filters),
    }
    return {name: _time(part, rounds) for name, part in parts.items()}


def _candidates(question: str, filters: Filters) -> list[Ranked]:
    keywords = rules.extract(question)
    query = Query(text=question, keywords=keywords, named=(), filters=filters)
    return candidates(shelf_of(embedding.current_encoder()), query, weighing_of(question, keywords))


def _rerank_anew(question: str, found: list[Ranked]) -> object:
    """Passages that were never read: the words of those read before are not kept."""
    late_interaction.forget()
    return reranked(question, found)


def _answer_anew(question: str, filters: Filters) -> object:
    """A whole answer to a question that was never asked: its vectors are not kept from the round before."""
    embedding.encode_question.cache_clear()
    embedding.encode_query.cache_clear()
    expansion.expanded.cache_clear()
    late_interaction.forget()
    return answer(Request(text=question, filters=filters), Watch(), Models())


def _time(part: Callable[[str], object], rounds: int) -> dict[str, float]:
    """p50 and p95 in milliseconds, after one round that does not count."""
    times: list[float] = []
    for _ in range(rounds + 1):
        for question in QUESTIONS:
            started = time.perf_counter()
            part(question)
            times.append(1000 * (time.perf_counter() - started))
    counted = times[len(QUESTIONS) :]
    return {"p50": percentile(counted, 0.5), "p95": percentile(counted, 0.95)}


def _print(report: dict[str, Any], console: Console) -> None:
    console.print(f"{report['sections']:,} sections, {report['passages']:,} passages; {report['machine']}")
    table = Table("Part", "p50 ms", "p95 ms")
    for name, row in report["milliseconds"].items():
        table.add_row(name, str(row["p50"]), str(row["p95"]))
    console.print(table)
    _print_ingesting(report["ingesting"], console)


def _print_ingesting(found: dict[str, Any], console: Console) -> None:
    console.print(Text(f"\nIngesting {found['file']}, without saving it"))
    table = Table("Pages", "Passages", "Pages a second", "Passages a second", "Time in the encoder")
    table.add_row(
        f"{found['pages']:,}", f"{found['passages']:,}", f"{found['pages_per_second']:,}",
        f"{found['passages_per_second']:,}", f"{found['encoder_share']:.0%}",
    )  # fmt: skip
    console.print(table)
    console.print(Text(_plot(found["seconds"], min(console.width, PLOT_WIDTH))))


def _plot(seconds: dict[str, float], width: int) -> str:
    """A bar a stage, as text."""
    plotext.clear_figure()
    plotext.simple_bar(list(seconds), list(seconds.values()), width=width, title="Seconds")
    return str(plotext.uncolorize(plotext.build()))
