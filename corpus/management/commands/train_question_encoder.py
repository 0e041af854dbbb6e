"""`manage.py train_question_encoder`: learns, from the law on the shelf, where the passages for a question lie."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from corpus import embedding
from corpus.management import learning
from corpus.training import on_shelf
from corpus.training.question_encoder import Plan


class Command(BaseCommand):
    """Writes an adapter of about 1 MB. Questions, headings and judgments of the shelf are learned from."""

    help = "Train the question encoder on the sections of a shelf, from a seed. Passages keep their vectors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        learning.add_arguments(parser, steps=plan.steps, seed=plan.seed, out=embedding.QUESTION_ADAPTER)
        learning.add_judgments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        shelf = learning.shelf_of(options)
        plan = Plan(steps=options["steps"], seed=options["seed"])
        with learning.plain_errors():
            found = on_shelf.train_on(
                shelf, plan, learning.files_of(options), options["held_back"], options["out"],
                lambda step, loss: console.print(f"{step:5} of {plan.steps} steps, loss {loss:.3f}"),
            )  # fmt: skip
        learning.say_figures(console, found)
        console.print(f"Written to {options['out']}.")
