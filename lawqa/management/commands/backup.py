"""`manage.py backup FOLDER`: everything that cannot be made again, while the installation runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus.management.progress import bars
from lawqa.operations.backup import making
from lawqa.operations.backup.manifest import BackupError


class Command(BaseCommand):
    """Ends with 1 when an original is not whole any more: the backup then holds all the rest."""

    help = (
        "Copy the database as of this moment, the originals and the keys into a folder outside LAWQA_DATA. "
        "The next backup into the same folder copies only the originals that are new. Keep the folder where nobody else reads it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="an empty folder, or one that holds an earlier backup")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        try:
            with bars("Making a backup", console) as progress:
                made = making.make(options["folder"], progress)
        except BackupError as error:
            raise CommandError(f"{error}") from error
        held, keys = len(made.originals) - len(made.missing), len(made.parts) - 1
        console.print(
            f"The backup holds the database, {held:,} original{'' if held == 1 else 's'} and {keys} key{'' if keys == 1 else 's'}."
        )
        if made.missing:
            raise CommandError(
                f"{len(made.missing)} originals are not whole in this installation, among them {made.missing[0]}: "
                "manage.py check_corpus names them all. The backup holds everything else."
            )
