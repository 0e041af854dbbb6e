"""`manage.py train_question_encoder`: learns, from the law on the shelf, where the passages for a question lie."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from corpus import embedding
from corpus.models import Collection
from corpus.packs.base import PackError
from corpus.training import on_shelf
from corpus.training.on_shelf import Files
from corpus.training.question_encoder import Plan


class Command(BaseCommand):
    """Writes an adapter of about 1 MB. Questions, headings and judgments of the shelf are learned from."""

    help = "Train the question encoder on the sections of a shelf, from a seed. Passages keep their vectors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        parser.add_argument("--shelf", default="us-code", help="slug of the collection that is learned from")
        parser.add_argument(
            "--without", nargs="*", default=[], type=Path, metavar="FILE",
            help="evaluation files (JSON lines with question and gold): their sections are not learned from",
        )  # fmt: skip
        parser.add_argument(
            "--judgments", nargs="*", default=[], metavar="FILE",
            help="files or folders of judgments, as `load_law opinions --from` takes them",
        )  # fmt: skip
        parser.add_argument("--steps", type=int, default=plan.steps)
        parser.add_argument("--seed", type=int, default=plan.seed)
        parser.add_argument("--held-back", type=float, default=0.25, help="share of sections that only check")
        parser.add_argument("--out", type=Path, default=embedding.QUESTION_ADAPTER)

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        shelf = Collection.objects.filter(slug=options["shelf"]).first()
        if shelf is None:
            raise CommandError(f"There is no shelf {options['shelf']!r}: load_law puts law on one.")
        if missing := [path for path in options["without"] if not path.is_file()]:
            raise CommandError(f"{missing[0]} is no file.")
        plan = Plan(steps=options["steps"], seed=options["seed"])
        try:
            found = on_shelf.train_on(
                shelf, plan, Files(without=options["without"], judgments=options["judgments"]),
                options["held_back"], options["out"],
                lambda step, loss: console.print(f"{step:5} of {plan.steps} steps, loss {loss:.3f}"),
            )  # fmt: skip
        except (embedding.EncoderMissing, on_shelf.NothingToLearn, PackError) as error:
            raise CommandError(f"{error}") from error
        for name, (before, after) in found.items():
            console.print(f"{name}: {before:.3f} before, {after:.3f} after")
        console.print(f"Written to {options['out']}.")
