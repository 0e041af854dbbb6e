"""`manage.py train_expansion`: learns, from the law on the shelf, which words the law has for what is asked."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import embedding, expansion
from corpus.management import learning
from corpus.packs.base import PackError
from corpus.training import expansion_on_shelf
from corpus.training.expansion import Plan
from corpus.training.on_shelf import Files, NothingToLearn


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

        try:
            found = expansion_on_shelf.train_on(
                shelf, plan, Files(without=options["without"], judgments=options["judgments"]),
                options["held_back"], options["out"], say,
            )  # fmt: skip
        except (embedding.EncoderMissing, NothingToLearn, PackError) as error:
            raise CommandError(f"{error}") from error
        for name, (before, after) in found.items():
            console.print(f"{name} by words alone: {before:.3f} before, {after:.3f} after")
        console.print(f"Written to {options['out']}.")
