"""`manage.py train_expansion`: learns, from the law on the shelf, which words the law has for what is asked."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from corpus import expansion
from corpus.management import learning
from corpus.training import expansion_on_shelf
from corpus.training.expansion import Plan


class Command(BaseCommand):
    """Writes weights of about 7 MB; takes 4 GB of memory. Nothing is embedded or indexed again for them."""

    help = "Train the expansion of questions by words of the law on the sections of a shelf, from a seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        learning.add_arguments(parser, steps=plan.steps, seed=plan.seed, out=expansion.WEIGHTS)
        learning.add_judgments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        shelf = learning.shelf_of(options)
        plan = Plan(steps=options["steps"], seed=options["seed"])

        def say(what: str, done: int, total: int) -> None:
            if what.startswith("Learning") or done % 1_024 == 0 or done == total:
                console.print(f"{what}: {done:,} of {total:,}")

        with learning.plain_errors():
            found = expansion_on_shelf.train_on(
                shelf, plan, learning.files_of(options), options["held_back"], options["out"], say
            )
        learning.say_figures(console, found)
        console.print(f"Written to {options['out']}.")
