"""Thousands of random questions of random days: `python -m tests.days --queries 10000`.

Over two real editions, with vectors by chance: the official United States Code of 2013 and the sections of 2023, as far
as they hold the same titles, are loaded into a data folder of their own. Half of the questions are asked while the
later edition stands in the delta beside the index, half after the index was built anew.

Or over the law of a data folder (`--data FOLDER`), as it stands there: questions in the law's own words, around the
days on which it changed, through the encoder. Nothing is written there, but copy it when something else does.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from corpus.models import Encoder
    from tests.days.questions import Questions

TITLES = ("09", "11", "17", "35")
LATER = "2023-04-20"
DIMENSION = 384


def main() -> None:
    """Print what was asked and found; end with an error where anything of another day was."""
    chosen = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LAWQA_DATA"] = str(chosen.data.resolve()) if chosen.data else folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")
        django.setup()
        if chosen.data:
            _ask_shelf(chosen.queries, chosen.seed)
        else:
            _ask_editions(Path(folder), chosen.queries, chosen.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", type=Path, help="ask the law of this data folder, by default two editions")
    return parser


def _ask_shelf(queries: int, seed: int) -> None:
    from corpus import embedding
    from tests.days.questions import of_the_law

    _ask("the shelf as it stands", embedding.current_encoder(), queries, seed, of_the_law)


def _ask_editions(folder: Path, queries: int, seed: int) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from corpus import embedding
    from corpus.index import generations
    from corpus.models import Encoder
    from tests.days.law import give_passages
    from tests.days.questions import invented

    call_command("migrate", verbosity=0)
    encoder = Encoder.objects.create(name="by chance", revision="1", dimension=DIMENSION)
    data = Path(settings.LAWQA_SHARED) / "data"
    embedding.current_encoder = lambda: encoder
    for title in TITLES:
        _load("us-code", str(data / "uslm-2013" / f"usc{title}.xml.gz"))
    give_passages(encoder)
    (folder / "index").mkdir(exist_ok=True)
    generations.build(encoder)
    _load("sections", f"{_same_titles(data / 'us-code-2023' / 'sections.jsonl.gz', folder)}#dated={LATER}")
    give_passages(encoder)
    _ask("with a delta beside the index", encoder, queries // 2, seed, invented)
    generations.build(encoder)
    _ask("without a delta", encoder, queries // 2, seed, invented)


def _ask(state: str, encoder: Encoder, queries: int, seed: int, questions: Questions) -> None:
    from corpus import embedding
    from corpus.index import shelf
    from tests.days.asking import Asker

    shelf.shelf_of.cache_clear()
    before = embedding.encode_question
    asker = Asker(encoder, seed, questions)
    embedding.encode_question = asker.encode_question  # type: ignore[assignment]  # not cached, and need not be
    began = time.process_time()
    try:
        asker.ask_all(queries)
    finally:
        embedding.encode_question = before
    spent = 1000 * (time.process_time() - began) / max(queries, 1)
    sys.stdout.write(
        f"{state}: {queries} questions, {len(asker.law.days)} passages of law that changed on "
        f"{len(asker.law.turns)} days, {asker.empty} questions of days without law; "
        f"found {dict(asker.found)}, none of another day; {spent:.1f} ms of processor time a question\n"
    )
    sys.stdout.flush()


def _load(pack: str, source: str) -> None:
    """Rows alone: passages come by chance."""
    from corpus import editions, packs
    from corpus.models import Collection
    from corpus.types import LoadReport

    shelf = Collection.objects.shelf("us-code", name="United States Code")
    for document, sections in editions.by_document(packs.find(pack).read(source, Path())):
        editions.record(shelf, document, sections, LoadReport())


def _same_titles(lines: Path, folder: Path) -> Path:
    numbers = "|".join(title.lstrip("0") for title in TITLES)
    wanted = re.compile(rf'\{{"id": "usc-(?:{numbers})-')
    kept = folder / "sections.jsonl"
    with gzip.open(lines, "rt", encoding="utf-8") as read, kept.open("w", encoding="utf-8") as written:
        written.writelines(line for line in read if wanted.match(line))
    return kept


if __name__ == "__main__":
    main()
