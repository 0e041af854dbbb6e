"""What the commands that train have in common: a shelf to learn from, files not to learn from, a seed."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console

from corpus.embedding import EncoderMissing
from corpus.models import Collection
from corpus.packs.base import PackError
from corpus.training.on_shelf import Files, NothingToLearn


def add_arguments(parser: ArgumentParser, *, steps: int, seed: int, out: Path) -> None:
    """`--shelf --without --steps --seed --held-back --out`; the defaults are those of the shipped weights."""
    parser.add_argument("--shelf", default="us-code", help="slug of the collection that is learned from")
    parser.add_argument(
        "--without", nargs="*", default=[], type=Path, metavar="FILE",
        help="evaluation files (JSON lines with question and gold): their sections are not learned from",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument(
        "--held-back", type=float, default=0.25,
        help="share of sections that neither the question encoder nor the expansion learns from: they check, and the reranker learns there",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=out)


def add_judgments(parser: ArgumentParser) -> None:
    """`--judgments`"""
    parser.add_argument(
        "--judgments", nargs="*", default=[], metavar="FILE",
        help="files or folders of judgments, as `load_law opinions --from` takes them",
    )  # fmt: skip


def shelf_of(options: dict[str, Any]) -> Collection:
    """The shelf to learn from. Raises CommandError, also for a file that is not there."""
    shelf = Collection.objects.filter(slug=options["shelf"]).first()
    if shelf is None:
        raise CommandError(f"There is no shelf {options['shelf']!r}: load_law puts law on one.")
    if missing := [path for path in options["without"] if not path.is_file()]:
        raise CommandError(f"{missing[0]} is no file.")
    return shelf


def files_of(options: dict[str, Any]) -> Files:
    """What is read besides the shelf."""
    return Files(without=options["without"], judgments=options["judgments"])


@contextmanager
def plain_errors() -> Iterator[None]:
    """What cannot be trained is a CommandError."""
    try:
        yield
    except (EncoderMissing, NothingToLearn, PackError) as error:
        raise CommandError(f"{error}") from error


def say_figures(console: Console, found: Mapping[str, tuple[float, float]]) -> None:
    """What the training did to each figure."""
    for name, (before, after) in found.items():
        console.print(f"{name}: {before:.3f} before, {after:.3f} after")
