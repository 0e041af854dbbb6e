"""`manage.py rebuild_index`: a new generation of the index from the rows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import pipeline
from corpus.embedding import EncoderMissing
from corpus.index.errors import Unavailable
from corpus.management.progress import bars


class Command(BaseCommand):
    """Never embeds; the old generation serves until the new one is whole."""

    help = "Build the index anew from the database. Nothing is embedded again."

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        try:
            with bars("Building the index", console) as progress:
                built = pipeline.rebuild_index(progress)
        except (EncoderMissing, Unavailable) as error:
            raise CommandError(f"{error}") from error
        if built is None:
            raise CommandError("Another process is building the index already: that one will serve.")
        name = str(built)
        console.print(f"{name[:1].upper()}{name[1:]} serves {built.passage_count:,} passages.")
