"""`manage.py load_law`: put law on the shelf, or list the packs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from filelock import FileLock, Timeout
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus import packs, pipeline
from corpus.embedding import EncoderMissing
from corpus.management.progress import bars
from corpus.models import Collection
from corpus.packs.base import PackError
from corpus.types import LoadReport


class Command(BaseCommand):
    """Loading again changes nothing; a newer edition closes what it changed."""

    help = "Put a law pack on the shelf (--list shows them all; --default loads what a new installation has)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", nargs="*", help="the pack's name, as --list shows it")
        parser.add_argument("--from", dest="source", help="a file, folder, zip or the publisher's address")
        parser.add_argument("--list", action="store_true", help="show each pack and what of it is loaded")
        parser.add_argument("--default", action="store_true", help="load the default packs")
        parser.add_argument("--if-empty", action="store_true", help="only those that are not loaded yet")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        slugs = [*options["pack"], *(settings.LAWQA_DEFAULT_PACKS if options["default"] else ())]
        if options["list"]:
            console.print(_listing())
        elif not slugs:
            raise CommandError("Name a pack: manage.py load_law PACK. manage.py load_law --list shows them.")
        elif options["source"] and len(slugs) > 1:
            raise CommandError("--from goes with one pack.")
        else:
            _load_all(slugs, options["source"], console, only_new=options["if_empty"])


def _load_all(slugs: list[str], source: str | None, console: Console, *, only_new: bool) -> None:
    lock = FileLock(Path(settings.LAWQA_DATA) / "load.lock")
    try:
        with lock.acquire(timeout=0):
            for slug in slugs:
                if not (only_new and Collection.objects.filter(slug=slug, documents__isnull=False).exists()):
                    _load(slug, source, console)
    except Timeout:
        raise CommandError("Another load is running on this shelf; wait until it has ended.") from None


def _load(slug: str, source: str | None, console: Console) -> None:
    try:
        pack = packs.find(slug)
        with bars(f"Loading {pack.title} ({pack.size})", console) as progress:
            report = pipeline.load_law(pack, source, progress)
    except (PackError, EncoderMissing) as error:
        raise CommandError(f"{error}") from error
    console.print(_summary(report))


def _summary(report: LoadReport) -> str:
    if not (report.opened or report.closed):
        return f"Nothing new: {report.unchanged:,} sections are on the shelf already."
    return (
        f"{report.documents:,} documents, {report.sections:,} sections: {report.opened:,} new or changed, "
        f"{report.closed:,} closed, {report.unchanged:,} unchanged; {report.passages:,} passages embedded."
    )


def _listing() -> Table:
    """A row a pack; the long facts stand below each other, so that a narrow terminal shows them whole."""
    table = Table("Pack", "What it is", show_lines=True)
    loaded = Collection.objects.with_section_counts()
    for pack in packs.PACKS.values():
        count = loaded.get(pack.slug, 0)
        name = Text(pack.slug, style="bold cyan")
        name.append("\ndefault" if pack.default else "", style="dim")
        name.append(
            f"\n{count:,} sections\non the shelf" if count else "\nnot loaded",
            style="green" if count else "dim",
        )
        facts = {
            "Publisher": pack.publisher,
            "Licence": pack.licence,
            "Law through": str(pack.covered_through or "as the edition says"),
            "Size": pack.size,
        }
        described = Text(pack.title, style="bold")
        for fact, value in facts.items():
            described.append(f"\n{fact + ':':<13}", style="dim").append(value, style="not bold")
        table.add_row(name, described)
    return table
