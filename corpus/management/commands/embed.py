"""`manage.py embed`: gives what waits for it the vectors of the encoder that the settings name."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import pipeline
from corpus.embedding import EncoderMissing
from corpus.management.alone import alone
from corpus.management.progress import bars


class Command(BaseCommand):
    """For after an upgrade that brought another encoder, a restore, or a load that broke off; may be stopped and run again."""

    help = "Embed the passages that the encoder has not embedded yet, and bring the index up."

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        try:
            if not pipeline.waits_to_be_embedded():
                console.print("Every passage is embedded.")
                return
            with alone(), bars("Embedding what waits for it", console) as progress:
                count = pipeline.embed(progress)
        except EncoderMissing as error:
            raise CommandError(f"{error}") from error
        console.print(f"{count:,} {'passage was' if count == 1 else 'passages were'} embedded.")
