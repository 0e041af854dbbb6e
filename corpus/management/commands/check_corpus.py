"""`manage.py check_corpus`: do rows, passages, embeddings and index agree?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import consistency
from corpus.embedding import EncoderMissing


class Command(BaseCommand):
    """Exit status 1 when something differs."""

    help = "Compare sections, passages, embeddings and index, and say what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        try:
            findings = list(consistency.check())
        except EncoderMissing as error:
            raise CommandError(f"{error}") from error
        for finding in findings:
            mark = "[green]✓[/green]" if finding.agrees else "[red]✗[/red]"
            console.print(f"{mark} {finding.sentence}")
        if not all(finding.agrees for finding in findings):
            raise CommandError("The corpus is not consistent: the lines marked ✗ say what to do.")
