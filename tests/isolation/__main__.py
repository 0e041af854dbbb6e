"""A firm of 50 matters with 200 sentences each: `python -m tests.isolation --queries 100000`.

A tenth of the questions is asked while the matters stand beside the index, the rest after it was built anew. After each
the time of an outsider's search for words of matters is compared with that for words that stand nowhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.isolation.asking import Asker
    from tests.isolation.firm import Firm

TIMED = 2_000
TOLD = 2_500
"""Questions after which it is said how far it has come."""


def main() -> None:
    """Print what was asked and found; end with an error where anything of another matter was."""
    chosen = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LAWQA_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")
        django.setup()
        _ask(Path(folder), chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--matters", type=int, default=50)
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--law", type=int, default=2_000, help="sections of open law")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def _ask(folder: Path, chosen: argparse.Namespace) -> None:
    from django.core.management import call_command

    from corpus import embedding
    from corpus.index import generations, shelf
    from corpus.models import Encoder
    from tests.isolation.firm import DIMENSION, add_matters, open_law

    call_command("migrate", verbosity=0)
    encoder = Encoder.objects.create(name="by chance", revision="1", dimension=DIMENSION)
    embedding.current_encoder = lambda: encoder
    (folder / "index").mkdir(exist_ok=True)
    firm = open_law(encoder, sections=chosen.law, seed=chosen.seed)
    generations.build(encoder)
    add_matters(firm, matters=chosen.matters, sentences=chosen.sentences, seed=chosen.seed)
    beside = chosen.queries // 10
    _ask_all(firm, chosen.seed, beside, "matters beside the index")
    generations.build(encoder)
    shelf.shelf_of.cache_clear()
    _ask_all(firm, chosen.seed + 1, chosen.queries - beside, "matters in it")


def _ask_all(firm: Firm, seed: int, count: int, state: str) -> None:
    from tests.isolation.asking import Asker

    asker = Asker(firm, seed)
    began = time.process_time()
    for first in range(0, count, TOLD):
        asker.ask_all(min(TOLD, count - first))
        spent = 1000 * (time.process_time() - began) / min(first + TOLD, count)
        _say(
            f"{state}: {min(first + TOLD, count)} questions of {len(firm.people)} people, {len(firm.matters)} matters; "
            f"found {dict(asker.found)}, none of another matter; {spent:.1f} ms of processor time a question"
        )
    _say(_timed(asker, firm))


def _timed(asker: Asker, firm: Firm) -> str:
    """Searches of one who belongs to no matter, one of each kind after the other."""
    from corpus.types import Filters, Terms
    from tests.isolation.firm import FIRST_DAY

    filters = Filters(as_of=FIRST_DAY, collections=frozenset(shelf.pk for shelf in firm.law))
    words = [text.split()[-1] for texts in firm.canaries.values() for text in texts]
    spent = {"of matters": 0, "of nothing": 0}
    for number in range(TIMED):
        known = {"hive": 1.0, "jar": 1.0}
        asked: dict[str, Terms] = {
            "of matters": {**known, words[number % len(words)]: 1.0}, "of nothing": {**known, f"zz{number}": 1.0},
        }  # fmt: skip
        for kind in sorted(asked, reverse=bool(number % 2)):
            began = time.process_time_ns()
            asker.shelf.search_lexical(asked[kind], filters, 50)
            spent[kind] += time.process_time_ns() - began
    shift = 100 * (spent["of matters"] / spent["of nothing"] - 1)
    return f"time of an outsider's search for words of matters against words of nothing: {shift:+.1f} %"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
