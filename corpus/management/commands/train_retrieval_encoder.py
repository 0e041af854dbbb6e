"""`manage.py train_retrieval_encoder`: learns, from the law on the shelf, to bring questions and passages together."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import embedding
from corpus.management import learning
from corpus.packs.base import PackError
from corpus.training import retrieval_on_shelf
from corpus.training.on_shelf import Files, NothingToLearn
from corpus.training.retrieval_encoder import Plan


class Command(BaseCommand):
    """Writes an adapter of about 3 MB. What is embedded by then must be embedded again: `rebuild_index` does not do that."""

    help = "Train the encoder of passages and questions on the sections of a shelf, from a seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        learning.add_arguments(parser, steps=plan.steps, seed=plan.seed, out=embedding.RETRIEVAL_ADAPTER)
        learning.add_judgments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        shelf = learning.shelf_of(options)
        plan = Plan(steps=options["steps"], seed=options["seed"])

        def say(what: str, done: int, total: int) -> None:
            if what.startswith("Learning") or done % 1_024 == 0 or done == total:
                console.print(f"{what}: {done:,} of {total:,}")

        try:
            found = retrieval_on_shelf.train_on(
                shelf, plan, Files(without=options["without"], judgments=options["judgments"]),
                options["held_back"], options["out"], say,
            )  # fmt: skip
        except (embedding.EncoderMissing, NothingToLearn, PackError) as error:
            raise CommandError(f"{error}") from error
        for name, (before, after) in found.items():
            console.print(f"{name}: {before:.3f} before, {after:.3f} after")
        console.print(f"Written to {options['out']}.")
