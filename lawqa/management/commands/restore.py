"""`manage.py restore FOLDER`: an empty installation becomes what a backup says."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import pipeline
from corpus.embedding import EncoderMissing
from corpus.index.errors import Unavailable
from corpus.management.progress import bars
from corpus.models import Passage
from lawqa.operations.backup import restoring
from lawqa.operations.backup.manifest import BackupError

LATER = "Everything is restored but for the index, which is built when the workers start: {}"


class Command(BaseCommand):
    """Nothing else of the installation may run meanwhile."""

    help = (
        "Put a backup into an installation that is empty: LAWQA_DATA without law, and an empty database. Every byte is compared first. "
        "Nothing is embedded again; the index is built from the rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of a backup")
        parser.add_argument("--no-index", action="store_true", help="leave the index to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        try:
            with bars("Restoring", console) as progress:
                restored = restoring.restore(options["folder"], progress)
        except BackupError as error:
            raise CommandError(f"{error}") from error
        made = restored.manifest
        console.print(f"Restored the backup of {made.made_at} (version {made.version}).")
        for note in restored.notes:
            self.stderr.write(self.style.WARNING(note))
        if not options["no_index"] and Passage.objects.filter(embedding__isnull=False).exists():
            self._build_index(console)

    def _build_index(self, console: Console) -> None:
        try:
            with bars("Building the index", console) as progress:
                built = pipeline.rebuild_index(progress)
        except (EncoderMissing, Unavailable) as error:
            raise CommandError(LATER.format(error)) from error
        if built is not None:
            console.print(f"The index serves {built.passage_count:,} passages.")
