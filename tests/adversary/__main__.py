"""How much of an adversary's claims of the law on a shelf is withheld: `python -m tests.adversary --sections 100`.

Reads the law of the data folder (`LAWQA_DATA`), changes nothing there, and sends its claims over HTTP.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections.abc import Iterator

import django

TOGETHER = 4  # sections of one prompt
LONGEST = 4_500  # characters of a section: a prompt holds the whole of it


def main() -> None:
    """Print a line a kind, and what got through if asked."""
    chosen = _parser().parse_args()
    django.setup()
    logging.disable(logging.INFO)
    from tests.adversary.attack import Tally, attack
    from tests.adversary.invented import source
    from tests.adversary.server import Adversary, Judging, Rewriting

    tally = Tally()
    adversary = Adversary(
        chosen.seed, judging=Judging(chosen.judge or "silent"), rewriting=Rewriting(chosen.rewriting)
    )
    for texts in drawn(chosen.sections, chosen.seed):
        sources = [source(number, *text) for number, text in enumerate(texts, start=1)]
        attack(sources, adversary, rounds=chosen.rounds, judge=bool(chosen.judge), tally=tally)
    sys.stdout.write(f"{tally.table()}\nshown and not verbatim: {len(tally.unquoted)}\n")
    for told in (*tally.missed, *tally.refused) if chosen.show else ():
        sys.stdout.write(
            f"{'MISSED' if told.wrong else 'REFUSED'} {told.kind} | {told.label} | {told.text} | {told.quote}\n"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sections", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=4, help="replies a prompt, of eight claims each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--judge", choices=["truthful", "lying", "silent"], help="ask a judge; without: none")
    parser.add_argument("--rewriting", choices=["repeats", "repairs", "wrong again"], default="wrong again")
    parser.add_argument("--show", action="store_true", help="print what got through and what was refused")
    return parser


def drawn(count: int, seed: int, together: int = TOGETHER) -> Iterator[list[tuple[str, str, str]]]:
    """Label, text and title of sections of the shelf, in groups."""
    from django.db.models.functions import Length

    from corpus.models import Section

    short = Section.objects.annotate(size=Length("text")).filter(size__lt=LONGEST, size__gt=0)
    keys = list(short.order_by("pk").values_list("pk", flat=True))
    keys = random.Random(seed).sample(keys, min(count, len(keys)))  # noqa: S311  repeatable, no secret
    rows = [Section.objects.select_related("document").get(pk=key) for key in keys]
    for at in range(0, len(rows), together):
        yield [(row.label, row.text, row.document.title) for row in rows[at : at + together]]


if __name__ == "__main__":
    main()
