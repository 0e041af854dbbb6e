"""`manage.py train_reranker`: learns how a question's words meet those of the passages that answer it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from corpus.late_interaction import WEIGHTS
from corpus.management import learning
from corpus.training.late_interaction import Plan


class Command(BaseCommand):
    """Writes an adapter of about 1 MB. Holds 0.1 MB of memory for each passage that is learned from."""

    help = (
        "Train the reranker on written questions that the question encoder did not learn from, from a seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        learning.add_arguments(parser, steps=plan.steps, seed=plan.seed, out=WEIGHTS)

    def handle(self, *args: Any, **options: Any) -> None:
        from lawqa import training

        console = Console()
        shelf = learning.shelf_of(options)
        plan = Plan(steps=options["steps"], seed=options["seed"])

        def say(what: str, done: int, total: int) -> None:
            if done % 100 == 0 or done == total:
                console.print(f"{what}: {done:,} of {total:,}")

        with learning.plain_errors():
            found = training.train_on(
                shelf, plan, options["held_back"], options["without"], options["out"], say
            )
        for weight, figure in found.items():
            console.print(f"weight {weight:g}: MRR@10 {figure:.3f}")
        console.print(f"Written to {options['out']}.")
