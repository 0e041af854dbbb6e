"""`manage.py verify_text`: a file held against the shelf, citation by citation, in the terminal."""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from corpus.differences import ADDED, REMOVED, Piece
from corpus.models import Collection
from lawqa.checking import CheckedText, check_text
from lawqa.checking.facts import plain
from lawqa.checking.layout import Fact, facts_of
from lawqa.checking.types import Checked, Weight
from lawqa.management.terminal import plain as printable
from lawqa.verifying import TextField

SIGNS = {Weight.GOOD: ("✓", "green"), Weight.NOTE: ("△", "yellow"), Weight.BAD: ("✕", "red")}
DISAGREES = 1
"""How it ends when something does not agree with the shelf, for scripts."""
CANNOT = 2
SHOWN = 70
"""Characters of what is checked that are printed."""


class Command(BaseCommand):
    """Nothing is kept, and no model takes part."""

    help = "Check every citation and quotation of a text; ends with 1 when something does not agree with the law."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a text in UTF-8; - reads what is piped in")
        parser.add_argument("--as-of", default="", help="the day whose law is meant, as 2024-08-01; today")
        parser.add_argument("--collection", action="append", help="only this shelf (repeatable); all of them")
        parser.add_argument("--all", action="store_true", help="also what agrees")
        parser.add_argument("--json", action="store_true", help="every fact as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        text = _read(options["file"])
        checked = check_text(text, _shelves(options["collection"]), _day(options["as_of"]))
        if options["json"]:
            self.stdout.write(json.dumps(plain(checked), ensure_ascii=False, indent=1))
        else:
            _print(checked, Console(), everything=options["all"])
        if checked.count(Weight.BAD):
            raise SystemExit(DISAGREES)


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return TextField().clean(data.decode("utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.", returncode=CANNOT) from error
    except UnicodeDecodeError as error:
        said = f"{name} is no text in UTF-8. Save it as plain text; a Word file or PDF is not read here."
        raise CommandError(said, returncode=CANNOT) from error
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=CANNOT) from error


def _shelves(slugs: list[str] | None) -> frozenset[int]:
    shelves = Collection.objects.filter(slug__in=slugs) if slugs else Collection.objects.all()
    missing = sorted(set(slugs or ()) - set(shelves.values_list("slug", flat=True)))
    if missing:
        raise CommandError(f"There is no shelf called “{printable(missing[0])}”.", returncode=CANNOT)
    return frozenset(shelves.values_list("pk", flat=True))


def _day(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given) if given else timezone.localdate()
    except ValueError as error:
        said = f"{printable(given)} is not a day of the calendar. Write it as 2024-08-01."
        raise CommandError(said, returncode=CANNOT) from error


def _print(checked: CheckedText, console: Console, *, everything: bool) -> None:
    for one, fact in zip(checked.all, facts_of(checked), strict=True):
        if everything or fact.weight is not Weight.GOOD:
            _print_fact(checked, one, fact, console)
    if checked.unread:
        console.print(Text(f"! {checked.unread}", style="yellow"))
    counts = ", ".join(
        f"{checked.count(weight)} {said}"
        for weight, said in (
            (Weight.GOOD, "agree"),
            (Weight.NOTE, "to look at"),
            (Weight.BAD, "do not agree"),
        )
    )
    console.print(Text(f"{counts}; law as of {checked.as_of:%-d %B %Y}", style="bold"))


def _print_fact(checked: CheckedText, one: Checked, fact: Fact, console: Console) -> None:
    sign, colour = SIGNS[fact.weight]
    line = checked.text.count("\n", 0, one.start) + 1
    words = " ".join(checked.text[one.start : one.end].split())
    shown = words if len(words) <= SHOWN else f"{words[:SHOWN]} …"
    head = Text.assemble(
        (f"{sign} {fact.title}", colour), f"  {printable(fact.label)}", (f"  line {line}", "dim")
    )
    console.print(head)
    console.print(Padding(Text(printable(shown)), (0, 0, 0, 2)))
    for said in fact.said:
        console.print(Padding(Text(printable(said), style="dim"), (0, 0, 0, 2)))
    if fact.differences:
        console.print(Padding(_laid_over(fact.differences), (0, 0, 0, 2)))


def _laid_over(pieces: tuple[Piece, ...]) -> Text:
    """The law's words in square brackets where the quotation leaves them out, in braces what it puts in."""
    said = Text()
    for piece in pieces:
        words = printable(piece.text.strip())
        if piece.kind == REMOVED:
            said.append(f"[-{words}-] ", style="red")
        elif piece.kind == ADDED:
            said.append(f"{{+{words}+}} ", style="green")
        else:
            said.append(f"{words or '…'} ")
    return said
