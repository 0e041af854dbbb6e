"""`manage.py affected_answers`: which answers the law has moved away from since they were given."""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.urls import reverse
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from corpus.reading import day
from lawqa.affected import Affected, affected
from lawqa.effects import as_data
from lawqa.management.answers import CANNOT
from lawqa.management.terminal import plain
from lawqa.models import Question

NONE, SOME = 0, 1
STANDS = {
    True: "The quoted words stand in the new text too.",
    False: "The quoted words do not stand in the new text.",
    None: "",
}


class Command(BaseCommand):
    """Reads only, asks no model, and can be run every night: its end says whether anybody has to be told."""

    help = (
        "List the answers that cite law which has changed, ended or been corrected since they were given. "
        "Ends with 0 when whoever asked has seen all of it or there is none, 1 when there is something new, 2 when it could not be looked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also what whoever asked has seen")
        parser.add_argument(
            "--since", type=_day, help="only answers asked for on this day or later, as 2026-11-01"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        everything = _affected(options["since"])
        unseen = [one for one in everything if one.unseen]
        shown = everything if options["all"] else unseen
        if options["json"]:
            self.stdout.write(json.dumps([_plain(one) for one in shown], ensure_ascii=False, indent=1))
        else:
            _print(shown, len(everything) - len(unseen), Console())
        if unseen:
            sys.exit(SOME)


def _affected(since: dt.date | None) -> list[Affected]:
    try:
        return list(affected(Question.objects.asked_between(since, None)))
    except DatabaseError as error:
        # Not 1, which a nightly run would read as news.
        raise CommandError(f"The database cannot be read: {error}", returncode=CANNOT) from error


def _day(given: str) -> dt.date:
    return dt.date.fromisoformat(given)


def _plain(one: Affected) -> dict[str, Any]:
    question, unseen = one.question, {effect.key for effect in one.unseen}
    return {
        "answer": str(question.pk), "address": reverse("answer", args=[question.pk]), "question": question.text,
        "as_of": question.as_of.isoformat(), "asked_at": question.asked_at.isoformat(timespec="milliseconds"),
        "asked_by": question.asked_by_id, "seen": not unseen,
        "changes": [{**as_data(effect), "seen": effect.key not in unseen} for effect in one.effects],
    }  # fmt: skip


def _print(shown: list[Affected], seen: int, console: Console) -> None:
    for one in shown:
        question = one.question
        words = plain(" ".join(question.text.split()))[:80]
        console.print(Text.assemble(("≠ ", "bold red"), (str(question.pk), "cyan"), f"  {words}"))
        asked = f"Law as of {day(question.as_of)}, asked on {day(question.asked_at.date())}"
        console.print(Padding(Text(asked, style="dim"), (0, 0, 0, 2)))
        for effect in one.effects:
            said = f"{plain(effect.said)} {STANDS[effect.stands]}".rstrip()
            console.print(Padding(Text.assemble((plain(effect.label), "bold"), f"  {said}"), (0, 0, 0, 2)))
    counted = "1 answer is" if len(shown) == 1 else f"{len(shown) or 'No'} answers are"
    more = f" {seen} more {'was' if seen == 1 else 'were'} seen: --all lists them too." if seen else ""
    console.print(Text(f"{counted} affected by changes of the law.{more}"))
