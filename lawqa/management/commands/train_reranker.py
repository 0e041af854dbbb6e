"""`manage.py train_reranker`: learns how a question's words meet those of the passages that answer it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus.embedding import EncoderMissing
from corpus.late_interaction import WEIGHTS
from corpus.models import Collection
from corpus.training.late_interaction import Plan


class Command(BaseCommand):
    """Writes an adapter of about 1 MB. Holds 0.1 MB of memory for each passage that is learned from."""

    help = (
        "Train the reranker on written questions that the question encoder did not learn from, from a seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        parser.add_argument("--shelf", default="us-code", help="slug of the collection that is learned from")
        parser.add_argument(
            "--without", nargs="*", default=[], type=Path, metavar="FILE",
            help="evaluation files (JSON lines with question and gold): their sections are not learned from",
        )  # fmt: skip
        parser.add_argument("--steps", type=int, default=plan.steps)
        parser.add_argument("--seed", type=int, default=plan.seed)
        parser.add_argument(
            "--held-back", type=float, default=0.25, help="as the question encoder was trained with"
        )
        parser.add_argument("--out", type=Path, default=WEIGHTS)

    def handle(self, *args: Any, **options: Any) -> None:
        from lawqa import training

        console = Console()
        shelf = Collection.objects.filter(slug=options["shelf"]).first()
        if shelf is None:
            raise CommandError(f"There is no shelf {options['shelf']!r}: load_law puts law on one.")
        if missing := [path for path in options["without"] if not path.is_file()]:
            raise CommandError(f"{missing[0]} is no file.")
        plan = Plan(steps=options["steps"], seed=options["seed"])

        def say(what: str, done: int, total: int) -> None:
            if done % 100 == 0 or done == total:
                console.print(f"{what}: {done:,} of {total:,}")

        try:
            found = training.train_on(
                shelf, plan, options["held_back"], options["without"], options["out"], say
            )
        except (EncoderMissing, training.NothingToLearn) as error:
            raise CommandError(f"{error}") from error
        for weight, figure in found.items():
            console.print(f"weight {weight:g}: MRR@10 {figure:.3f}")
        console.print(f"Written to {options['out']}.")
