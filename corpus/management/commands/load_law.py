"""`manage.py load_law`: put law on the shelf, or list the packs."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

import audit
from corpus import packs, pipeline
from corpus.embedding import EncoderMissing
from corpus.management.alone import alone
from corpus.management.progress import bars
from corpus.models import Collection
from corpus.packs.base import Pack, PackError
from corpus.types import LoadReport

MOST_SLUG, MOST_NAME = 50, 200
"""Characters that a shelf's slug and name may have (see corpus.models)."""


class Command(BaseCommand):
    """Loading again changes nothing; a newer edition closes what it changed."""

    help = "Put a law pack on the shelf (--list shows them all; --default loads what a new installation has)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", nargs="*", help="the pack's name, as --list shows it")
        parser.add_argument("--from", dest="source", help="a file, folder, zip or the publisher's address")
        parser.add_argument("--collection", metavar="SLUG", help="the shelf to load it on; the pack's own")
        parser.add_argument("--name", default="", help="what readers call that shelf")
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
        else:
            plans = _plans(slugs, options)
            _load_all([plan for plan in plans if not (options["if_empty"] and plan.loaded)], console)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One pack, what it reads, and the shelf that it goes on."""

    pack: Pack
    source: str | None
    shelf: str
    name: str

    @property
    def loaded(self) -> bool:
        return Collection.objects.filter(slug=self.shelf, documents__isnull=False).exists()


def _plans(slugs: list[str], options: dict[str, Any]) -> list[Plan]:
    """What the options ask for, refused before anything is read if it cannot be meant."""
    source, shelf, name = options["source"], options["collection"], options["name"].strip()
    if len(slugs) > 1 and (source or shelf):
        raise CommandError("--from and --collection go with one pack.")
    if name and not shelf:
        raise CommandError("--name goes with --collection: it names that shelf.")
    if len(name) > MOST_NAME:
        raise CommandError(f"--name has {len(name)} characters; at most {MOST_NAME} are kept.")
    try:
        found = [packs.find(slug) for slug in slugs]
    except PackError as error:
        raise CommandError(f"{error}") from error
    for pack in found if shelf is not None else ():
        _refuse_shelf(shelf, pack)
    return [Plan(pack=pack, source=source, shelf=shelf or pack.slug, name=name) for pack in found]


def _refuse_shelf(shelf: str, pack: Pack) -> None:
    refuse_slug(shelf)
    if shelf in packs.PACKS and shelf != pack.slug and not Collection.objects.filter(slug=shelf).exists():
        # What stands there may get editions from another publisher; a new shelf of that name would mislead.
        raise CommandError(
            f"{shelf} is the shelf of the pack of that name: load that first, or choose another --collection."
        )


def refuse_slug(shelf: str) -> None:
    """Raises CommandError where it cannot stand in an address."""
    if len(shelf) > MOST_SLUG or not re.fullmatch(r"[a-z0-9_-]+", shelf):
        raise CommandError(
            f"{shelf!r} cannot name a shelf: write --collection with small letters, digits and hyphens, "
            f"at most {MOST_SLUG}, such as our-law."
        )


def _load_all(plans: list[Plan], console: Console) -> None:
    with alone():
        for plan in plans:
            _load(plan, console)


def _load(plan: Plan, console: Console) -> None:
    try:
        with bars(f"Loading {plan.pack.title} ({plan.pack.size})", console) as progress:
            report = pipeline.load_law(plan.pack, plan.source, progress, shelf=plan.shelf, name=plan.name)
    except (PackError, EncoderMissing) as error:
        _record(plan, whole=False)  # what was read before it stays
        raise CommandError(f"{error}") from error
    if report.opened or report.closed:
        _record(plan, whole=True, opened=report.opened, closed=report.closed)
    console.print(_summary(report))


def _record(plan: Plan, **facts: int) -> None:
    shelf = Collection.objects.filter(slug=plan.shelf).values_list("pk", flat=True).first()
    audit.record("law.loaded", None, subject=f"collection:{shelf or plan.shelf}", facts=facts)


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
    for shelf in Collection.objects.exclude(slug__in=packs.PACKS):
        count = loaded[shelf.slug]
        own = Text.assemble((shelf.slug, "bold cyan"), (f"\n{count:,} sections\non the shelf", "green"))
        table.add_row(own, Text.assemble((shelf.name, "bold"), ("\na shelf of your own", "dim")))
    return table
